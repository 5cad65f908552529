/** Checks all laws of a model on random walks, and notes of each what came of it. */

import { authorsError } from '../author-errors.ts';
import { ModelError } from '../errors.ts';
import { traceLines } from '../explorer/checks/model-errors.ts';
import type { Step } from '../explorer/statement.ts';
import type { Law } from './law.ts';
import { laws } from './laws.ts';
import { stepsRun } from './of-steps.ts';
import { Observation, type LawfulModel } from './observation.ts';

/** What came of a law. */
interface LawOutcome {
  readonly law: Law;
  /** States in which it had something to say, and was kept. */
  readonly states: number;
  /** Why it could not be checked. */
  readonly missing: string | undefined;
  /** Where it is broken, once it is. */
  readonly broken: Broken | undefined;
}

/** Where a law is broken. */
export interface Broken {
  readonly sentence: string;
  /** The steps that lead to the state, one per line. */
  readonly trace: readonly string[];
}

export interface Examination {
  /** States that were looked at; some of them several times. */
  readonly states: number;
  readonly outcomes: readonly LawOutcome[];
}

interface Walks {
  readonly walks: number;
  /** Most steps of a walk. */
  readonly length: number;
  /** Numbers from 0 up to, not including, 1. */
  readonly random: () => number;
}

/** A law that is broken is not checked any further; the others are. */
export function examine(model: LawfulModel, walks: Walks): Examination {
  const notes = laws.map((law) => new Note(law, law.missing(model)));
  const steps = notes.find(({ law }) => law === stepsRun)!;
  const initial = statesOf(model);
  let states = 0;
  let other: Int32Array | undefined;
  for (let walk = 0; walk < walks.walks && steps.broken === undefined; walk++) {
    const trace: Step[] = [];
    model.scratch.set(pick(initial, walks.random));
    for (let length = 0; length <= walks.length; length++) {
      states++;
      const seen = observed(model, other, steps, trace);
      if (seen === undefined) break;
      for (const note of notes) note.check(seen, trace);
      other = seen.words;
      if (seen.steps.length === 0) break;
      const step = pick(seen.steps, walks.random);
      trace.push(step);
      model.scratch.set(step.words);
    }
  }
  return { states, outcomes: notes };
}

/** Undefined where a step does not even run. */
function observed(
  model: LawfulModel,
  other: Int32Array | undefined,
  steps: Note,
  trace: readonly Step[],
): Observation | undefined {
  try {
    return new Observation(model, other);
  } catch (error) {
    steps.note(error, model, trace);
    return undefined;
  }
}

class Note implements LawOutcome {
  readonly law: Law;
  readonly missing: string | undefined;
  states = 0;
  broken: Broken | undefined;

  constructor(law: Law, missing: string | undefined) {
    this.law = law;
    this.missing = missing;
  }

  check(seen: Observation, trace: readonly Step[]): void {
    if (this.missing !== undefined || this.broken !== undefined) return;
    try {
      if (this.law.check(seen)) this.states++;
    } catch (error) {
      this.note(error, seen.model, trace);
    }
  }

  /** What the model throws breaks the law; what vmcheck throws does not. */
  note(thrown: unknown, model: LawfulModel, trace: readonly Step[]): void {
    const error = authorsError(thrown);
    if (!(error instanceof ModelError)) throw error;
    this.broken = { sentence: error.message, trace: traceLines(model, trace) };
  }
}

function statesOf(model: LawfulModel): Int32Array[] {
  const states: Int32Array[] = [];
  model.initialStates(() => void states.push(model.scratch.slice()));
  if (states.length === 0) throw new ModelError('The model has no initial state.');
  return states;
}

function pick<T>(from: readonly T[], random: () => number): T {
  return from[Math.floor(random() * from.length)]!;
}
