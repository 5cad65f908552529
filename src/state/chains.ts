/** Which cases may lie on top of each other in a stack, and where each frame then lies. */

import type { Variants } from './cases.ts';
import { outOfRange, Words } from './schema.ts';

/** The cases that may lie on top of a case, or at the bottom. */
export type Follow<V extends Variants> = (
  below: (keyof V & string) | undefined,
) => readonly (keyof V & string)[];

/** Some cases on top of each other. The first chain is the empty one. */
export interface Chain {
  readonly length: number;
  /** The case on top; -1 in the empty chain. */
  readonly tag: number;
  /** The index of the chain below the top. */
  readonly below: number;
  /** By tag, the index of the chain that has it on top of this one. */
  readonly above: readonly (number | undefined)[];
  /** First bit of the frame on top, inside the stack. */
  readonly at: number;
}

const MOST_CHAINS = 2 ** 16;

interface Growing {
  length: number;
  tag: number;
  below: number;
  above: (number | undefined)[];
  at: number;
}

/** All chains of at most `depth` cases, each behind the one below it. */
export function chainsOf<V extends Variants>(
  names: readonly (keyof V & string)[],
  depth: number,
  follow: Follow<V>,
): Growing[] {
  const chains: Growing[] = [{ length: 0, tag: -1, below: 0, above: [], at: 0 }];
  for (let below = 0; below < chains.length; below++) {
    const { length, tag, above } = chains[below];
    if (length === depth) continue;
    for (const name of new Set(follow(names[tag]))) {
      const on = names.indexOf(name);
      if (on < 0) outOfRange('stack', `a case: ${names.join(', ')}`, name);
      above[on] = chains.push({ length: length + 1, tag: on, below, above: [], at: 0 }) - 1;
    }
    if (chains.length > MOST_CHAINS) {
      outOfRange('stack', `at most ${MOST_CHAINS} ways to stack cases: say which follow which`, depth);
    }
  }
  return chains;
}

/** Gives every frame its place behind those below it; the bits of the whole stack. */
export function placeFrames(chains: readonly Growing[], sizes: readonly number[], chainBits: number): number {
  const empty = new Words();
  empty.take(chainBits);
  const words = [empty];
  for (const chain of chains.slice(1)) {
    const own = words[chain.below].copy();
    chain.at = own.take(sizes[chain.tag]);
    words.push(own);
  }
  return Math.max(...words.map(({ bits }) => bits));
}
