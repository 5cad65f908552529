/** Functions: those that are only declared, and those with blocks. */

import type { Cursor } from './cursor.ts';
import { parseInstruction } from './instructions.ts';
import type { Block, FunctionDefinition, Instruction, Parameter, Type } from './module.ts';
import { parseAttributes, parseSimpleType, parseType } from './types.ts';
import { ATTRIBUTES, ATTRIBUTES_WITH, CALLING, LINKAGE, PREEMPTION } from './vocabulary.ts';

interface Header {
  readonly internal: boolean;
  readonly weak: boolean;
  readonly result: Type;
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly variadic: boolean;
}

/** `declare i32 @f(ptr)`: its name and its type. */
export function parseDeclaration(cursor: Cursor): readonly [name: string, Type] {
  cursor.expect('declare');
  while (cursor.token.kind === 'meta') {
    cursor.skip();
    cursor.kind('meta');
  }
  const { name, result, parameters, variadic } = parseHeader(cursor);
  parseProperties(cursor);
  const types = parameters.map(({ type }) => type);
  return [name, { kind: 'function', result, parameters: types, variadic }];
}

/** `define i32 @f(ptr %0) { ... }` */
export function parseDefinition(cursor: Cursor): FunctionDefinition {
  cursor.expect('define');
  const header = parseHeader(cursor);
  const subprogram = parseProperties(cursor);
  cursor.expect('{');
  const variables = new Map<string, number>();
  // The first block has the number behind the parameters if it has no name.
  const blocks = parseBlocks(cursor, String(header.parameters.length), variables);
  return { ...header, blocks, variables, ...(subprogram !== undefined && { subprogram }) };
}

function parseBlocks(cursor: Cursor, first: string, variables: Map<string, number>): Block[] {
  const blocks: Block[] = [];
  let name = first;
  let named = false;
  let instructions: Instruction[] = [];
  const close = (): void => {
    if (named || instructions.length > 0) blocks.push({ name, instructions });
    instructions = [];
  };
  while (!cursor.take('}')) {
    if (cursor.token.kind === 'label') {
      close();
      name = cursor.next().text;
      named = true;
    } else if (cursor.token.kind === 'hash' && cursor.token.text.startsWith('dbg_')) {
      parseDebugRecord(cursor, variables);
    } else {
      const instruction = parseInstruction(cursor, variables);
      if (instruction !== undefined) instructions.push(instruction);
    }
  }
  close();
  return blocks;
}

/** `#dbg_declare(ptr %2, !39, !DIExpression(), !48)` */
function parseDebugRecord(cursor: Cursor, variables: Map<string, number>): void {
  const what = cursor.next().text;
  const [pointer, variable] = [cursor.peek(2), cursor.peek(4)];
  if (what === 'dbg_declare' && pointer.kind === 'local' && variable.kind === 'meta') {
    variables.set(pointer.text, Number(variable.text));
  }
  cursor.group('(', ')');
}

function parseHeader(cursor: Cursor): Header {
  let internal = false;
  let weak = false;
  for (;;) {
    const { text } = cursor.token;
    if (cursor.isWordOf(LINKAGE)) {
      internal ||= text === 'private' || text === 'internal';
      weak ||= /^(weak|linkonce|extern_weak|available)/.test(text);
    } else if (cursor.isWord('cc')) {
      cursor.fail('calling conventions by number are not modelled');
    } else if (!cursor.isWordOf(PREEMPTION) && !cursor.isWordOf(CALLING)) {
      break;
    }
    cursor.skip();
  }
  parseAttributes(cursor);
  const result = parseSimpleType(cursor);
  const name = cursor.kind('global');
  return { internal, weak, result, name, ...parseParameters(cursor) };
}

function parseParameters(cursor: Cursor): Pick<Header, 'parameters' | 'variadic'> {
  const parameters: Parameter[] = [];
  let variadic = false;
  cursor.expect('(');
  while (!cursor.take(')')) {
    if (cursor.take('...')) {
      variadic = true;
    } else {
      const type = parseType(cursor);
      const byval = parseAttributes(cursor);
      const named = cursor.token.kind === 'local';
      const name = named ? cursor.next().text : String(parameters.length);
      parameters.push({ type, name, ...(byval !== undefined && { byval }) });
    }
    cursor.take(',');
  }
  return { parameters, variadic };
}

/** What comes behind the parameters; answers the number of the subprogram. */
function parseProperties(cursor: Cursor): number | undefined {
  let subprogram: number | undefined;
  for (;;) {
    const { kind, text } = cursor.token;
    if (kind === 'meta') {
      // `!0 = ...` on the next line belongs to something else.
      if (cursor.peek().text === '=') return subprogram;
      cursor.skip();
      const ref = cursor.kind('meta');
      if (text === 'dbg') subprogram = Number(ref);
    } else if (kind === 'hash' && !text.startsWith('dbg_')) {
      cursor.skip();
    } else if (kind !== 'word' || !parseProperty(cursor)) {
      return subprogram;
    }
  }
}

/** A property that begins with a word; false if none begins here. */
function parseProperty(cursor: Cursor): boolean {
  const { text } = cursor.token;
  switch (text) {
    case 'unnamed_addr':
    case 'local_unnamed_addr':
      cursor.skip();
      return true;
    case 'section':
    case 'gc':
    case 'partition':
      cursor.skip();
      cursor.kind('string');
      return true;
    case 'align':
      cursor.skip();
      cursor.number();
      return true;
    case 'comdat':
      cursor.skip();
      cursor.skipParentheses();
      return true;
    case 'prefix':
    case 'prologue':
    case 'personality':
      return cursor.fail(`functions with ${text} are not modelled`);
  }
  if (!ATTRIBUTES.has(text) && !ATTRIBUTES_WITH.has(text)) return false;
  parseAttributes(cursor);
  return true;
}
