/**
 * Turns findings into breaches: each gets its trace, and with it what had been broken before. The
 * work is cut into pieces by a generator that yields how many states it expanded.
 */

import type { Model } from './contract.ts';
import type { Finding } from './findings.ts';
import type { StateStore } from './store.ts';
import { fewestSwitches, statesBefore, type Levels } from './switches.ts';
import { initialState, parentPath, pathTo, raisedBy, type Path } from './trace.ts';
import type { Breach } from './verdict.ts';

/** Above this many states a trace follows the parents: shortest, whatever its context switches. */
export const MOST_STATES_FOR_SWITCHES = 4_000_000;
/** And so it does once this many states were expanded again for the traces of one verdict. */
export const MOST_STATES_REEXPANDED = 16_000_000;

export interface Found {
  readonly model: Model;
  readonly store: StateStore;
  readonly findings: readonly Finding[];
  /** Undefined unless the search was breadth first. */
  readonly levels: Levels | undefined;
  readonly memoryLimit: number;
  /** Has somebody lost patience? Then the parents have to do. */
  readonly hurried: () => boolean;
}

export function* breachesOf(found: Found): Generator<number, Breach[]> {
  const breaches: Breach[] = [];
  let expanded = 0;
  for (const finding of found.findings) {
    let path: Path | undefined;
    if (affordable(found, finding, expanded)) {
      const pass = fewestSwitches(found.model, found.store, found.levels!, finding);
      let part = pass.next();
      while (part.done !== true && !found.hurried()) {
        expanded += part.value;
        yield part.value;
        part = pass.next();
      }
      if (part.done === true) path = part.value;
    }
    breaches.push(breachOf(found, finding, path ?? parentPath(found.model, found.store, finding)));
    yield 1;
  }
  return breaches.sort((one, other) => one.trace.length - other.trace.length);
}

function affordable(found: Found, finding: Finding, expanded: number): boolean {
  if (found.levels === undefined || finding.length === 0 || found.hurried()) return false;
  // A pass asks for all states again.
  if (found.store.fingerprints || found.store.spilled > 0) return false;
  const states = statesBefore(found.levels, finding);
  const bytes = found.store.bytes + 4 * states * found.model.threads.length;
  return (
    found.store.count <= MOST_STATES_FOR_SWITCHES &&
    expanded + states <= MOST_STATES_REEXPANDED &&
    bytes <= found.memoryLimit
  );
}

function breachOf(found: Found, finding: Finding, path: Path): Breach {
  const { model, store, levels } = found;
  const deadlock = finding.kind === 'deadlock';
  const last = deadlock ? pathTo(model, store, finding.state).words.at(-1) : undefined;
  return {
    invariant: finding.invariant,
    sentence: finding.sentence,
    statement: path.steps.at(-1)?.statement,
    trace: path.steps,
    initial: initialState(model, store, path.states[0] ?? finding.state).index,
    shortest: levels !== undefined,
    after: brokenBefore(model, path, last),
  };
}

/** A deadlock breaks after the step that leads to it, in `last`; any other breach with its last step. */
function brokenBefore(model: Model, path: Path, last: Int32Array | undefined): string[] {
  const names = new Set<string>();
  const states = last === undefined ? path.words : [...path.words, last];
  for (const [index, words] of states.entries()) {
    model.scratch.set(words);
    for (const check of model.stateChecks) if (check.breach() !== undefined) names.add(check.name);
    if (index === states.length - 1 || model.stepChecks.length === 0) continue;
    const raised = raisedBy(model, path, index);
    model.stepChecks.forEach(({ name }, bit) => {
      if ((raised & (1 << bit)) !== 0) names.add(name);
    });
  }
  return [...names];
}
