/**
 * A count as a machine keeps it: so many bits, without a sign. One more than the most that fit is
 * 0, and one less than 0 is the most that fit, as in C.
 */

import { upTo } from '../state/values.ts';
import type { Scalar } from '../state/scalar.ts';
import { demand } from '../state/demand.ts';

/** A count that wraps as one of so many bits does in a kernel. `counter` makes it. */
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

const isWidth = (width: unknown): boolean =>
  Number.isInteger(width) && (width as number) >= 1 && (width as number) <= 31;

/** A count of `width` bits; throws ModelError for a width that is not 1 to 31. */
export function counter(width: number): Counter {
  demand('counter', 'a width of 1 to 31 bits', isWidth(width), width);
  return new Counter(width);
}
