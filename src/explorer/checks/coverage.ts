/** Statements, operations and invariants that a search never touched: no proof covers them. */

import type { Model } from '../model.ts';
import type { Coverage } from '../verdict.ts';

/** `applied`: the state invariants that applied; `consulted`: the bits of step invariants. */
export function coverageOf(
  model: Model,
  applied: Uint8Array,
  consulted: number,
  ended: boolean,
): Coverage {
  const { covered } = model.step;
  const started = new Set<string>();
  const operations = new Set(model.statements.map(({ operation }) => operation));
  const unreached: number[] = [];
  model.statements.forEach((statement, index) => {
    if (covered[index] === 1) started.add(statement.operation);
    else unreached.push(index);
  });
  const silentStates = model.stateInvariants.filter((_, check) => applied[check] === 0);
  const silentSteps = model.stepInvariants.filter(
    ({ ignored }, check) => ignored !== true && (consulted & (1 << check)) === 0,
  );
  return {
    unreached,
    neverStarted: [...operations].filter((operation) => !started.has(operation)),
    vacuous: [...silentStates, ...silentSteps].map((check) => check.name),
    ended,
  };
}
