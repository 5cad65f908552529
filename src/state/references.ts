/** Scalars that refer to a thing of a pool, or to none. */

import type { Arbitrary } from 'fast-check';
import type { Pool, Ref, ReferenceVisitor, Renaming } from './pool.ts';
import { Scalar } from './scalar.ts';
import type { PositionedView } from './scalar.ts';
import { bitsFor, join, maskOf, outOfRange } from './schema.ts';
import type { Binding, Generators } from './schema.ts';
import { Int } from './values.ts';
import { demandPool } from './demand.ts';

class Reference<P extends string> extends Int {
  readonly pool: Pool<P>;

  constructor(of: Pool<P>) {
    super(0, of.size - 1);
    this.pool = of;
  }

  override get refers(): boolean {
    return true;
  }

  override tell(value: number): string {
    return `${this.pool.name} ${value}`;
  }

  override referred(raw: number, visitor: ReferenceVisitor): void {
    visitor.reference(this.pool.name, raw);
  }

  override renamed(raw: number, names: Renaming): number {
    const to = names.get(this.pool.name);
    return to === undefined ? raw : to[raw];
  }
}

class Optional<T> extends Scalar<T | null> {
  readonly bits: number;
  readonly expected: string;
  readonly inner: Scalar<T>;
  private readonly values: number;

  constructor(inner: Scalar<T>, values: number) {
    super();
    this.inner = inner;
    this.values = values;
    this.bits = bitsFor(values + 1);
    this.expected = `null or ${inner.expected}`;
  }

  decode(raw: number): T | null {
    return raw === 0 ? null : this.inner.decode(raw - 1);
  }

  encode(value: unknown): number | undefined {
    if (value === null) return 0;
    const raw = this.inner.encode(value);
    return raw === undefined || raw >= this.values ? undefined : raw + 1;
  }

  override tell(value: T | null): string {
    return value === null ? 'none' : this.inner.tell(value);
  }

  override get refers(): boolean {
    return this.inner.refers;
  }

  override referred(raw: number, visitor: ReferenceVisitor): void {
    if (raw !== 0) this.inner.referred(raw - 1, visitor);
  }

  override renamed(raw: number, names: Renaming): number {
    return raw === 0 ? 0 : this.inner.renamed(raw - 1, names) + 1;
  }

  /** @internal */
  generate(fc: Generators): Arbitrary<T | null> {
    return fc.option(this.inner.generate(fc), { nil: null });
  }
}

/** References that may be absent are by far the most common optional: a row of its own. */
class OptionalReference<P extends string> extends Optional<Ref<P>> {
  constructor(inner: Scalar<Ref<P>>, of: Pool<P>) {
    super(inner, of.size);
  }

  override install(prototype: object, key: string, offset: number, { words }: Binding): undefined {
    const mask = maskOf(this.bits);
    const { expected } = this;
    const size = (this.inner as unknown as Reference<P>).pool.size;
    Object.defineProperty(prototype, key, {
      configurable: true,
      enumerable: true,
      get(this: PositionedView): number | null {
        const p = this.at + offset;
        const raw = (words[p >>> 5] >>> (p & 31)) & mask;
        return raw === 0 ? null : raw - 1;
      },
      set(this: PositionedView, value: number | null) {
        const raw = value === null ? 0 : value + 1;
        if (value !== null && (!(value >= 0 && value < size) || value !== (value | 0))) {
          outOfRange(join(this.path, key), expected, value);
        }
        const p = this.at + offset;
        words[p >>> 5] = (words[p >>> 5] & ~(mask << (p & 31))) | (raw << (p & 31));
      },
    });
  }
}

/** A reference to a thing of a pool; the first thing is the blank. `optional` may also be null. */
export function ref<P extends string>(of: Pool<P>): Scalar<Ref<P>> {
  demandPool('ref', of);
  return new Reference(of) as unknown as Scalar<Ref<P>>;
}

/** A reference, or null; null is the blank. */
export function optional<P extends string>(of: Pool<P>): Scalar<Ref<P> | null> {
  demandPool('optional', of);
  return new OptionalReference(ref(of), of);
}
