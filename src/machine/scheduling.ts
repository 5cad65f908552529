/**
 * Which threads may step in a state, and whether a run may end there: what a system answers to
 * `exclusive`, `halted` and `finished`, checked.
 */

import { truth, wrongAnswer } from '../explorer/checks/model-errors.ts';
import type { MachineParts } from './parts.ts';

/** Of threads: any may step. */
const ANY = -1;
/** Of threads: none may step. */
export const NONE = -2;

/** What of the parts of a machine answers. */
type Asked<K extends object> = Pick<
  MachineParts<K, unknown>,
  'threads' | 'stackOf' | 'halted' | 'finished' | 'exclusive'
>;

export class Scheduling<K extends object> {
  private readonly threads: number;
  private readonly halted: (k: K) => boolean;
  private readonly finished: (k: K) => boolean;
  private readonly exclusive: ((k: K) => number) | undefined;

  constructor(parts: Asked<K>) {
    const { threads, stackOf } = parts;
    this.threads = threads.length;
    this.halted = parts.halted ?? (() => false);
    this.finished = parts.finished ?? ((k) => threads.every((_, t) => stackOf(k, t).length === 0));
    this.exclusive = parts.exclusive;
  }

  /** The only thread that may step; ANY; or NONE in a state that is halted. */
  onlyThread(k: K): number {
    const { threads, exclusive } = this;
    if (truth(this.halted(k), 'halted')) return NONE;
    if (exclusive === undefined) return ANY;
    const only = exclusive(k);
    if ((only | 0) === only && only >= ANY && only < threads) return only;
    throw wrongAnswer('exclusive', only, `the number of a thread (0 to ${threads - 1}), or -1`);
  }

  isFinal(k: K): boolean {
    return truth(this.halted(k), 'halted') || truth(this.finished(k), 'finished');
  }
}
