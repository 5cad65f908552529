/**
 * Offsets and lengths are in pages. VM computes in bytes, and nobody checks that the length of a
 * map is whole pages: in a scenario that asks for such a map they are multiples of half a page.
 */

import type { Arbitrary } from 'fast-check';
import { int } from '../../state/values.ts';
import { Scalar } from '../../state/scalar.ts';
import type { Generators } from '../../state/schema.ts';

class Halves extends Scalar<number> {
  readonly bits: number;
  readonly expected: string;
  private readonly twice: Scalar<number>;
  private readonly range: { readonly min: number; readonly max: number };

  constructor(min: number, max: number) {
    super();
    this.twice = int(2 * min, 2 * max);
    this.range = { min: 2 * min, max: 2 * max };
    this.bits = this.twice.bits;
    this.expected = `halves of pages ${min}..${max}`;
  }

  decode(raw: number): number {
    return this.twice.decode(raw) / 2;
  }

  encode(value: unknown): number | undefined {
    return typeof value === 'number' ? this.twice.encode(2 * value) : undefined;
  }

  generate(fc: Generators): Arbitrary<number> {
    return fc.integer(this.range).map((twice) => twice / 2);
  }
}

interface Grained {
  /** Lengths are multiples of 1 / grain pages: 1 or 2. */
  readonly grain: number;
}

/** A number of pages from min to max, in steps of the scenario. */
export function pagesFrom({ grain }: Grained, min: number, max: number): Scalar<number> {
  return grain === 1 ? int(min, max) : new Halves(min, max);
}
