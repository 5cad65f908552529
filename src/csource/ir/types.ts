/** Types, and the attributes that stand behind them. */

import type { Cursor } from './cursor.ts';
import type { Type } from './module.ts';
import { ATTRIBUTES, ATTRIBUTES_WITH, FOREIGN } from './vocabulary.ts';

export const VOID: Type = { kind: 'void' };
export const PTR: Type = { kind: 'ptr' };

const WHOLE_NUMBER = /^i\d+$/;

const SIMPLE: Readonly<Record<string, Type>> = {
  void: VOID,
  ptr: PTR,
  float: { kind: 'float' },
  double: { kind: 'double' },
  label: { kind: 'label' },
  metadata: { kind: 'metadata' },
  token: { kind: 'token' },
};

/** `%name = type { i32 }`; undefined for an opaque one. */
export function parseTypeDefinition(cursor: Cursor): readonly [name: string, Type | undefined] {
  const name = cursor.next().text;
  cursor.expect('=');
  cursor.expect('type');
  return [name, cursor.take('opaque') ? undefined : parseType(cursor)];
}

export function parseType(cursor: Cursor): Type {
  let type = parseSimpleType(cursor);
  for (;;) {
    if (cursor.isPunct('(')) {
      type = { kind: 'function', result: type, ...parseParameterTypes(cursor) };
    } else if (cursor.isPunct('*')) {
      cursor.fail('typed pointers: clang 15 or later is needed');
    } else if (cursor.isWord('addrspace')) {
      cursor.fail('address spaces are not modelled');
    } else {
      return type;
    }
  }
}

/** `(i32, ptr, ...)` */
export function parseParameterTypes(cursor: Cursor): {
  readonly parameters: readonly Type[];
  readonly variadic: boolean;
} {
  let variadic = false;
  cursor.expect('(');
  const given = cursor.list(')', () => {
    if (!cursor.take('...')) return parseType(cursor);
    variadic = true;
    return undefined;
  });
  return { parameters: given.filter((type) => type !== undefined), variadic };
}

/** Not a type of a function: what stands in parentheses behind it belongs to something else. */
export function parseSimpleType(cursor: Cursor): Type {
  const { kind, text } = cursor.next();
  if (kind === 'local') return { kind: 'named', name: text };
  if (kind === 'word') {
    if (Object.hasOwn(SIMPLE, text)) return SIMPLE[text];
    if (WHOLE_NUMBER.test(text)) return { kind: 'int', bits: Number(text.slice(1)) };
    if (FOREIGN.has(text)) return { kind: 'foreign', name: text };
  }
  if (kind === 'punct') {
    if (text === '[') return parseArray(cursor);
    if (text === '{') return parseStructure(cursor, false);
    if (text === '<') {
      if (cursor.take('{')) {
        const structure = parseStructure(cursor, true);
        cursor.expect('>');
        return structure;
      }
      cursor.rest('<', '>');
      return { kind: 'foreign', name: 'vectors' };
    }
  }
  return cursor.failBefore('expected a type');
}

function parseArray(cursor: Cursor): Type {
  const count = cursor.number();
  cursor.expect('x');
  const of = parseType(cursor);
  cursor.expect(']');
  return { kind: 'array', count, of };
}

function parseStructure(cursor: Cursor, packed: boolean): Type {
  return { kind: 'struct', fields: cursor.list('}', () => parseType(cursor)), packed };
}

export function startsType({ token: { kind, text } }: Cursor): boolean {
  if (kind === 'local') return true;
  if (kind === 'punct') return text === '[' || text === '{' || text === '<';
  if (kind !== 'word') return false;
  return WHOLE_NUMBER.test(text) || FOREIGN.has(text) || Object.hasOwn(SIMPLE, text);
}

/** Attributes of a parameter, a result or a function; answers the type of a copy. */
export function parseAttributes(cursor: Cursor): Type | undefined {
  let byval: Type | undefined;
  for (;;) {
    const { kind, text } = cursor.token;
    if (cursor.isWordOf(ATTRIBUTES_WITH)) {
      cursor.skip();
      byval = parseAttributeValue(cursor, text) ?? byval;
    } else if (cursor.isWordOf(ATTRIBUTES) || kind === 'hash') {
      cursor.skip();
    } else if (kind === 'string') {
      cursor.skip();
      if (cursor.take('=')) cursor.kind('string');
    } else {
      return byval;
    }
  }
}

/** What stands behind the name of an attribute; answers the type of a copy. */
function parseAttributeValue(cursor: Cursor, attribute: string): Type | undefined {
  if (attribute === 'align' && cursor.token.kind === 'int') {
    cursor.skip();
  } else if (attribute === 'byval' && cursor.take('(')) {
    const type = parseType(cursor);
    cursor.expect(')');
    return type;
  } else if (attribute === 'inalloca' || attribute === 'preallocated') {
    cursor.fail(`arguments with ${attribute} are not modelled`);
  } else {
    cursor.skipParentheses();
  }
  return undefined;
}
