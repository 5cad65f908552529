/** Global variables, constants and aliases. */

import { InputError } from '../../errors.ts';
import type { Cursor } from './cursor.ts';
import type { Global, Value } from './module.ts';
import { parseType } from './types.ts';
import { parseTyped, parseValue } from './values.ts';
import { LINKAGE, PREEMPTION } from './vocabulary.ts';

interface Linkage {
  readonly internal: boolean;
  readonly weak: boolean;
  /** Is it defined in another unit? */
  readonly elsewhere: boolean;
}

/** `@name = internal global i32 1, align 4`: a variable, or what an alias stands for. */
export function parseGlobal(
  cursor: Cursor,
): { readonly global: Global } | { readonly alias: { readonly name: string; readonly of: Value } } {
  const name = cursor.next().text;
  cursor.expect('=');
  const { internal, weak, elsewhere } = parseLinkage(cursor, name);
  const what = cursor.kind('word');
  if (what === 'ifunc') cursor.fail('ifuncs are not modelled');
  if (what === 'alias') {
    parseType(cursor);
    cursor.expect(',');
    const of = parseTyped(cursor).value;
    parseProperties(cursor);
    return { alias: { name, of } };
  }
  if (what !== 'global' && what !== 'constant') cursor.fail('expected global or constant');
  const type = parseType(cursor);
  const initial = elsewhere || !startsValue(cursor) ? undefined : parseValue(cursor, type);
  const { align, debug } = parseProperties(cursor);
  const global = {
    name,
    type,
    internal,
    weak,
    constant: what === 'constant',
    align,
    ...(initial !== undefined && { initial }),
    ...(debug !== undefined && { debug }),
  };
  return { global };
}

function parseLinkage(cursor: Cursor, name: string): Linkage {
  let internal = false;
  let weak = false;
  let elsewhere = false;
  for (;;) {
    const { text } = cursor.token;
    if (cursor.isWordOf(LINKAGE)) {
      internal ||= text === 'private' || text === 'internal';
      weak ||= /^(weak|linkonce|common)/.test(text);
      elsewhere ||= ['external', 'extern_weak', 'available_externally'].includes(text);
    } else if (cursor.isWord('thread_local')) {
      throw new InputError(
        `${cursor.file}: ${name} is thread_local: use vmcheck_thread() and an array instead`,
      );
    } else if (!cursor.isWordOf(PREEMPTION)) {
      return { internal, weak, elsewhere };
    }
    cursor.skip();
  }
}

function startsValue(cursor: Cursor): boolean {
  const { kind, text } = cursor.token;
  if (kind === 'word') return text !== 'align' && text !== 'section' && text !== 'comdat';
  if (kind === 'punct') return text === '[' || text === '{' || text === '<';
  return ['global', 'int', 'float', 'bytes'].includes(kind) && cursor.peek().text !== '=';
}

/** `, section "x", align 4, !dbg !3` and attribute groups. */
function parseProperties(cursor: Cursor): { readonly align: number; readonly debug?: number } {
  let align = 0;
  let debug: number | undefined;
  for (;;) {
    if (cursor.token.kind === 'hash') {
      cursor.skip();
      continue;
    }
    if (!cursor.take(',')) return { align, ...(debug !== undefined && { debug }) };
    if (cursor.token.kind === 'meta') {
      const name = cursor.next().text;
      const ref = cursor.kind('meta');
      if (name === 'dbg') debug = Number(ref);
    } else if (cursor.take('align')) {
      align = cursor.number();
    } else if (cursor.take('section') || cursor.take('partition') || cursor.take('code_model')) {
      cursor.kind('string');
    } else if (cursor.take('comdat')) {
      cursor.skipParentheses();
    } else {
      cursor.fail('a property of a global that is not known');
    }
  }
}
