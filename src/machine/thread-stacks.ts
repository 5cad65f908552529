/** The call stacks of threads: a frame for each operation, and which operations can call which. */

import { cases } from '../state/cases.ts';
import type { Variants } from '../state/cases.ts';
import { stack } from '../state/call-stack.ts';
import type { StackSchema } from '../state/call-stack.ts';
import { upTo } from '../state/values.ts';
import type { AnyOperation } from './vocabulary.ts';
import { demandList } from '../state/demand.ts';

/** A frame as the machine sees it: which operation, where in it. */
export interface Frame {
  readonly in: string;
  pc: number;
}

/**
 * The schema of a thread's call stack for these operations; `depth` bounds the nesting.
 * What they call is what their `calls` statements say. Threads start in one of `bottom`:
 * the first operation, if left out.
 */
export function callStack<K, S>(
  operations: readonly AnyOperation<K, S>[],
  scope: S,
  depth: number,
  bottom?: readonly AnyOperation<K, S>[],
): StackSchema<Variants> {
  demandList('callStack: operations', operations);
  const variants: Variants = Object.fromEntries(
    operations.map((operation) => [
      operation.name,
      { pc: upTo(operation.statements.length - 1), ...operation.locals(scope) },
    ]),
  );
  const known = (name: string): boolean => operations.some((operation) => operation.name === name);
  const called = new Map(operations.map((one) => [one.name, calledBy(one).filter(known)]));
  return stack(cases(variants), depth, (below) =>
    below === undefined
      ? (bottom ?? operations.slice(0, 1)).map(({ name }) => name)
      : called.get(below)!,
  );
}

/**
 * The frame in which a thread starts that runs this operation: at its first
 * statement, locals blank.
 */
export function startFrame<K, S>(
  operation: AnyOperation<K, S>,
  scope: S,
): Frame & Readonly<Record<string, unknown>> {
  const locals = Object.entries(operation.locals(scope));
  const blank = Object.fromEntries(locals.map(([key, schema]) => [key, schema.blank()]));
  return { in: operation.name, pc: 0, ...blank };
}

function calledBy<K, S>({ statements }: AnyOperation<K, S>): string[] {
  return statements.flatMap(({ callee }) => (callee === undefined ? [] : [callee().name]));
}
