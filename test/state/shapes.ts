/**
 * Random schemas, described as plain trees. A law test builds the schema from the tree and compares
 * it with functions that use only the tree; no code here reads bits.
 */

import * as fc from 'fast-check';
import { cases } from '../../src/state/cases.ts';
import { stack } from '../../src/state/call-stack.ts';
import type { CasesSchema, Variants } from '../../src/state/cases.ts';
import { list } from '../../src/state/list.ts';
import { pool } from '../../src/state/pool.ts';
import { record } from '../../src/state/record.ts';
import { table } from '../../src/state/table.ts';
import type { Composite, Fields } from '../../src/state/record.ts';
import { bool, int, oneOf, only } from '../../src/state/values.ts';
import { optional, ref } from '../../src/state/references.ts';
import type { Scalar } from '../../src/state/scalar.ts';
import type { Schema } from '../../src/state/schema.ts';

export const pools = { frame: pool('frame', 3), page: pool('page', 5), core: pool('core', 1) };
export type PoolName = keyof typeof pools;

export type ScalarShape =
  | { readonly kind: 'bool' }
  | { readonly kind: 'int'; readonly min: number; readonly max: number }
  | { readonly kind: 'oneOf'; readonly names: readonly string[] }
  | { readonly kind: 'only'; readonly value: string | number | boolean | null }
  | { readonly kind: 'ref'; readonly pool: PoolName }
  | { readonly kind: 'optional'; readonly pool: PoolName };

export interface ListShape {
  readonly kind: 'list';
  readonly element: ScalarShape;
  readonly max: number;
}

export interface RecordShape {
  readonly kind: 'record';
  readonly fields: readonly Shape[];
}

export interface TableShape {
  readonly kind: 'table';
  readonly pool: PoolName;
  readonly row: RecordShape | ListShape | TableShape;
}

export interface CasesShape {
  readonly kind: 'cases';
  readonly variants: readonly RecordShape[];
}

export interface StackShape {
  readonly kind: 'stack';
  readonly frame: CasesShape;
  readonly depth: number;
}

export type Shape = ScalarShape | ListShape | RecordShape | TableShape | CasesShape | StackShape;

export const fieldName = (i: number): string => `f${i}`;
export const caseName = (i: number): string => `c${i}`;

/** The schema that a tree describes. */
export function build(shape: Shape): Schema<unknown> {
  switch (shape.kind) {
    case 'bool':
      return bool;
    case 'int':
      return int(shape.min, shape.max);
    case 'oneOf':
      return oneOf(...shape.names);
    case 'only':
      return only(shape.value);
    case 'ref':
      return ref(pools[shape.pool]);
    case 'optional':
      return optional(pools[shape.pool]);
    case 'list':
      return list(build(shape.element) as Scalar<unknown>, shape.max);
    case 'record':
      return record(fieldsOf(shape));
    case 'table':
      return table(pools[shape.pool], build(shape.row) as Composite<object>);
    case 'cases':
      return buildCases(shape);
    case 'stack':
      return stack(buildCases(shape.frame), shape.depth);
  }
}

function fieldsOf(shape: RecordShape): Fields {
  return Object.fromEntries(shape.fields.map((field, i) => [fieldName(i), build(field)]));
}

function buildCases(shape: CasesShape): CasesSchema<Variants> {
  return cases(Object.fromEntries(shape.variants.map((v, i) => [caseName(i), fieldsOf(v)])));
}

export function buildRecord(shape: RecordShape): Composite<object> {
  return build(shape) as Composite<object>;
}

const poolName = fc.constantFrom<PoolName>('frame', 'page', 'core');

const NAMES = ['idle', 'read', 'write', 'done', 'lost'];

/** Ranges on both sides of zero, and one of 31 bits. */
const range = fc.constantFrom([0, 1], [0, 6], [-3, 2], [-1, 0], [-9, -4], [4, 9], [0, 2 ** 31 - 1]);

const scalar: fc.Arbitrary<ScalarShape> = fc.oneof(
  fc.constant({ kind: 'bool' } as const),
  range.map(([min, max]) => ({ kind: 'int', min: min!, max: max! }) as const),
  fc
    .integer({ min: 1, max: NAMES.length })
    .map((n) => ({ kind: 'oneOf', names: NAMES.slice(0, n) }) as const),
  fc.constantFrom('held', 7, true, null).map((value) => ({ kind: 'only', value }) as const),
  poolName.map((name) => ({ kind: 'ref', pool: name }) as const),
  poolName.map((name) => ({ kind: 'optional', pool: name }) as const),
);

interface Shapes {
  readonly list: ListShape;
  readonly record: RecordShape;
  readonly table: TableShape;
  readonly cases: CasesShape;
  readonly stack: StackShape;
  readonly any: Shape;
}

const shapes = fc.letrec<Shapes>((tie: fc.LetrecTypedTie<Shapes>) => ({
  list: fc.record({
    kind: fc.constant('list'),
    element: scalar,
    max: fc.integer({ min: 1, max: 5 }),
  }),
  record: fc.record({
    kind: fc.constant('record'),
    fields: fc.array(tie('any'), { minLength: 1, maxLength: 4, depthIdentifier: 'shape' }),
  }),
  table: fc.record({
    kind: fc.constant('table'),
    pool: poolName,
    row: fc.oneof({ depthIdentifier: 'shape' }, tie('list'), tie('record'), tie('table')),
  }),
  cases: fc.record({
    kind: fc.constant('cases'),
    variants: fc.array(
      fc.record({
        kind: fc.constant('record' as const),
        fields: fc.array(tie('any'), { maxLength: 3, depthIdentifier: 'shape' }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  }),
  stack: fc.record({
    kind: fc.constant('stack'),
    frame: tie('cases'),
    depth: fc.integer({ min: 1, max: 3 }),
  }),
  any: fc.oneof(
    { depthIdentifier: 'shape', depthSize: 'small' },
    scalar,
    tie('list'),
    tie('cases'),
    tie('record'),
    tie('table'),
    tie('stack'),
  ),
}));

/** Trees of states: a record at the root. */
export const anyShape: fc.Arbitrary<RecordShape> = shapes.record;

/** A tree together with a value that fits it. */
export const shapeAndValue: fc.Arbitrary<[RecordShape, object]> = anyShape.chain((shape) =>
  fc.tuple(fc.constant(shape), buildRecord(shape).generate(fc)),
);
