/**
 * Gives each violation that was found its trace, and with it what had been violated before. The
 * work is cut into pieces by a generator that yields how many states it expanded.
 */

import { confirm } from '../checks/confirm.ts';
import type { Model } from '../model.ts';
import type { FoundViolation } from '../checks/violation-log.ts';
import type { VisitedSet } from '../visited/visited-set.ts';
import { fewestSwitches } from './fewest-switches.ts';
import { initialState, parentPath, violatedBy, type Path } from './path.ts';
import type { Violation } from '../verdict.ts';
import { bytesOfGraph, statesBefore, PredecessorGraph, type Levels } from './predecessors.ts';

/** Above this many states a trace follows the parents: shortest, whatever its context switches. */
const MOST_STATES_FOR_SWITCHES = 4_000_000;

interface Reconstruction {
  readonly model: Model;
  readonly store: VisitedSet;
  readonly violations: readonly FoundViolation[];
  /** Undefined unless the search was breadth first. */
  readonly levels: Levels | undefined;
  readonly memoryLimit: number;
  /** True once the search should end soon: then the parents give the trace. */
  readonly hurried: () => boolean;
}

export function* reconstructTraces(found: Reconstruction): Generator<number, Violation[]> {
  const { model, store, violations, levels, memoryLimit, hurried } = found;
  const traced: Violation[] = [];
  const affordable = violations.filter((violation) => isAffordable(found, violation));
  const graph =
    affordable.length === 0 ? undefined : new PredecessorGraph(model, store, levels!, affordable);
  for (const violation of violations) {
    let path: Path | undefined;
    if (graph !== undefined && affordable.includes(violation)) {
      const pass = fewestSwitches(graph, violation);
      while (path === undefined && !hurried() && store.bytes + graph.bytes <= memoryLimit) {
        const part = pass.next();
        if (part.done === true) path = part.value;
        else yield part.value;
      }
    }
    traced.push(violationOf(found, violation, path ?? parentPath(model, store, violation)));
    yield 1;
  }
  return traced;
}

function isAffordable(found: Reconstruction, violation: FoundViolation): boolean {
  const { model, store, levels, memoryLimit, hurried } = found;
  if (levels === undefined || violation.length === 0 || hurried()) return false;
  // A pass asks for all states again.
  if (store.fingerprints || store.spilled > 0) return false;
  const bytes = store.bytes + bytesOfGraph(model, statesBefore(levels, violation));
  return store.count <= MOST_STATES_FOR_SWITCHES && bytes <= memoryLimit;
}

function violationOf(
  { model, store, levels }: Reconstruction,
  violation: FoundViolation,
  path: Path,
): Violation {
  return confirm(model, {
    invariant: violation.invariant,
    sentence: violation.sentence,
    statement: path.steps.at(-1)?.statement,
    trace: path.steps,
    initial: initialState(model, store, path.states[0] ?? violation.state).index,
    shortest: levels !== undefined,
    alreadyViolated: violatedBefore(model, path, violation.kind === 'deadlock'),
  });
}

/** A deadlock breaks after the step that leads to it; any other violation with its last step. */
function violatedBefore(model: Model, path: Path, deadlock: boolean): string[] {
  const names = new Set<string>();
  const states = deadlock ? [...path.words, path.last] : path.words;
  for (const [index, words] of states.entries()) {
    model.scratch.set(words);
    for (const check of model.stateInvariants)
      if (check.violation() !== undefined) names.add(check.name);
    if (index === states.length - 1 || model.stepInvariants.length === 0) continue;
    const raised = violatedBy(model, path, index);
    model.stepInvariants.forEach(({ name }, bit) => {
      if ((raised & (1 << bit)) !== 0) names.add(name);
    });
  }
  return [...names];
}
