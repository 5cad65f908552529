/** Values: names, numbers and constants, with their types or without. */

import type { Cursor } from './cursor.ts';
import type { Type, Typed, Value } from './module.ts';
import { parseAttributes, parseType } from './types.ts';
import { BINARY, CASTS, FLAGS } from './vocabulary.ts';

export function parseTyped(cursor: Cursor): Typed {
  const type = parseType(cursor);
  parseAttributes(cursor);
  if (type.kind === 'metadata') {
    parseMetadataOperand(cursor);
    return { type, value: { kind: 'metadata' } };
  }
  return { type, value: parseValue(cursor, type) };
}

/** Values with their types, up to a closing bracket. */
function parseTypedList(cursor: Cursor, close: string): Typed[] {
  return cursor.list(close, () => {
    cursor.take('inrange');
    return parseTyped(cursor);
  });
}

/** `, i32 1, i64 %2`, up to metadata. */
export function parseMoreTyped(cursor: Cursor): Typed[] {
  const values: Typed[] = [];
  while (cursor.isPunct(',') && cursor.peek().kind !== 'meta') {
    cursor.skip();
    if (cursor.take('align')) {
      cursor.number();
    } else {
      cursor.take('inrange');
      values.push(parseTyped(cursor));
    }
  }
  return values;
}

export function parseValue(cursor: Cursor, type: Type): Value {
  const { kind, text } = cursor.next();
  switch (kind) {
    case 'local':
      return { kind: 'local', name: text };
    case 'global':
      return { kind: 'global', name: text };
    case 'int':
      return { kind: 'int', value: BigInt(text) };
    case 'float':
      return { kind: 'float', value: floatOf(cursor, text, type) };
    case 'bytes':
      return { kind: 'bytes', bytes: text };
    case 'punct':
      if (text === '[') return parseAggregate(cursor, ']');
      if (text === '{') return parseAggregate(cursor, '}');
      if (text === '<' && cursor.take('{')) {
        const parts = parseAggregate(cursor, '}');
        cursor.expect('>');
        return parts;
      }
      break;
    case 'word':
      return parseConstant(cursor, text);
  }
  return cursor.failBefore('expected a value');
}

/** A reference to metadata; answers its number, if it is one. */
export function parseMetadataOperand(cursor: Cursor): number | undefined {
  if (cursor.token.kind === 'meta') {
    const { text } = cursor.next();
    cursor.skipParentheses();
    return Number(text);
  }
  if (cursor.take('!')) {
    if (cursor.token.kind === 'string') cursor.skip();
    else cursor.group('{', '}');
    return undefined;
  }
  parseTyped(cursor);
  return undefined;
}

function floatOf(cursor: Cursor, text: string, type: Type): number {
  if (!text.startsWith('0x')) return Number(text);
  if (!/^0x[0-9A-Fa-f]+$/.test(text) || (type.kind !== 'float' && type.kind !== 'double')) {
    cursor.fail('a number of a floating-point type that is not modelled');
  }
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(text));
  return view.getFloat64(0);
}

function parseAggregate(cursor: Cursor, close: string): Value {
  return { kind: 'aggregate', parts: cursor.list(close, () => parseTyped(cursor)) };
}

/** What stands behind the word that a constant begins with. */
type ParseConstant = (cursor: Cursor, word: string) => Value;

const zero: ParseConstant = () => ({ kind: 'zero' });

const global: ParseConstant = (cursor) => ({ kind: 'global', name: cursor.kind('global') });

const ASSEMBLY_FLAGS = new Set(['sideeffect', 'alignstack', 'inteldialect', 'unwind']);

const assembly: ParseConstant = (cursor) => {
  cursor.skipWordsOf(ASSEMBLY_FLAGS);
  const text = cursor.kind('string');
  cursor.expect(',');
  return { kind: 'asm', text, constraints: cursor.kind('string') };
};

const elementAddress: ParseConstant = (cursor) => {
  cursor.skipWordsOf(FLAGS);
  if (cursor.take('inrange')) cursor.group('(', ')');
  cursor.expect('(');
  const source = parseType(cursor);
  cursor.expect(',');
  const [base, ...indices] = parseTypedList(cursor, ')');
  return { kind: 'gep', source, base, indices };
};

const cast: ParseConstant = (cursor, op) => {
  cursor.expect('(');
  const from = parseTyped(cursor);
  cursor.expect('to');
  const to = parseType(cursor);
  cursor.expect(')');
  return { kind: 'cast', op, from, to };
};

const binary: ParseConstant = (cursor, op) => {
  cursor.skipWordsOf(FLAGS);
  cursor.expect('(');
  const [left, right] = parseTypedList(cursor, ')');
  return { kind: 'binary', op, left, right };
};

const CONSTANTS: Readonly<Record<string, ParseConstant>> = {
  null: zero,
  zeroinitializer: zero,
  undef: zero,
  poison: zero,
  none: zero,
  true: () => ({ kind: 'int', value: 1n }),
  false: () => ({ kind: 'int', value: 0n }),
  asm: assembly,
  getelementptr: elementAddress,
  dso_local_equivalent: global,
  no_cfi: global,
  ...Object.fromEntries([...CASTS].map((op) => [op, cast])),
  ...Object.fromEntries([...BINARY].map((op) => [op, binary])),
};

function parseConstant(cursor: Cursor, word: string): Value {
  if (Object.hasOwn(CONSTANTS, word)) return CONSTANTS[word](cursor, word);
  return cursor.failBefore(`constants of the kind ${word} are not modelled`);
}
