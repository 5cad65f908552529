import { applyPatches, enablePatches, produce, produceWithPatches } from 'immer';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitrary } from '../../src/state/arbitrary.ts';
import { layout } from '../../src/state/layout.ts';
import { anyShape, buildRecord, shapeAndValue } from './shapes.ts';
import { chooser, mutate, readAll } from './walks.ts';

enablePatches();

const choices = fc.array(fc.nat(), { minLength: 1, maxLength: 60 });
const rounds = fc.integer({ min: 1, max: 12 });

test('unpacking what was packed gives the value back, frozen', () => {
  fc.assert(
    fc.property(shapeAndValue, ([shape, value]) => {
      const { pack, unpack } = layout(buildRecord(shape));
      const found = unpack(pack(value));
      expect(found).toEqual(value);
      expect(Object.isFrozen(found)).toBe(true);
    }),
  );
});

test('a view shows every cell of the value that was packed', () => {
  fc.assert(
    fc.property(shapeAndValue, ([shape, value]) => {
      const { pack, scratch, view } = layout(buildRecord(shape));
      scratch.set(pack(value));
      expect(readAll(shape, view)).toEqual(value);
    }),
  );
});

test('a blank state has all bits zero, and all bits zero is the blank state', () => {
  fc.assert(
    fc.property(anyShape, (shape) => {
      const { pack, unpack, blank, words } = layout(buildRecord(shape));
      expect(pack(blank())).toEqual(new Int32Array(words));
      expect(unpack(new Int32Array(words))).toEqual(blank());
    }),
  );
});

test('a mutation does the same to a view, to an immer draft and to a plain value', () => {
  fc.assert(
    fc.property(shapeAndValue, choices, rounds, ([shape, value], raw, n) => {
      const { pack, unpack, scratch, view } = layout(buildRecord(shape));
      const onView = chooser(raw);
      const onDraft = chooser(raw);
      const onPlain = chooser(raw);
      const plain = structuredClone(value);
      let state = unpack(pack(value));
      scratch.set(pack(value));
      for (let i = 0; i < n; i++) {
        const seen = mutate(shape, view, onView);
        const next = produce(state, (draft) => {
          expect(mutate(shape, draft, onDraft)).toEqual(seen);
        });
        expect(mutate(shape, plain, onPlain)).toEqual(seen);
        expect(unpack(scratch)).toEqual(next);
        expect(next).toEqual(plain);
        state = next;
      }
    }),
    { numRuns: 300 },
  );
});

test('the patches of a step on a draft lead to the state that the view holds', () => {
  fc.assert(
    fc.property(shapeAndValue, choices, ([shape, value], raw) => {
      const { pack, unpack, scratch, view } = layout(buildRecord(shape));
      scratch.set(pack(value));
      mutate(shape, view, chooser(raw));
      const before = unpack(pack(value));
      const [, patches, inverse] = produceWithPatches(before, (draft) => {
        mutate(shape, draft, chooser(raw));
      });
      expect(applyPatches(before, patches)).toEqual(unpack(scratch));
      expect(applyPatches(unpack(scratch), inverse)).toEqual(value);
    }),
    { numRuns: 300 },
  );
});

test('equal values have equal words, however they came about', () => {
  fc.assert(
    fc.property(shapeAndValue, choices, rounds, ([shape, value], raw, n) => {
      const { pack, unpack, scratch, view } = layout(buildRecord(shape));
      const choose = chooser(raw);
      scratch.set(pack(value));
      for (let i = 0; i < n; i++) {
        mutate(shape, view, choose);
        expect(pack(unpack(scratch))).toEqual(scratch);
      }
    }),
    { numRuns: 300 },
  );
});

test('no cell straddles a word, and two cells overlap only in different cases', () => {
  fc.assert(
    fc.property(anyShape, (shape) => {
      const { cells, words } = layout(buildRecord(shape));
      const all = cells();
      for (const cell of all) {
        expect(cell.bits).toBeGreaterThan(0);
        expect((cell.at & 31) + cell.bits).toBeLessThanOrEqual(32);
        expect(cell.at + cell.bits).toBeLessThanOrEqual(32 * words);
      }
      expect(new Set(all.map((cell) => cell.path)).size).toBe(all.length);
      for (const [i, a] of all.entries()) {
        for (const b of all.slice(0, i)) {
          if (a.at + a.bits <= b.at || b.at + b.bits <= a.at) continue;
          expect(inDifferentCases(a.path, b.path), `${a.path} and ${b.path}`).toBe(true);
        }
      }
    }),
  );
});

/** True if the paths diverge at the name of a case. */
function inDifferentCases(a: string, b: string): boolean {
  const [left, right] = [a.split('.'), b.split('.')];
  const parting = left.findIndex((part, i) => part !== right[i]);
  return /^c\d+$/.test(left[parting] ?? '') && /^c\d+$/.test(right[parting] ?? '');
}

test('generated states fit their schema', () => {
  fc.assert(
    fc.property(
      anyShape.chain((shape) => {
        const schema = buildRecord(shape);
        return fc.tuple(fc.constant(schema), arbitrary(schema));
      }),
      ([schema, value]) => {
        layout(schema).pack(value);
      },
    ),
  );
});
