/** Tables: one row for each thing of a pool, all of one shape. */

import type { Arbitrary } from 'fast-check';
import type { Chosen } from './projection.ts';
import type { ReferenceVisitor, Pool, Ref, Renaming, Rows } from './pool.ts';
import { Composite } from './record.ts';
import type { Viewer } from './record.ts';
import { outOfRange, placeRows } from './schema.ts';
import { strictRows } from './strict.ts';
import type { Binding, CellVisitor, Generators, Schema } from './schema.ts';
import { demandComposite, demandPool } from './demand.ts';

/** The rows of a table, indexed by references to its pool. */
export type Table<P extends string, T> = {
  readonly [I in Ref<P>]: T;
} & { readonly length: number };

class TableSchema<P extends string, T> extends Composite<Table<P, T>> implements Rows {
  readonly bits: number;
  readonly pool: Pool<P>;
  private readonly row: Composite<T>;
  private readonly offsets: readonly number[];

  constructor(of: Pool<P>, row: Composite<T>) {
    super();
    this.pool = of;
    this.row = row;
    const { offsets, bits } = placeRows(row.bits, of.size);
    this.offsets = offsets;
    this.bits = bits;
  }

  blank(): Table<P, T> {
    return this.offsets.map(() => this.row.blank()) as never;
  }

  read(words: Int32Array, at: number): Table<P, T> {
    return this.offsets.map((offset) => this.row.read(words, at + offset)) as never;
  }

  write(words: Int32Array, at: number, value: Table<P, T>, path: string): void {
    const rows = value as unknown as readonly T[];
    if (!Array.isArray(value) || rows.length !== this.pool.size) {
      outOfRange(path, `${this.pool.size} rows, one per ${this.pool.name}`, value);
    }
    this.offsets.forEach((offset, i) => {
      this.row.write(words, at + offset, rows[i], `${path}[${i}]`);
    });
  }

  rename(from: Int32Array, at: number, to: Int32Array, toAt: number, names: Renaming): void {
    const rows = names.get(this.pool.name);
    this.offsets.forEach((offset, i) => {
      const row = rows === undefined ? i : rows[i];
      this.row.rename(from, at + offset, to, toAt + this.offsets[row], names);
    });
  }

  /** Rows that refer to nothing wait, too: what they hold tells them apart. */
  override get refers(): boolean {
    return true;
  }

  override references(words: Int32Array, at: number, visitor: ReferenceVisitor): void {
    if (visitor.waits(this, at) || !this.row.refers) return;
    for (const offset of this.offsets) this.row.references(words, at + offset, visitor);
  }

  get rowBits(): number {
    return this.row.bits;
  }

  rowAt(at: number, index: number): number {
    return at + this.offsets[index];
  }

  rowReferences(words: Int32Array, at: number, visitor: ReferenceVisitor): void {
    if (this.row.refers) this.row.references(words, at, visitor);
  }

  renameRow(from: Int32Array, at: number, to: Int32Array, toAt: number, names: Renaming): void {
    this.row.rename(from, at, to, toAt, names);
  }

  override tell(value: Table<P, T>): string {
    const rows = value as unknown as readonly T[];
    return rows.map((row) => `[${this.row.tell(row)}]`).join(' ');
  }

  override below(): Schema<unknown> {
    return this.row;
  }

  /** An array of the views of the rows. */
  viewer(binding: Binding): Viewer {
    const rowAt = this.row.viewer(binding);
    return (at, path) => {
      const rows = this.offsets.map((row, i) => rowAt(at + row, `${path}[${i}]`));
      return strictRows(rows, path);
    };
  }

  override part(chosen: Chosen): Composite<Table<P, T>> {
    return new TableSchema(this.pool, this.row.part(chosen) as Composite<T>);
  }

  cells(at: number, path: string, visit: CellVisitor): void {
    this.offsets.forEach((offset, i) => this.row.cells(at + offset, `${path}[${i}]`, visit));
  }

  /** @internal */
  generate(fc: Generators): Arbitrary<Table<P, T>> {
    const { size } = this.pool;
    return fc.array(this.row.generate(fc), { minLength: size, maxLength: size }) as never;
  }
}

/** Has the schema one row for each thing of a pool? */
export function isTable(schema: object): boolean {
  return schema instanceof TableSchema;
}

/** One row (a record) for each thing of a pool. */
export function table<P extends string, T extends object>(
  of: Pool<P>,
  row: Composite<T>,
): Composite<Table<P, T>> {
  demandPool('table', of);
  demandComposite(`table of ${of.name}`, row);
  return new TableSchema(of, row);
}
