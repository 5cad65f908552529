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
      outOfRange(
        'stack',
        `at most ${MOST_CHAINS} ways to stack cases: say which follow which`,
        depth,
      );
    }
  }
  return chains;
}

/** Words at the beginning of which the number of the chain may lie. */
const CHAIN_WORDS = [0, 1, 2];

/**
 * Gives every frame its place behind those below it. The number of the chain lies where the longest
 * chain then takes the fewest bits: beside the bottom frame, or further on.
 */
export function placeFrames(
  chains: readonly Growing[],
  sizes: readonly number[],
  chainBits: number,
): { readonly bits: number; readonly chainAt: number } {
  const tried = CHAIN_WORDS.map((word) => placed(chains, sizes, word, chainBits));
  const bits = Math.min(...tried.map((one) => one.bits));
  const best = tried.findIndex((one) => one.bits === bits);
  chains.forEach((chain, i) => (chain.at = tried[best].places[i]));
  return { bits, chainAt: CHAIN_WORDS[best] * 32 };
}

function placed(
  chains: readonly Growing[],
  sizes: readonly number[],
  word: number,
  chainBits: number,
): { readonly bits: number; readonly places: readonly number[] } {
  const words = [new Words([...new Array<number>(word).fill(0), chainBits])];
  const places = [0];
  for (const { below, tag } of chains.slice(1)) {
    const own = words[below].copy();
    places.push(own.take(sizes[tag]));
    words.push(own);
  }
  return { bits: Math.max(...words.map(({ bits }) => bits)), places };
}
