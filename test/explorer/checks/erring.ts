/** Small models with one error, and the error that a search reports. */

import { expect } from 'vitest';
import { callStack } from '../../../src/machine/thread-stacks.ts';
import { Machine } from '../../../src/machine/machine.ts';
import { next, vocabulary } from '../../../src/machine/vocabulary.ts';
import type { Context, Control } from '../../../src/machine/vocabulary.ts';
import { ModelError } from '../../../src/errors.ts';
import type { SearchOptions } from '../../../src/explorer/options.ts';
import { layout } from '../../../src/state/layout.ts';
import { pool } from '../../../src/state/pool.ts';
import { record } from '../../../src/state/record.ts';
import { table } from '../../../src/state/table.ts';
import { upTo } from '../../../src/state/values.ts';

export interface Shared {
  x: number;
  readonly y: number;
}

/** Two threads that each increment x once; `run` is an extra action of the first statement. */
export function machine(
  run: (k: { x: number; y: number }, cx: Context<object>) => Control,
  parts: {
    readonly violation?: (k: { x: number; y: number }) => unknown;
    readonly halted?: (k: { x: number; y: number }) => boolean;
    readonly finished?: (k: { x: number; y: number }) => boolean;
    readonly exclusive?: (k: { x: number; y: number }) => number;
    readonly stepInvariants?: number;
    readonly sentence?: unknown;
  } = {},
) {
  const thread = pool('thread', 2);
  const { operation, at } = vocabulary<any, object>();
  const user = operation({ name: 'user', file: 'a.c', lines: [1, 9], locals: () => ({}) })([
    at(1, 'first', (k) => ((k.y += 1), next)),
    at(2, 'second', (k, _my, cx) => run(k, cx)),
    at(3, 'third', (_k, _my, cx) => cx.leave()),
  ]);
  const operations = [user];
  const rows = table(thread, record({ stack: callStack(operations, {}, 1) }));
  const space = layout(record({ x: upTo(7), y: upTo(2), threads: rows }));
  const start = structuredClone(space.blank()) as any;
  for (const t of thread.all) start.threads[t].stack.push({ in: 'user', pc: 0 });
  return new Machine<any, object>({
    scope: {},
    operations,
    threads: ['a', 'b'],
    layout: space as any,
    stackOf: (k, t) => k.threads[t].stack,
    start: [start],
    stateInvariants: (k) => [
      { name: 'x-is-0', applies: () => true, violation: () => (parts.violation ?? xIs0)(k) as any },
    ],
    stepInvariants: Array.from({ length: parts.stepInvariants ?? 1 }, (_, i) => {
      const sentence = (): any => ('sentence' in parts ? parts.sentence : 'too often');
      return { name: i === 0 ? 'seldom' : `seldom ${i}`, ignored: false, sentence };
    }),
    ...(parts.exclusive && { exclusive: parts.exclusive }),
    finished: parts.finished ?? (() => true),
    halted: parts.halted ?? (() => false),
  });
}

export const xIs0 = (k: Shared): string | undefined => (k.x === 0 ? undefined : `x is ${k.x}`);

export const searches: readonly SearchOptions[] = [
  {},
  { keepGoing: true },
  { storage: 'fingerprint' },
  { strategy: 'dfs' },
  { strategy: 'random', walks: 20 },
  { reductions: ['merge'] },
  { reductions: ['merge'], keepGoing: true },
];

/** Values that are neither true nor false, and how messages show them. */
export const notTruths: readonly (readonly [unknown, string])[] = [
  [undefined, 'undefined'],
  [null, 'null'],
  [Promise.resolve(true), 'a promise'],
  ['no', '"no"'],
  [{ ok: true }, '{"ok":true}'],
  [1, '1'],
];

export function errorOf(run: () => unknown): ModelError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError);
    return error as ModelError;
  }
  throw new Error('it came to a verdict');
}
