/** Calls, and those among them that only tell debuggers where a variable lies. */

import type { Cursor } from './cursor.ts';
import type { Argument, Value } from './module.ts';
import type { Operation } from './operations.ts';
import { parseAttributes, parseParameterTypes, parseSimpleType, parseType, PTR } from './types.ts';
import { parseMetadataOperand, parseValue } from './values.ts';
import { CALLING, FLAGS } from './vocabulary.ts';

interface Given {
  readonly arguments: readonly Argument[];
  /** Numbers of metadata among the arguments. */
  readonly notes: readonly (number | undefined)[];
  /** The pointer that the first metadata names. */
  readonly variable: string | undefined;
}

/** Undefined for what only debuggers need, which puts into `variables` where a variable lies. */
export function parseCall(cursor: Cursor, variables: Map<string, number>): Operation | undefined {
  cursor.skipWordsOf(FLAGS);
  cursor.skipWordsOf(CALLING);
  parseAttributes(cursor);
  const type = parseSimpleType(cursor);
  const { parameters, variadic } = cursor.isPunct('(')
    ? parseParameterTypes(cursor)
    : { parameters: undefined, variadic: false };
  const callee = parseValue(cursor, PTR);
  const { arguments: given, notes, variable } = parseArguments(cursor, callee);
  parseAttributes(cursor);
  if (cursor.isPunct('[')) cursor.fail('operand bundles are not modelled');
  if (callee.kind === 'global' && callee.name.startsWith('llvm.dbg.')) {
    if (variable !== undefined && notes[1] !== undefined) variables.set(variable, notes[1]);
    return undefined;
  }
  const call = { callee, arguments: given, result: type, parameters, variadic };
  return { op: 'call', type, operands: given, call };
}

function parseArguments(cursor: Cursor, callee: Value): Given {
  const declares = callee.kind === 'global' && callee.name === 'llvm.dbg.declare';
  const given: Argument[] = [];
  const notes: (number | undefined)[] = [];
  let variable: string | undefined;
  cursor.expect('(');
  while (!cursor.take(')')) {
    const type = parseType(cursor);
    const byval = parseAttributes(cursor);
    if (type.kind === 'metadata') {
      if (declares && notes.length === 0 && cursor.peek().kind === 'local') {
        variable = cursor.peek().text;
      }
      notes.push(parseMetadataOperand(cursor));
    } else {
      const value = parseValue(cursor, type);
      given.push({ type, value, ...(byval !== undefined && { byval }) });
    }
    cursor.take(',');
  }
  return { arguments: given, notes, variable };
}
