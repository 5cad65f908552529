/**
 * The bottom of every thread of a defined system: an operation that runs the others, as the program
 * of the thread says. Each command is a step of its own, in which a thread may wait to be `ready`,
 * and the function that it starts continues from there.
 */

import { ModelError } from '../errors.ts';
import { blocked, goto, next, vocabulary } from '../machine/vocabulary.ts';
import type { AnyOperation, StatementCode } from '../machine/vocabulary.ts';
import type { Ref } from '../state/pool.ts';
import { upTo } from '../state/values.ts';
import { quote, wayOut } from '../suggest.ts';
import type { Command, ThreadDefinition } from './definition.ts';

/** Name of the operation. */
export const PROGRAM = 'program';

interface Frame {
  /** Commands that have been done. */
  done: number;
}

/** `pc` of the first command, or undefined for an empty program. */
export function firstPlace(
  program: readonly Command[],
  kinds: readonly string[],
): number | undefined {
  const [first] = program;
  return first === undefined ? undefined : 2 * kinds.indexOf(first.do);
}

/** The operations that programs start, in the order in which they are declared. */
export function kindsOf<K, S>(
  system: string,
  threads: readonly ThreadDefinition[],
  operations: readonly AnyOperation<K, S>[],
  scope: S,
): string[] {
  if (threads.length === 0) throw new ModelError(`${system}: the scenario has no threads`);
  const names = operations.map(({ name }) => name);
  for (const { name, program } of threads) {
    for (const [i, command] of program.entries()) {
      const where = `${system}: program of ${name}: command ${i}`;
      const operation = operations.find((one) => one.name === command.do);
      if (operation === undefined) {
        const way = wayOut(String(command.do), names);
        throw new ModelError(`${where}: there is no operation ${quote(command.do)}: ${way}`);
      }
      const locals = Object.keys(operation.locals(scope));
      const other = Object.keys(command).find((key) => key !== 'do' && !locals.includes(key));
      if (other === undefined) continue;
      const way = wayOut(other, locals);
      throw new ModelError(`${where}: ${command.do} has no local ${quote(other)}: ${way}`);
    }
  }
  const used = new Set(threads.flatMap(({ program }) => program.map((command) => command.do)));
  return names.filter((name) => used.has(name));
}

export function programOperation<K, S>(
  threads: readonly ThreadDefinition[],
  kinds: readonly string[],
  operations: readonly AnyOperation<K, S>[],
  ready: (k: K, thread: Ref<'thread'>) => boolean,
): AnyOperation<K, S> {
  const { operation, at, calls } = vocabulary<K, S>();
  const programs = threads.map(({ program }) => program);
  const arguments_ = programs.map((program) => program.map(argumentsOf));
  const longest = Math.max(0, ...programs.map(({ length }) => length));
  const statements = kinds.flatMap((kind, i): StatementCode<K, Frame, S>[] => [
    at(labelOf(2 * i), kind, (k, my, cx) => {
      // Without arguments it reads like the call that follows.
      if (arguments_[cx.thread]![my.done]!.length > 0) {
        cx.note(() => textOf(programs[cx.thread]![my.done]!));
      }
      return ready(k, cx.thread) ? next : blocked;
    }),
    calls(
      labelOf(2 * i + 1),
      kind,
      () => operations.find(({ name }) => name === kind)!,
      (_k, my, to, cx) => {
        const given = arguments_[cx.thread]![my.done]!;
        for (const [local, value] of given) (to as Record<string, unknown>)[local] = value;
      },
      (_k, my, _result, cx) => {
        const program = programs[cx.thread]!;
        if (my.done + 1 === program.length) return cx.leave();
        my.done += 1;
        return goto(labelOf(2 * kinds.indexOf(program[my.done]!.do)));
      },
    ),
  ]);
  const locals = { done: upTo(Math.max(0, longest - 1)) };
  return operation({ name: PROGRAM, file: '', lines: [0, 0], locals: () => locals })(
    statements as never,
  );
}

/** Mere labels, of no source. */
function labelOf(index: number): number {
  return (index + 1) / 1024;
}

function argumentsOf(command: Command): [string, unknown][] {
  return Object.entries(command).filter(([key, value]) => key !== 'do' && value !== undefined);
}

/** `write page=0`. */
function textOf(command: Command): string {
  const values = argumentsOf(command).map(([local, value]) => ` ${local}=${String(value)}`);
  return `${command.do}${values.join('')}`;
}
