/**
 * Yield points by the names of the C, as counterexamples record them: addresses change with the
 * sources, and names do not.
 */

import type { Program } from '../compile/program.ts';
import type { Names } from './names.ts';
import { FLAGS, type Plan } from '../machine/plan.ts';

export interface YieldNames {
  /** Words at which threads may be interrupted. */
  readonly yields: readonly string[];
  /** Words that several threads use. */
  readonly shared: readonly string[];
}

/** Behind a word before whose writes alone a thread may be interrupted. */
const WRITTEN = ' (written)';

export function yieldNames({ words }: Plan, names: Names): YieldNames {
  const having = (flag: number): Plan['words'] => words.filter(([, of]) => (of & flag) !== 0);
  const named = (some: Plan['words']): string[] =>
    some.map(([address]) => wordName(names, address));
  const onlyWritten = having(FLAGS.yieldWrite).filter(([, of]) => (of & FLAGS.yieldRead) === 0);
  return {
    yields: [
      ...named(having(FLAGS.yieldRead)),
      ...named(onlyWritten).map((name) => `${name}${WRITTEN}`),
    ],
    shared: named(having(FLAGS.shared)),
  };
}

/** A plan with recorded yield points in place of its own. */
export function withYields(
  plan: Plan,
  program: Program,
  names: Names,
  { yields, shared }: YieldNames,
): Plan {
  const flagsOf = new Map<string, number>();
  const add = (name: string, flag: number): void => {
    flagsOf.set(name, (flagsOf.get(name) ?? 0) | flag);
  };
  for (const name of yields) {
    if (name.endsWith(WRITTEN)) add(name.slice(0, -WRITTEN.length), FLAGS.yieldWrite);
    else add(name, FLAGS.yieldRead | FLAGS.yieldWrite);
  }
  for (const name of shared) add(name, FLAGS.shared);
  const kept = plan.words
    .filter(([, flags]) => (flags & FLAGS.foreign) !== 0)
    .map(([address, flags, users]) => [address, flags & FLAGS.foreign, users] as const);
  const words = new Map<number, number>();
  for (const { address, bytes, constant } of program.globals) {
    if (constant) continue;
    for (let word = address; word < address + bytes; word += 4) {
      const flags = flagsOf.get(wordName(names, word));
      if (flags !== undefined) words.set(word, flags);
    }
  }
  return { ...plan, words: [...kept, ...[...words].map(([at, flags]) => [at, flags, 0] as const)] };
}

/** The parts that lie in a word: `pages[0].ref`. */
function wordName(names: Names, address: number): string {
  const leaves = names.leavesAt(address, 4);
  return leaves.length === 0 ? names.placeOf(address) : leaves.map(({ path }) => path).join(', ');
}
