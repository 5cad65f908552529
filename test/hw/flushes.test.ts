/**
 * A page is unmapped and its frame freed while another CPU reads it: through statements and
 * through rules, without a flush, with one that comes too late, and with a shoot-down
 * before the frame is freed.
 */

import { describe, expect, test } from 'vitest';
import { explore } from '../../src/explore.ts';
import { remembersFreeFrame } from '../../src/hw/checks.ts';
import { answerFlushes, flushLocal, flushRules, shootDown } from '../../src/hw/flushes.ts';
import { frames } from '../../src/hw/frames.ts';
import { pageTable } from '../../src/hw/page-table.ts';
import { tlbs } from '../../src/hw/tlbs.ts';
import { callStack, startFrame } from '../../src/machine/thread-stacks.ts';
import { Machine } from '../../src/machine/machine.ts';
import { ruleModel } from '../../src/machine/rules.ts';
import type { Rule } from '../../src/machine/rule-system.ts';
import { blocked, next, vocabulary } from '../../src/machine/vocabulary.ts';
import type { StatementCode } from '../../src/machine/vocabulary.ts';
import { layout } from '../../src/state/layout.ts';
import { pool } from '../../src/state/pool.ts';
import type { Ref } from '../../src/state/pool.ts';
import { record } from '../../src/state/record.ts';
import { table } from '../../src/state/table.ts';
import { upTo } from '../../src/state/values.ts';
import type { Infer } from '../../src/state/schema.ts';
import type { Verdict } from '../../src/explorer/verdict.ts';

const cpu = pool('cpu', 2);
const page = pool('page', 2);
const frame = pool('frame', 1);
const [, c1] = cpu.all;
const [p0, p1] = page.all;
const [f0] = frame.all;
const memory = frames({ frame });
const pages = pageTable({ page, frame });

const inState = (coherent: boolean) => {
  const mmus = tlbs({ cpu, pages, coherent });
  return { mmus, fields: { frames: memory.schema, ptes: pages.schema, cpus: mmus.schema } };
};
type Shared = Infer<ReturnType<typeof inState>['fields']['cpus']>;
interface Memory {
  readonly frames: Infer<typeof memory.schema>;
  readonly ptes: Infer<typeof pages.schema>;
  readonly cpus: Shared;
}

function mapIt(k: Memory): void {
  memory.take(k.frames, f0);
  pages.map(k.ptes, p1, f0, true);
}

type Order = 'no flush' | 'own flush' | 'free first' | 'flush first';

const told = ({ outcome, violations, states }: Verdict) => {
  return { outcome, steps: violations[0]?.trace.length, states };
};

describe('in statements', () => {
  /** Threads 0 and 1 run on CPUs 0 and 1, threads 2 and 3 are the interrupts there. */
  function machineOf(
    order: Order,
    coherent: boolean,
    enabled?: (k: Memory) => boolean,
  ): Machine<never, null> {
    const thread = pool('thread', 4);
    const { mmus, fields } = inState(coherent);
    type K = Memory;
    const { operation, at } = vocabulary<K, null>();
    const parts = {
      tlbs: mmus,
      cpus: (k: K) => k.cpus,
      from: () => p1,
      cpu: (cx: { thread: number }) => cpu.at(cx.thread % 2),
    };
    const free = (line: number) =>
      at(line, 'free', (k) => (memory.free(k.frames, f0) ? next : blocked));
    const flush: readonly StatementCode<K, object, null>[] =
      order === 'no flush'
        ? []
        : order === 'own flush'
          ? [flushLocal(20, 'flush', parts)]
          : shootDown([20, 21], 'flush', parts);
    const unmap = operation({ name: 'unmap', file: 'mm.c', lines: [9, 40], locals: () => ({}) })([
      at(10, 'pte_clear', (k) => (pages.unmap(k.ptes, p1), next)),
      ...(order === 'free first' ? [free(15), ...flush] : [...flush, free(30)]),
      at(40, 'return', (_k, _my, cx) => cx.leave()),
    ]);
    const touch = operation({ name: 'touch', file: 'mm.c', lines: [1, 2], locals: () => ({}) })([
      at(1, 'read', (k) => (mmus.access(k.cpus, c1, k.ptes, p1, 'read'), next)),
      at(2, 'read', (k, _my, cx) => (mmus.access(k.cpus, c1, k.ptes, p1, 'write'), cx.leave())),
    ]);
    const irq = operation({ name: 'irq', file: 'mm.c', lines: [5, 5], locals: () => ({}) })([
      answerFlushes(5, 'irq', parts, enabled),
    ]);
    const operations = [unmap, touch, irq];
    const stack = callStack(operations, null, 1, operations);
    const space = layout(record({ ...fields, threads: table(thread, record({ stack })) }));
    const start = structuredClone(space.blank());
    mapIt(start as never);
    [unmap, touch, irq, irq].forEach((one, t) => {
      start.threads[thread.at(t)].stack.push(startFrame(one, null) as never);
    });
    return new Machine({
      scope: null,
      operations: operations as never,
      threads: ['t0', 't1', 'irq0', 'irq1'],
      layout: space as never,
      stackOf: (k: typeof start, t) => k.threads[thread.at(t)].stack as never,
      start: [start],
      stateInvariants: (k) => [
        {
          name: 'no-free-frame-reached',
          applies: () => true,
          violation: () => remembersFreeFrame(mmus, k.cpus as never, memory, k.frames as never),
        },
      ],
      finished: (k) => [0, 1].every((t) => k.threads[thread.at(t)].stack.length === 0),
    }) as never;
  }

  test.each<[Order, boolean, object]>([
    ['no flush', false, { outcome: 'violated', steps: 3 }],
    ['own flush', false, { outcome: 'violated', steps: 4 }],
    ['free first', false, { outcome: 'violated', steps: 3 }],
    ['flush first', false, { outcome: 'holds', steps: undefined }],
    ['no flush', true, { outcome: 'holds', steps: undefined }],
    ['flush first', true, { outcome: 'holds', steps: undefined }],
  ])('%s, coherent: %s', (order, coherent, expected) => {
    expect(told(explore(machineOf(order, coherent)))).toMatchObject(expected);
  });

  test('a CPU with interrupts off lets the other one wait for ever', () => {
    const verdict = explore(machineOf('flush first', false, () => false));
    expect(verdict.violations[0]?.invariant).toBe('deadlock-free');
  });
});

describe('in rules', () => {
  type K = Memory & { readonly pc: { readonly [I in Ref<'cpu'>]: { line: number } } };

  function modelOf(order: Order, coherent: boolean) {
    const { mmus, fields } = inState(coherent);
    const space = layout(record({ ...fields, pc: table(cpu, record({ line: upTo(5) })) }));
    const [c0] = cpu.all;
    const rule = (
      thread: Ref<'cpu'>,
      name: string,
      at: number,
      run: (k: K) => boolean | void,
    ): Rule<K> => ({
      name,
      thread,
      at: [at],
      run(k) {
        if (run(k) === false) return false;
        k.pc[thread].line += 1;
        return true;
      },
    });
    const free = (at: number) => rule(c0, 'free', at, (k) => memory.free(k.frames, f0));
    const rules: Rule<K>[] = [
      rule(c0, 'pte_clear', 0, (k) => void pages.unmap(k.ptes, p1)),
      ...(order === 'free first' ? [free(1)] : []),
      rule(c1, 'read', 0, (k) => void mmus.access(k.cpus, c1, k.ptes, p1, 'read')),
      rule(c1, 'read again', 1, (k) => void mmus.access(k.cpus, c1, k.ptes, p1, 'read')),
      ...flushRules<K, 'cpu', 'page', 'frame'>({ tlbs: mmus, cpus: (k) => k.cpus }),
    ];
    const first = order === 'free first' ? 2 : 1;
    if (order === 'no flush') rules.push(free(1));
    else {
      rules.push(rule(c0, 'ask', first, (k) => mmus.ask(k.cpus, c0, p0, 2)));
      rules.push(rule(c0, 'wait', first + 1, (k) => mmus.isAnswered(k.cpus, c0)));
      if (order === 'flush first') rules.push(free(3));
    }
    return ruleModel<K>({
      name: 'unmap',
      space: space as never,
      threads: ['cpu 0', 'cpu 1'],
      start: [mapIt],
      rules,
      dispatch: (k, thread) => k.pc[cpu.at(thread)].line,
      invariants: [
        {
          name: 'no-free-frame-reached',
          violation: (k) => remembersFreeFrame(mmus, k.cpus, memory, k.frames),
        },
      ],
    });
  }

  test.each<[Order, boolean, object]>([
    ['no flush', false, { outcome: 'violated', steps: 3 }],
    ['free first', false, { outcome: 'violated', steps: 3 }],
    ['flush first', false, { outcome: 'holds', steps: undefined }],
    ['no flush', true, { outcome: 'holds', steps: undefined }],
  ])('%s, coherent: %s', (order, coherent, expected) => {
    expect(told(explore(modelOf(order, coherent)))).toMatchObject(expected);
  });
});
