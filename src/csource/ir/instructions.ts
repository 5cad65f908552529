/** Instructions: what they define, their operation, and what stands behind it. */

import { parseCall } from './call.ts';
import type { Cursor } from './cursor.ts';
import type { Instruction } from './module.ts';
import { type Operation, OPERATIONS } from './operations.ts';

const TAIL_CALLS: ReadonlySet<string> = new Set(['tail', 'musttail', 'notail']);

/**
 * Undefined for what only debuggers need; such instructions put into `variables` where a variable
 * lies.
 */
export function parseInstruction(
  cursor: Cursor,
  variables: Map<string, number>,
): Instruction | undefined {
  const { line } = cursor.token;
  let result: string | undefined;
  if (cursor.token.kind === 'local') {
    result = cursor.next().text;
    cursor.expect('=');
  }
  const operation = parseOperation(cursor, variables);
  const location = parseProperties(cursor);
  if (operation === undefined) return undefined;
  return {
    ...operation,
    line,
    ...(result !== undefined && { result }),
    ...(location !== undefined && { location }),
  };
}

function parseOperation(cursor: Cursor, variables: Map<string, number>): Operation | undefined {
  if (cursor.token.kind !== 'word') cursor.fail('expected an instruction');
  if (cursor.isWordOf(TAIL_CALLS)) cursor.skip();
  const op = cursor.next().text;
  if (op === 'call') return parseCall(cursor, variables);
  if (Object.hasOwn(OPERATIONS, op)) return { op, ...OPERATIONS[op](cursor) };
  return cursor.failBefore(`the instruction ${op} is not modelled`);
}

/** `, align 4, !dbg !3` and attribute groups; answers the number of the location. */
function parseProperties(cursor: Cursor): number | undefined {
  let location: number | undefined;
  while (cursor.isPunct(',') || cursor.token.kind === 'hash') {
    if (cursor.token.kind === 'hash') {
      if (cursor.token.text.startsWith('dbg_')) break;
      cursor.skip();
      continue;
    }
    cursor.skip();
    if (cursor.token.kind === 'meta') {
      const name = cursor.next().text;
      const ref = cursor.kind('meta');
      if (name === 'dbg') location = Number(ref);
    } else if (cursor.take('align')) {
      cursor.number();
    } else {
      cursor.fail('a property of an instruction that is not known');
    }
  }
  return location;
}
