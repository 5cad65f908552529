/**
 * Flushes as statements of operations, and as rules: the CPU's own entries in one step;
 * those of the others by a request, which each of them answers in a step of its own, and a
 * wait for the last answer.
 */

import { blocked, goto, next } from '../machine/vocabulary.ts';
import type { Context, StatementCode } from '../machine/vocabulary.ts';
import type { Rule } from '../machine/rule-system.ts';
import type { Ref } from '../state/pool.ts';
import type { Table } from '../state/table.ts';
import type { Cpu, Tlbs } from './tlbs.ts';
import { demandMembers } from '../state/demand.ts';

/** Where the CPUs of a system are in its state `K`. */
export interface CpusOf<K, C extends string, P extends string, F extends string> {
  readonly tlbs: Tlbs<C, P, F>;
  readonly cpus: (k: K) => Table<C, Cpu<P, F>>;
}

/** A flush in an operation with locals `M` of a system with scope `S`. */
export interface FlushParts<
  K,
  M,
  S,
  C extends string = 'cpu',
  P extends string = 'page',
  F extends string = 'frame',
> extends CpusOf<K, C, P, F> {
  /** The CPU that the thread runs on; the one of its number if left out. */
  readonly cpu?: (cx: Context<S>) => Ref<C>;
  /** The first page; all pages are flushed if left out. */
  readonly from?: (my: M, cx: Context<S>) => Ref<P>;
  /** How many pages; 1 if left out. */
  readonly count?: (my: M, cx: Context<S>) => number;
  /** Which CPUs are asked (bit c: CPU c); all others if left out. */
  readonly targets?: (k: K, my: M, cx: Context<S>) => number;
}

function cpuOf<K, M, S, C extends string, P extends string, F extends string>(
  { tlbs, cpu }: FlushParts<K, M, S, C, P, F>,
  cx: Context<S>,
): Ref<C> {
  return cpu === undefined ? tlbs.cpu.at(cx.thread) : cpu(cx);
}

/** The CPU flushes its own entries: one step. */
export function flushLocal<K, M, S, C extends string, P extends string, F extends string>(
  line: number,
  token: string,
  parts: FlushParts<K, M, S, C, P, F>,
): StatementCode<K, M, S> {
  demandMembers('flushLocal', parts, ['tlbs', 'cpus']);
  const { tlbs, cpus, from, count } = parts;
  const run = (k: K, my: M, cx: Context<S>): typeof next => {
    const cpu = cpuOf(parts, cx);
    if (from === undefined) tlbs.flush(cpus(k), cpu);
    else tlbs.flushRange(cpus(k), cpu, from(my, cx), count?.(my, cx) ?? 1);
    return next;
  };
  return { kind: 'at', line, token, run };
}

/**
 * A shoot-down: the first line flushes the CPU's own entries and asks the others, the second waits
 * until all have answered. What follows the second line is out of reach of stale entries.
 */
export function shootDown<K, M, S, C extends string, P extends string, F extends string>(
  [asks, waits]: readonly [number, number],
  token: string,
  parts: FlushParts<K, M, S, C, P, F>,
): readonly StatementCode<K, M, S>[] {
  demandMembers('shootDown', parts, ['tlbs', 'cpus']);
  const { tlbs, cpus, from, count, targets } = parts;
  const own = flushLocal(asks, token, parts);
  return [
    {
      ...own,
      run(k, my, cx) {
        own.run?.(k, my, cx);
        const cpu = cpuOf(parts, cx);
        const first = from === undefined ? tlbs.page.all[0] : from(my, cx);
        const pages = from === undefined ? tlbs.page.size : (count?.(my, cx) ?? 1);
        tlbs.ask(cpus(k), cpu, first, pages, targets?.(k, my, cx));
        return next;
      },
    },
    {
      kind: 'at',
      line: waits,
      token,
      run: (k, _my, cx) => (tlbs.isAnswered(cpus(k), cpuOf(parts, cx)) ? next : blocked),
    },
  ];
}

/**
 * The interrupt that answers shoot-downs, as a statement at which a thread of its own
 * stays: one for each CPU, beside the thread that runs there. `enabled` is false while the
 * CPU takes no interrupts.
 */
export function answerFlushes<K, M, S, C extends string, P extends string, F extends string>(
  line: number,
  token: string,
  parts: Pick<FlushParts<K, M, S, C, P, F>, 'tlbs' | 'cpus' | 'cpu'>,
  enabled: (k: K, cpu: Ref<C>) => boolean = () => true,
): StatementCode<K, M, S> {
  const { tlbs, cpus } = parts;
  const again = goto(line);
  return {
    kind: 'at',
    line,
    token,
    run(k, _my, cx) {
      const cpu = cpuOf(parts, cx);
      return enabled(k, cpu) && tlbs.answer(cpus(k), cpu) ? again : blocked;
    },
  };
}

/** The same as guarded rules: thread c takes the interrupt of CPU c wherever it stands. */
export function flushRules<K, C extends string, P extends string, F extends string>(
  { tlbs, cpus }: CpusOf<K, C, P, F>,
  enabled: (k: K, cpu: Ref<C>) => boolean = () => true,
): Rule<K>[] {
  return tlbs.cpu.all.map((cpu) => ({
    name: 'flush interrupt',
    thread: cpu,
    run: (k: K) => enabled(k, cpu) && tlbs.answer(cpus(k), cpu),
  }));
}
