/**
 * Checks the laws in the states that a search expands: in a sample of the first ones of every
 * search, and in all of them if asked to. Laws that are costly are checked in fewer states, and
 * those that run statements on values when the search is over.
 */

import { copyWords } from '../explorer/state-words.ts';
import type { Inspected, Inspector } from '../explorer/checks/inspector.ts';
import type { Law } from './law.ts';
import { laws } from './laws.ts';
import { Observation, type LawfulModel } from './observation.ts';

/** How much a search checks its model: the first states, all of them, or none. */
type ModelChecks = 'first' | 'all' | 'none';

/** Expansions at the start of every search during which laws are checked. */
const FIRST_STATES = 2000;

/** Laws are checked in so many states, and then in one of so many. */
interface Sample {
  readonly first: number;
  readonly stride: number;
}

const CHEAP: Sample = { first: 32, stride: 64 };
const COSTLY: Sample = { first: 4, stride: 256 };
/** And costly laws in so many states that have no successors. */
const ENDS = 2;

/** The inspector of a search of this model; undefined if nothing is to be checked. */
export function inspectorOf(model: LawfulModel, checks: ModelChecks): Inspector | undefined {
  return checks === 'none' ? undefined : new LawInspector(model, checks === 'all');
}

function isIn({ first, stride }: Sample, nth: number): boolean {
  return nth < first || nth % stride === 0;
}

/** A state to look at when the search is over. */
interface Kept {
  readonly id: number;
  readonly words: Int32Array;
}

class LawInspector implements Inspector {
  private readonly model: LawfulModel;
  private readonly every: boolean;
  private readonly cheap: readonly Law[];
  private readonly costly: readonly Law[];
  private readonly late: readonly Law[];
  private readonly kept: Kept[] = [];
  private readonly state: Int32Array;
  private readonly covered: Uint8Array;
  private readonly applied: Uint8Array | undefined;
  private other: Int32Array | undefined;
  private ends = 0;
  private inspected = 0;

  constructor(model: LawfulModel, every: boolean) {
    const possible = laws.filter((law) => law.missing(model) === undefined);
    const isLate = ({ onValues }: Law): boolean => onValues === true && !every;
    this.model = model;
    this.every = every;
    this.cheap = possible.filter(({ costly }) => !costly);
    this.costly = possible.filter((law) => !isLate(law));
    this.late = possible.filter(isLate);
    this.state = new Int32Array(model.words);
    this.covered = model.step.covered.slice();
    this.applied = model.step.appliedWithin?.slice();
  }

  get done(): boolean {
    return !this.every && this.inspected >= FIRST_STATES;
  }

  inspect(id: number, search: Inspected): void {
    const nth = this.inspected++;
    const costly = this.every || isIn(COSTLY, nth);
    if (!costly && !isIn(CHEAP, nth)) return;
    const { steps } = this.check(costly ? this.costly : this.cheap, search);
    const keeps = costly || (steps.length === 0 && this.ends++ < ENDS);
    if (keeps && this.late.length > 0) this.kept.push({ id, words: this.model.scratch.slice() });
  }

  finish(search: Inspected): void {
    for (const { id, words } of this.kept.splice(0)) {
      search.lookAt(id);
      copyWords(words, this.model.scratch);
      this.check(this.late, search);
    }
  }

  /** Checks some laws in the state in scratch, and leaves everything as it was. */
  private check(some: readonly Law[], { visitSuccessors }: Inspected): Observation {
    const { model, state, covered, applied } = this;
    const { step } = model;
    copyWords(model.scratch, state);
    covered.set(step.covered);
    if (step.appliedWithin !== undefined) applied?.set(step.appliedWithin);
    const seen = new Observation(model, this.other, visitSuccessors);
    for (const law of some) law.check(seen);
    this.other = seen.words;
    step.covered.set(covered);
    if (applied !== undefined) step.appliedWithin?.set(applied);
    copyWords(state, model.scratch);
    return seen;
  }
}
