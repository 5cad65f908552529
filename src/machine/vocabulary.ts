/**
 * The vocabulary in which C functions are transcribed. An operation is a C function: its locals,
 * and a table of statements in source order, each with the line it models. Guard and effect of a
 * statement are one function; the program counter is a source line.
 *
 *     at(2307, 'forks', (k, my) => (my.forks > 0 ? next : goto(2351))),
 *
 * `at` is one atomic step: a place where another core can interleave. `local` reads and writes only
 * the thread's own locals, and `calls` only passes them on; both are folded into the step before
 * them, since no other thread can see them happen.
 */

import type { Fields, FieldValues } from '../state/record.ts';
import type { Ref } from '../state/pool.ts';
import { ModelError } from '../errors.ts';
import { demandLines, demandOperation, demandStatement } from './check-statements.ts';

/** What a statement answers: go on, wait, jump, or return. Made by the four words below. */
export type Control = number & { readonly outcome: true };

/** Go on with the statement below. */
export const next = 0 as Control;
/**
 * Wait: the statement has written nothing (or it is a model error) and is
 * tried again in later states.
 */
export const blocked = -1 as Control;
/** The kernel stops here for good; the system's `halted` must say so. */
export const stuck = -3 as Control;
/** Internal: what `Context.leave` answers. */
export const left = -2 as Control;

/** Go on at this line of the same function. */
export function goto(line: number): Control {
  return line as Control;
}

/** A function's result: a number, a reference or an error code of the system; null is C's NULL. */
export type Result = number | null;

/** What a statement may use besides the state. `S` is what the system knows of its scenario. */
export interface Context<S> {
  /** Pools, constants and options of the scenario. */
  readonly scope: S;
  /** The thread that runs. */
  readonly thread: Ref<'thread'>;
  /** Answers 0..count-1; every answer is explored. */
  pick(count: number): number;
  /** The result of the last `leave` in this step. */
  readonly result: Result;
  /** Return from the function; without a result where the C function is void. */
  leave(result?: Result): Control;
  /**
   * Puts step check `check` to the test; `ok` false is a violation. The numbers go into
   * its sentence. Returns ok.
   */
  check(check: number, ok: boolean, a?: Result, b?: Result, c?: Result): boolean;
  /** Says something about the step, in replays only: `fork -> C`. */
  note(text: () => string): void;
  /**
   * Marks a statement of another operation as run within this step, for coverage and for replays: a
   * server whose requests are single steps names the places that it passes.
   */
  passes(statement: StatementCode<never, never, never>): void;
}

/** The code of a statement: works on the state and its locals, and says how to go on. */
export type Run<K, M, S> = (k: K, my: M, cx: Context<S>) => Control;

/** One statement of an operation, as `at`, `local` and `calls` of a vocabulary make it. */
export interface StatementCode<K, M, S> {
  readonly kind: 'at' | 'local' | 'calls';
  /** Source line; below 1 it is a mere label, for a place of which no source line is known. */
  readonly line: number;
  /** The last line of a section that is one step; left out: the line alone. */
  readonly through?: number;
  readonly token: string;
  /** The fixes that added or changed the statement; absent: as written. */
  readonly fix?: string;
  readonly run?: Run<K, M, S>;
  readonly callee?: () => Operation<K, never, S>;
  readonly pass?: (k: K, my: M, to: any, cx: Context<S>) => void;
  readonly then?: (k: K, my: M, result: Result, cx: Context<S>) => Control;
}

/** Where a statement stands, if not at its own line of the file of its function. */
export interface Source {
  readonly file: string;
  readonly line: number;
  /** The fixes without which it would not be there. */
  readonly fix?: string;
}

/** A C function: its name and place, its locals `M` and its statements. */
export interface Operation<K, M, S> {
  readonly name: string;
  readonly file: string;
  /** First and last line in `file`. */
  readonly lines: readonly [number, number];
  /** What it does, for lists. */
  readonly sentence?: string;
  /** Where a statement stands, if that is not at its line of `file`; undefined: nowhere. */
  readonly sourceOf?: (statement: unknown) => Source | undefined;
  /** Locals that live across statements; `pc` is added. */
  readonly locals: (scope: S) => Fields;
  /** The result as the C has it, for replays: `vseg 0.1`. Left out: the number, or NULL. */
  readonly returns?: (scope: S, result: Result) => string;
  readonly statements: readonly StatementCode<K, M, S>[];
}

/** The same operation, of whatever locals, for tables of operations. */
export type AnyOperation<K, S> = Operation<K, any, S>;

/** The locals of an operation that has none. */
export type NoFields = Readonly<Record<never, never>>;

/** A source line, or the first and the last one of a section. */
export type Lines = number | readonly [first: number, last: number];

/** What is said of an operation besides its statements. */
export interface OperationHeader<F extends Fields, S> {
  readonly name: string;
  /** Left out for what has no C behind it, such as an access by a user program. */
  readonly file?: string;
  /** First and last line in `file`. */
  readonly lines?: readonly [number, number];
  readonly sentence?: string;
  /** Locals that live across statements; none if left out. */
  readonly locals?: F | ((scope: S) => F);
  readonly returns?: (scope: S, result: Result) => string;
}

/** By local of the callee, a local of the caller. */
export type Arguments<M, C> = { readonly [To in keyof C]?: keyof M };

/** The words for one kind of kernel state `K` and scope `S`. */
export interface Vocabulary<K, S = unknown> {
  operation<F extends Fields = NoFields>(
    header: OperationHeader<F, S>,
  ): (
    statements: readonly StatementCode<K, FieldValues<F>, S>[],
  ) => Operation<K, FieldValues<F>, S>;
  /** One line, or the first and the last of a section that is one step. */
  at<M>(line: Lines, token: string, run: Run<K, M, S>): StatementCode<K, M, S>;
  local<M>(line: number, token: string, run: Run<K, M, S>): StatementCode<K, M, S>;
  calls<M, C>(
    line: number,
    token: string,
    /** The operation, or what answers it where it is declared further down. */
    callee: Operation<K, C, S> | (() => Operation<K, C, S>),
    /**
     * Sets the arguments, which are locals of the callee; what is not set is blank. A function, or
     * by local of the callee the local of the caller that it becomes: `{ pa: 'old' }`.
     */
    pass?: ((k: K, my: M, to: C, cx: Context<S>) => void) | Arguments<M, C>,
    /**
     * What the caller does with the result, as part of the step in which the callee returns. Left
     * out: it goes on with the statement below.
     */
    then?: (k: K, my: M, result: Result, cx: Context<S>) => Control,
  ): StatementCode<K, M, S>;
}

/** The words for a state `K` and a scope `S`; they throw ModelError for what makes no sense. */
export function vocabulary<K, S = unknown>(): Vocabulary<K, S> {
  return {
    operation: (header) => (statements) => {
      demandOperation(header, statements);
      const lines = statements.map(({ line }) => line);
      const twice = lines.find((line, i) => lines.indexOf(line) !== i);
      if (twice !== undefined) throw new ModelError(`${header.name}: line ${twice} occurs twice`);
      const { locals = {} } = header;
      const declared = typeof locals === 'function' ? locals : () => locals;
      const blank = { file: '', lines: [0, 0] } as const;
      return { ...blank, ...header, locals: declared as (scope: S) => Fields, statements };
    },
    at: (lines, token, run) => {
      demandStatement('at', lines, token, run);
      return typeof lines === 'number'
        ? { kind: 'at', line: lines, token, run }
        : { kind: 'at', line: lines[0], through: lines[1], token, run };
    },
    local: (line, token, run) => {
      demandStatement('local', line, token, run);
      return { kind: 'local', line, token, run };
    },
    calls: (line, token, callee, pass = {}, then = goOn) => ({
      kind: 'calls',
      line,
      token,
      callee: (typeof callee === 'function' ? callee : () => callee) as () => Operation<
        K,
        never,
        S
      >,
      pass: typeof pass === 'function' ? pass : passing(pass),
      then,
    }),
  };
}

function goOn(): Control {
  return next;
}

function passing<M, C>(arguments_: Arguments<M, C>): (k: unknown, my: M, to: C) => void {
  const pairs = Object.entries(arguments_) as [keyof C, keyof M][];
  return (_, my, to) => {
    for (let i = 0; i < pairs.length; i++) to[pairs[i][0]] = my[pairs[i][1]] as never;
  };
}

/**
 * The operation with some statements replaced (same line) or added (new line, in its place).
 * Statements named in `without` are taken out.
 */
export function patched<K, M, S>(
  written: Operation<K, M, S>,
  changes: readonly StatementCode<K, M, S>[],
  without: readonly number[] = [],
): Operation<K, M, S> {
  demandLines(written, without);
  const kept = written.statements.filter(
    ({ line }) => !without.includes(line) && !changes.some((change) => change.line === line),
  );
  const statements = [...kept, ...changes].sort((a, b) => a.line - b.line);
  return { ...written, statements };
}
