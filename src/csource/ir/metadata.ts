/** Metadata: what clang tells debuggers, as nodes with fields. */

import type { Cursor } from './cursor.ts';
import type { MetaNode, MetaValue } from './module.ts';
import { startsType } from './types.ts';
import { parseTyped } from './values.ts';

/** `!12 = distinct !DISubprogram(name: "f")`, or `!llvm.module.flags = !{!0}`. */
export function parseMetadataDefinition(cursor: Cursor): readonly [name: string, MetaNode] {
  const name = cursor.next().text;
  cursor.expect('=');
  cursor.take('distinct');
  return [name, parseNode(cursor)];
}

function parseNode(cursor: Cursor): MetaNode {
  const fields = new Map<string, MetaValue>();
  if (cursor.take('!')) {
    cursor.expect('{');
    return { kind: '', fields, parts: cursor.list('}', () => parseValue(cursor)) };
  }
  const kind = cursor.kind('meta');
  if (!cursor.take('(')) return { kind: '', fields, parts: [{ ref: Number(kind) }] };
  const parts: MetaValue[] = [];
  while (!cursor.take(')')) {
    const name = fieldName(cursor);
    if (name === undefined) parts.push(parseValue(cursor));
    else fields.set(name, parseValue(cursor));
    cursor.take(',');
  }
  return { kind, fields, parts };
}

/** `name:`, which is a label at the beginning of a line. */
function fieldName(cursor: Cursor): string | undefined {
  if (cursor.token.kind === 'label') return cursor.next().text;
  const { kind, text } = cursor.peek();
  if (kind !== 'punct' || text !== ':') return undefined;
  const name = cursor.next().text;
  cursor.skip();
  return name;
}

function parseValue(cursor: Cursor): MetaValue {
  const { kind, text } = cursor.token;
  if (kind === 'meta') {
    if (cursor.peek().text === '(') return { node: parseNode(cursor) };
    cursor.skip();
    return { ref: Number(text) };
  }
  if (kind === 'string' || kind === 'bytes') {
    cursor.skip();
    return { text };
  }
  if (cursor.isPunct('!')) {
    if (cursor.peek().kind !== 'string') return { node: parseNode(cursor) };
    cursor.skip();
    return { text: cursor.next().text };
  }
  // A value with its type, or words such as `DW_TAG_member` and `DIFlagA | DIFlagB`.
  if (startsType(cursor)) {
    const after = cursor.peek();
    if (['int', 'global', 'local', 'word'].includes(after.kind)) {
      const { value } = parseTyped(cursor);
      return { word: value.kind === 'int' ? String(value.value) : value.kind };
    }
    if (after.text === '(') {
      parseTyped(cursor);
      return { word: '' };
    }
  }
  let word = cursor.next().text;
  while (cursor.take('|')) word += ` | ${cursor.next().text}`;
  return { word };
}
