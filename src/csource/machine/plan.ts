/**
 * What a search has to know of a program before it starts: which words of memory change, which are
 * yield points, how much threads keep. It is learnt by running, and only grows.
 */

import { Restart } from '../../errors.ts';

/** Where threads may be interrupted. */
export const grains = ['adaptive', 'access', 'calls'] as const;
export type Grain = (typeof grains)[number];

/** Of words, as in runtime.c. */
export const FLAGS = {
  writable: 8,
  dirty: 16,
  yieldRead: 32,
  yieldWrite: 64,
  observed: 128,
  foreign: 256,
  stack: 512,
  shared: 1024,
} as const;

export interface Plan {
  /** Addresses of words that some thread writes, in the order of their place in a state. */
  readonly dirty: readonly number[];
  /** Address, flags and users of words that are more than dirty. */
  readonly words: readonly (readonly [address: number, flags: number, users: number])[];
  /** Most words that frames and stack of a thread take. */
  readonly threadWords: number;
  /** How many states were looked at to find it. */
  readonly explored: number;
}

export const emptyPlan: Plan = { dirty: [], words: [], threadWords: 0, explored: 0 };

/** The search met what its plan does not have: it has to begin again with a larger one. */
export class Outgrown extends Restart {
  readonly plan: Plan;

  constructor(plan: Plan) {
    super('the search has outgrown its plan');
    this.plan = plan;
  }
}

/** Flags of words that nothing is known of but whose they are. */
const PLAIN = 15;
const PLANNED = FLAGS.yieldRead | FLAGS.yieldWrite | FLAGS.foreign | FLAGS.shared;

/** The words of a plan, from the flags and the users of all words of memory. */
export function plannedWords(flags: Uint16Array, users: Int32Array): Plan['words'] {
  const words: [number, number, number][] = [];
  for (let word = 0; word < flags.length; word++) {
    const of = flags[word];
    if (of <= PLAIN) continue;
    if ((of & FLAGS.stack) !== 0 && (of & FLAGS.foreign) === 0) continue;
    // That a word changes is reported with its place in the state.
    const own = of & PLANNED;
    if (own !== 0 || (of & FLAGS.dirty) !== 0) words.push([4 * word, own, users[word]]);
  }
  return words;
}
