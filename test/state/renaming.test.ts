/** Renaming interchangeable things: references and table rows move together. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { layout } from '../../src/state/layout.ts';
import type { Renaming } from '../../src/state/pool.ts';
import { buildRecord, caseName, fieldName, pools, shapeAndValue } from './shapes.ts';
import type { PoolName, RecordShape, Shape } from './shapes.ts';

type Names = Readonly<Record<PoolName, readonly number[]>>;

const permutation = (size: number): fc.Arbitrary<number[]> => {
  const all = Array.from({ length: size }, (_, i) => i);
  return fc.shuffledSubarray(all, { minLength: size });
};

const anyNames: fc.Arbitrary<Names> = fc.record({
  frame: permutation(pools.frame.size),
  page: permutation(pools.page.size),
  core: permutation(pools.core.size),
});

const renaming = (names: Partial<Names>): Renaming => new Map(Object.entries(names));

/** The definition of renaming on plain values, independent of the schema's code. */
function renamed(shape: Shape, value: unknown, names: Names): unknown {
  switch (shape.kind) {
    case 'ref':
      return names[shape.pool][value as number];
    case 'optional':
      return value === null ? null : names[shape.pool][value as number];
    case 'list':
      return (value as unknown[]).map((element) => renamed(shape.element, element, names));
    case 'record':
      return renamedFields(shape, value as Record<string, unknown>, names);
    case 'table': {
      const rows: unknown[] = [];
      (value as unknown[]).forEach((row, i) => {
        rows[names[shape.pool][i]] = renamed(shape.row, row, names);
      });
      return rows;
    }
    case 'cases': {
      const tagged = value as Record<string, unknown>;
      const variant = shape.variants.findIndex((_, i) => caseName(i) === tagged['in']);
      return { in: tagged['in'], ...renamedFields(shape.variants[variant], tagged, names) };
    }
    case 'stack':
      return (value as unknown[]).map((frame) => renamed(shape.frame, frame, names));
    default:
      return value;
  }
}

function renamedFields(shape: RecordShape, value: Record<string, unknown>, names: Names): object {
  return Object.fromEntries(
    shape.fields.map((field, i) => [fieldName(i), renamed(field, value[fieldName(i)], names)]),
  );
}

test('renaming the packed words does what renaming the plain value does', () => {
  fc.assert(
    fc.property(shapeAndValue, anyNames, ([shape, value], names) => {
      const { pack, rename } = layout(buildRecord(shape));
      const expected = pack(renamed(shape, value, names) as object);
      expect(rename(pack(value), renaming(names))).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test('renaming everything to itself, or nothing at all, changes nothing', () => {
  fc.assert(
    fc.property(shapeAndValue, ([shape, value]) => {
      const { pack, rename } = layout(buildRecord(shape));
      const packed = pack(value);
      const same = { frame: pools.frame.all, page: pools.page.all, core: pools.core.all };
      expect(rename(packed, renaming(same))).toEqual(packed);
      expect(rename(packed, new Map())).toEqual(packed);
    }),
  );
});

test('renaming twice is renaming by the composition', () => {
  fc.assert(
    fc.property(shapeAndValue, anyNames, anyNames, ([shape, value], first, then) => {
      const { pack, rename } = layout(buildRecord(shape));
      const both = {
        frame: first.frame.map((i) => then.frame[i]),
        page: first.page.map((i) => then.page[i]),
        core: first.core.map((i) => then.core[i]),
      };
      const twice = rename(rename(pack(value), renaming(first)), renaming(then));
      expect(twice).toEqual(rename(pack(value), renaming(both)));
    }),
  );
});

test('a renaming of one pool leaves references to the others alone', () => {
  fc.assert(
    fc.property(shapeAndValue, anyNames, ([shape, value], names) => {
      const { pack, rename } = layout(buildRecord(shape));
      const oneByOne = rename(
        rename(pack(value), renaming({ frame: names.frame })),
        renaming({ page: names.page }),
      );
      expect(oneByOne).toEqual(rename(pack(value), renaming(names)));
    }),
  );
});
