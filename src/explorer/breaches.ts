/**
 * Turns findings into breaches: each gets its trace, and with it what had been broken before. The
 * work is cut into pieces by a generator that yields how many states it expanded.
 */

import { confirm } from './confirm.ts';
import type { Model } from './contract.ts';
import type { Finding } from './findings.ts';
import type { VisitedSet } from './store.ts';
import { fewestSwitches } from './switches.ts';
import { initialState, parentPath, raisedBy, type Path } from './trace.ts';
import type { Breach } from './verdict.ts';
import { bytesOfWays, statesBefore, Ways, type Levels } from './ways.ts';

/** Above this many states a trace follows the parents: shortest, whatever its context switches. */
export const MOST_STATES_FOR_SWITCHES = 4_000_000;

export interface Found {
  readonly model: Model;
  readonly store: VisitedSet;
  readonly findings: readonly Finding[];
  /** Undefined unless the search was breadth first. */
  readonly levels: Levels | undefined;
  readonly memoryLimit: number;
  /** Has somebody lost patience? Then the parents have to do. */
  readonly hurried: () => boolean;
}

export function* breachesOf(found: Found): Generator<number, Breach[]> {
  const { model, store, findings, levels, memoryLimit, hurried } = found;
  const breaches: Breach[] = [];
  const affordable = findings.filter((finding) => isAffordable(found, finding));
  const ways = affordable.length === 0 ? undefined : new Ways(model, store, levels!, affordable);
  for (const finding of findings) {
    let path: Path | undefined;
    if (ways !== undefined && affordable.includes(finding)) {
      const pass = fewestSwitches(ways, finding);
      while (path === undefined && !hurried() && store.bytes + ways.bytes <= memoryLimit) {
        const part = pass.next();
        if (part.done === true) path = part.value;
        else yield part.value;
      }
    }
    breaches.push(breachOf(found, finding, path ?? parentPath(model, store, finding)));
    yield 1;
  }
  return breaches.sort((one, other) => one.trace.length - other.trace.length);
}

function isAffordable(found: Found, finding: Finding): boolean {
  const { model, store, levels, memoryLimit, hurried } = found;
  if (levels === undefined || finding.length === 0 || hurried()) return false;
  // A pass asks for all states again.
  if (store.fingerprints || store.spilled > 0) return false;
  const bytes = store.bytes + bytesOfWays(model, statesBefore(levels, finding));
  return store.count <= MOST_STATES_FOR_SWITCHES && bytes <= memoryLimit;
}

function breachOf({ model, store, levels }: Found, finding: Finding, path: Path): Breach {
  return confirm(model, {
    invariant: finding.invariant,
    sentence: finding.sentence,
    statement: path.steps.at(-1)?.statement,
    trace: path.steps,
    initial: initialState(model, store, path.states[0] ?? finding.state).index,
    shortest: levels !== undefined,
    after: brokenBefore(model, path, finding.kind === 'deadlock'),
  });
}

/** A deadlock breaks after the step that leads to it; any other breach with its last step. */
function brokenBefore(model: Model, path: Path, deadlock: boolean): string[] {
  const names = new Set<string>();
  const states = deadlock ? [...path.words, path.last] : path.words;
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
