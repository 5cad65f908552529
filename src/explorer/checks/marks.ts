/**
 * Which state invariants each state violates: 32 of them are the bits of one number, kept in a
 * column of the visited set.
 */

import type { Column } from '../visited/column.ts';
import type { VisitedSet } from '../visited/visited-set.ts';

/** The numbers for so many invariants; `bits[check >>> 5]` has the bit `1 << check`. */
export function markBits(invariants: number): Int32Array {
  return new Int32Array(Math.max(1, Math.ceil(invariants / 32)));
}

export class Marks {
  private readonly columns: readonly Column[];

  constructor(visited: VisitedSet, invariants: number) {
    this.columns = Array.from(markBits(invariants), () => visited.column());
  }

  /** Does this state violate the n-th invariant? */
  has(state: number, check: number): boolean {
    return (this.columns[check >>> 5].get(state) & (1 << check)) !== 0;
  }

  /** Does this state violate an invariant that is not among these? */
  exceeds(state: number, bits: Int32Array): boolean {
    for (let w = 0; w < bits.length; w++) {
      if ((this.columns[w].get(state) & ~bits[w]) !== 0) return true;
    }
    return false;
  }

  /** Returns whether there are any. */
  read(state: number, bits: Int32Array): boolean {
    let any = 0;
    for (let w = 0; w < bits.length; w++) any |= bits[w] = this.columns[w].get(state);
    return any !== 0;
  }

  write(state: number, bits: Int32Array): void {
    for (let w = 0; w < bits.length; w++) this.columns[w].set(state, bits[w]);
  }
}
