/**
 * Operations on a state that work on views, immer drafts and plain values: reading everything, and
 * one random mutation. Choices come from a list of numbers, so that two runs make the same ones.
 */

import { caseName, fieldName, pools } from './shapes.ts';
import type { CasesShape, ListShape, RecordShape, ScalarShape, Shape } from './shapes.ts';

type Loose = Record<string, unknown>;
interface LooseArray {
  readonly length: number;
  readonly [index: number]: unknown;
  at(index: number): unknown;
  indexOf(value: unknown): number;
  includes(value: unknown): boolean;
  push(value: unknown): number;
  unshift(value: unknown): number;
  splice(start: number, count: number): unknown;
  pop(): unknown;
}

/** Answers a number from 0 to n - 1. */
export type Choose = (n: number) => number;

export function chooser(choices: readonly number[]): Choose {
  let next = 0;
  return (n) => choices[next++ % choices.length] % n;
}

/** A plain copy of what a view (or a draft, or a value) shows. */
export function readAll(shape: Shape, shown: unknown): unknown {
  switch (shape.kind) {
    case 'record':
      return readFields(shape, shown as Loose);
    case 'table':
      return pools[shape.pool].all.map((i) => readAll(shape.row, (shown as LooseArray)[i]));
    case 'cases':
      return readCase(shape, shown as Loose);
    case 'list':
    case 'stack': {
      const array = shown as LooseArray;
      return Array.from({ length: array.length }, (_, i) =>
        shape.kind === 'list' ? array.at(i) : readCase(shape.frame, array.at(i) as Loose),
      );
    }
    default:
      return shown;
  }
}

function readFields(shape: RecordShape, shown: Loose): Loose {
  return Object.fromEntries(
    shape.fields.map((field, i) => [fieldName(i), readAll(field, shown[fieldName(i)])]),
  );
}

function readCase(shape: CasesShape, shown: Loose): Loose {
  const tag = shape.variants.findIndex((_, i) => caseName(i) === shown['in']);
  return { in: shown['in'], ...readFields(shape.variants[tag], shown) };
}

export function anyScalar(shape: ScalarShape, choose: Choose): unknown {
  switch (shape.kind) {
    case 'bool':
      return choose(2) === 1;
    case 'int':
      return shape.min + choose(shape.max - shape.min + 1);
    case 'oneOf':
      return shape.names[choose(shape.names.length)];
    case 'only':
      return shape.value;
    case 'ref':
      return choose(pools[shape.pool].size);
    case 'optional': {
      const chosen = choose(pools[shape.pool].size + 1);
      return chosen === 0 ? null : chosen - 1;
    }
  }
}

export function anyValue(shape: Shape, choose: Choose): unknown {
  switch (shape.kind) {
    case 'record':
      return anyFields(shape, choose);
    case 'table':
      return pools[shape.pool].all.map(() => anyValue(shape.row, choose));
    case 'cases':
      return anyCase(shape, choose);
    case 'list':
      return Array.from({ length: choose(shape.max + 1) }, () => anyScalar(shape.element, choose));
    case 'stack':
      return Array.from({ length: choose(shape.depth + 1) }, () => anyCase(shape.frame, choose));
    default:
      return anyScalar(shape, choose);
  }
}

function anyFields(shape: RecordShape, choose: Choose): Loose {
  return Object.fromEntries(
    shape.fields.map((field, i) => [fieldName(i), anyValue(field, choose)]),
  );
}

function anyCase(shape: CasesShape, choose: Choose): Loose {
  const tag = choose(shape.variants.length);
  return { in: caseName(tag), ...anyFields(shape.variants[tag], choose) };
}

/** One mutation somewhere in `root`; returns what a step could have observed on the way. */
export function mutate(root: RecordShape, draft: unknown, choose: Choose): unknown {
  return mutateRecord(root, draft as Loose, choose);
}

function mutateRecord(shape: RecordShape, draft: Loose, choose: Choose): unknown {
  if (shape.fields.length === 0) return 'nothing to write';
  const chosen = choose(shape.fields.length);
  const field = shape.fields[chosen];
  const key = fieldName(chosen);
  switch (field.kind) {
    case 'record':
    case 'table':
    case 'list':
    case 'stack':
      return mutateInside(field, draft[key], choose);
    case 'cases': {
      if (choose(2) === 0) return mutateCase(field, draft[key] as Loose, choose);
      draft[key] = anyCase(field, choose);
      return (draft[key] as Loose)['in'];
    }
    default: {
      const before = draft[key];
      draft[key] = anyScalar(field, choose);
      return [before, draft[key]];
    }
  }
}

function mutateCase(shape: CasesShape, draft: Loose, choose: Choose): unknown {
  const tag = shape.variants.findIndex((_, i) => caseName(i) === draft['in']);
  return mutateRecord(shape.variants[tag], draft, choose);
}

function mutateInside(shape: Shape, draft: unknown, choose: Choose): unknown {
  const array = draft as LooseArray;
  switch (shape.kind) {
    case 'record':
      return mutateRecord(shape, draft as Loose, choose);
    case 'table':
      return mutateInside(shape.row, array[choose(pools[shape.pool].size)], choose);
    case 'list':
      return mutateList(shape, array, choose);
    case 'stack':
      if (choose(3) === 0) {
        return array.length < shape.depth ? array.push(anyCase(shape.frame, choose)) : 'full';
      }
      if (array.length === 0) return array.at(-1);
      if (choose(2) === 0) return mutateCase(shape.frame, array.at(-1) as Loose, choose);
      array.pop();
      return array.length;
    default:
      throw new Error(`${shape.kind} is not an object of its own`);
  }
}

function mutateList(shape: ListShape, array: LooseArray, choose: Choose): unknown {
  const value = anyScalar(shape.element, choose);
  switch (choose(5)) {
    case 0:
      return array.length < shape.max ? array.push(value) : 'full';
    case 1:
      return array.length < shape.max ? array.unshift(value) : 'full';
    case 2: {
      // Also starts at or beyond the end, and removes more elements than there are.
      array.splice(choose(shape.max + 2), choose(shape.max + 2));
      return array.length;
    }
    case 3:
      return [array.indexOf(value), array.includes(value)];
    default: {
      const index = choose(2 * shape.max + 2) - shape.max;
      return [array.at(index), array.length];
    }
  }
}
