/** What stands behind the opcode of an instruction, by opcodes; calls have a file of their own. */

import type { Cursor } from './cursor.ts';
import type { Instruction, Type, Typed } from './module.ts';
import { parseType, PTR, VOID } from './types.ts';
import { parseMoreTyped, parseTyped, parseValue } from './values.ts';
import { BINARY, CASTS, FLAGS } from './vocabulary.ts';

/** An instruction without its result, its location and its line. */
export type Operation = Omit<Instruction, 'line' | 'result' | 'location'>;

type Parse = (cursor: Cursor) => Omit<Operation, 'op'>;

const BOOLEAN: Type = { kind: 'int', bits: 1 };

/** Two operands that have one type. */
function parsePair(cursor: Cursor): readonly [Typed, Typed] {
  const left = parseTyped(cursor);
  cursor.expect(',');
  return [left, { type: left.type, value: parseValue(cursor, left.type) }];
}

/** Another operand with a type of its own. */
function parseNext(cursor: Cursor): Typed {
  cursor.expect(',');
  return parseTyped(cursor);
}

const binary: Parse = (cursor) => {
  cursor.skipWordsOf(FLAGS);
  const operands = parsePair(cursor);
  return { type: operands[0].type, operands };
};

const unary: Parse = (cursor) => {
  cursor.skipWordsOf(FLAGS);
  const of = parseTyped(cursor);
  return { type: of.type, operands: [of] };
};

const cast: Parse = (cursor) => {
  cursor.skipWordsOf(FLAGS);
  const from = parseTyped(cursor);
  cursor.expect('to');
  return { type: parseType(cursor), operands: [from] };
};

const compare: Parse = (cursor) => {
  cursor.skipWordsOf(FLAGS);
  const flavour = cursor.kind('word');
  return { type: BOOLEAN, operands: parsePair(cursor), flavour };
};

const select: Parse = (cursor) => {
  cursor.skipWordsOf(FLAGS);
  const operands = [parseTyped(cursor), parseNext(cursor), parseNext(cursor)];
  return { type: operands[1].type, operands };
};

// Memory

const alloca: Parse = (cursor) => {
  if (cursor.take('inalloca')) cursor.fail('arguments with inalloca are not modelled');
  return { type: parseType(cursor), operands: parseMoreTyped(cursor) };
};

const load: Parse = (cursor) => {
  const atomic = cursor.take('atomic');
  cursor.skipWordsOf(FLAGS);
  const type = parseType(cursor);
  const from = parseNext(cursor);
  if (atomic) skipOrdering(cursor);
  return { type, operands: [from], atomic };
};

const store: Parse = (cursor) => {
  const atomic = cursor.take('atomic');
  cursor.skipWordsOf(FLAGS);
  const value = parseTyped(cursor);
  const to = parseNext(cursor);
  if (atomic) skipOrdering(cursor);
  return { type: value.type, operands: [value, to], atomic };
};

const fence: Parse = (cursor) => {
  skipOrdering(cursor);
  return { type: VOID, operands: [] };
};

const compareAndExchange: Parse = (cursor) => {
  cursor.skipWordsOf(FLAGS);
  const operands = [parseTyped(cursor), parseNext(cursor), parseNext(cursor)];
  skipOrdering(cursor);
  cursor.kind('word');
  const type: Type = { kind: 'struct', fields: [operands[2].type, BOOLEAN], packed: false };
  return { type, operands, atomic: true };
};

const readModifyWrite: Parse = (cursor) => {
  cursor.skipWordsOf(FLAGS);
  const flavour = cursor.kind('word');
  const to = parseTyped(cursor);
  const value = parseNext(cursor);
  skipOrdering(cursor);
  return { type: value.type, operands: [to, value], flavour, atomic: true };
};

/** All are as strong as the strongest here. */
function skipOrdering(cursor: Cursor): void {
  if (cursor.take('syncscope')) cursor.group('(', ')');
  if (cursor.token.kind === 'word') cursor.skip();
  else cursor.fail('expected an ordering');
}

// Parts

const elementAddress: Parse = (cursor) => {
  cursor.skipWordsOf(FLAGS);
  const source = parseType(cursor);
  const operands = parseMoreTyped(cursor);
  if (operands.some(({ type }) => type.kind === 'foreign')) {
    cursor.fail('vectors are not modelled');
  }
  return { type: PTR, operands, source };
};

/** The type of the part is not said. */
const extract: Parse = (cursor) => {
  const operands = [parseTyped(cursor)];
  return { type: VOID, operands, path: parsePath(cursor) };
};

const insert: Parse = (cursor) => {
  const operands = [parseTyped(cursor), parseNext(cursor)];
  return { type: operands[0].type, operands, path: parsePath(cursor) };
};

function parsePath(cursor: Cursor): number[] {
  const path: number[] = [];
  while (cursor.isPunct(',') && cursor.peek().kind === 'int') {
    cursor.skip();
    path.push(cursor.number());
  }
  return path;
}

// Control flow

const phi: Parse = (cursor) => {
  cursor.skipWordsOf(FLAGS);
  const type = parseType(cursor);
  const operands: Typed[] = [];
  const labels: string[] = [];
  do {
    cursor.expect('[');
    operands.push({ type, value: parseValue(cursor, type) });
    cursor.expect(',');
    labels.push(cursor.kind('local'));
    cursor.expect(']');
  } while (cursor.peek().kind !== 'meta' && cursor.take(','));
  return { type, operands, labels };
};

const branch: Parse = (cursor) => {
  if (cursor.isWord('label')) return { type: VOID, operands: [], labels: [parseLabel(cursor)] };
  const condition = parseTyped(cursor);
  cursor.expect(',');
  const yes = parseLabel(cursor);
  cursor.expect(',');
  return { type: VOID, operands: [condition], labels: [yes, parseLabel(cursor)] };
};

const switchTo: Parse = (cursor) => {
  const on = parseTyped(cursor);
  cursor.expect(',');
  const labels = [parseLabel(cursor)];
  const cases: bigint[] = [];
  cursor.expect('[');
  while (!cursor.take(']')) {
    const { value } = parseTyped(cursor);
    if (value.kind !== 'int') return cursor.fail('expected a number');
    cases.push(value.value);
    cursor.expect(',');
    labels.push(parseLabel(cursor));
  }
  return { type: VOID, operands: [on], labels, cases };
};

const ret: Parse = (cursor) => {
  const type = parseType(cursor);
  if (type.kind === 'void') return { type, operands: [] };
  return { type, operands: [{ type, value: parseValue(cursor, type) }] };
};

const unreachable: Parse = () => ({ type: VOID, operands: [] });

function parseLabel(cursor: Cursor): string {
  cursor.expect('label');
  return cursor.kind('local');
}

export const OPERATIONS: Readonly<Record<string, Parse>> = {
  ...Object.fromEntries([...BINARY].map((op) => [op, binary])),
  ...Object.fromEntries([...CASTS].map((op) => [op, cast])),
  fneg: unary,
  freeze: unary,
  icmp: compare,
  fcmp: compare,
  select,
  alloca,
  load,
  store,
  fence,
  cmpxchg: compareAndExchange,
  atomicrmw: readModifyWrite,
  getelementptr: elementAddress,
  extractvalue: extract,
  insertvalue: insert,
  phi,
  br: branch,
  switch: switchTo,
  ret,
  unreachable,
};
