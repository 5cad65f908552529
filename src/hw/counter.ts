/**
 * A count as a machine keeps it: so many bits, without a sign. One more than the most that fit is
 * 0, and one less than 0 is the most that fit, as in C.
 */

import { upTo } from '../state/values.ts';
import type { Scalar } from '../state/scalar.ts';

export class Counter {
  /** Bits, 1 to 31. */
  readonly width: number;
  /** The largest count: 2^width - 1. */
  readonly most: number;
  /** The cell of a state that holds the count; blank: 0. */
  readonly schema: Scalar<number>;

  constructor(width: number) {
    this.width = width;
    this.most = 2 ** width - 1;
    this.schema = upTo(this.most);
  }

  /** The count after `by` more, or fewer if it is negative; it wraps. */
  plus(count: number, by: number): number {
    return (count + by) & this.most;
  }
}

/** A count of `width` bits; throws ModelError for a width that is not 1 to 31. */
export function counter(width: number): Counter {
  return new Counter(width);
}
