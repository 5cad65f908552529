/**
 * Operations made ready to run: their statements are numbered through the whole machine, lines of
 * source are found without a search, and what reports say of a statement is put together.
 */

import type { Statement } from '../explorer/statement.ts';
import { startFrame } from './thread-stacks.ts';
import type { Frame } from './thread-stacks.ts';
import type { AnyOperation, Result, Source, StatementCode } from './vocabulary.ts';

export interface Code {
  readonly statement: StatementCode<unknown, unknown, unknown>;
  /** Number of the statement among all of the machine. */
  readonly id: number;
}

/** An operation, ready to run. */
export interface Compiled {
  readonly name: string;
  /** Its place among the operations, which are the cases of the frames. */
  readonly tag: number;
  readonly code: readonly Code[];
  readonly indexOfLine: ReadonlyMap<number, number>;
  readonly blank: Frame;
  /** The result as the C has it; undefined: a number, or NULL. */
  readonly returns: ((scope: unknown, result: Result) => string) | undefined;
}

/** All operations of a machine. */
export interface Program {
  readonly statements: readonly Statement[];
  /** By name, in the order of their tags. */
  readonly operations: ReadonlyMap<string, Compiled>;
  /** By statement as it was written: what a step that passes it records. */
  readonly places: ReadonlyMap<unknown, { readonly id: number; readonly text: string }>;
}

export function compile<K, S>(operations: readonly AnyOperation<K, S>[], scope: S): Program {
  const statements: Statement[] = [];
  const compiled = new Map<string, Compiled>();
  const places = new Map<unknown, { readonly id: number; readonly text: string }>();
  operations.forEach((operation, tag) => {
    const code = operation.statements.map((statement) => {
      const { name } = operation;
      const { token, through } = statement;
      const source = sourceOf(operation, statement);
      const section = through !== undefined && { through };
      const id = statements.push({ operation: name, token, ...source, ...section }) - 1;
      places.set(statement, { id, text: placeText(name, token, source) });
      return { statement: statement as Code['statement'], id };
    });
    const indexOfLine = new Map(code.map(({ statement }, i) => [statement.line, i]));
    const blank = startFrame(operation, scope);
    const { name, returns } = operation as AnyOperation<unknown, unknown>;
    compiled.set(name, { name, tag, code, indexOfLine, blank, returns });
  });
  return { statements, operations: compiled, places };
}

/** Where a statement stands: a line below 1 is a mere label. */
function sourceOf<K, S>(
  { file, sourceOf: find }: AnyOperation<K, S>,
  statement: { readonly line: number; readonly fix?: string },
): Source {
  const { line, fix } = statement;
  if (find !== undefined) return find(statement) ?? { file: '', line: 0 };
  const source = { file, line: line < 1 ? 0 : line };
  return fix === undefined ? source : { ...source, fix };
}

/** How notes name a place: `munmap.c:58 do_munmap ...`, and `+do_munmap ...` if a fix has it. */
function placeText(operation: string, token: string, { file, line, fix }: Source): string {
  const text = `${operation} ${token}`;
  if (fix !== undefined) return `+${text}`;
  return file !== '' && line > 0 ? `${file}:${line} ${text}` : text;
}
