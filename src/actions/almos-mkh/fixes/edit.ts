/**
 * How fixes change operations. Fixes are applied in the order of the table, each to what the ones
 * before it left; a fix wraps a statement rather than replacing it where
 * another one may change it too.
 */

import { left } from '../../../machine/vocabulary.ts';
import type { AnyOperation, Control, Result, StatementCode } from '../../../machine/vocabulary.ts';
import type { Scope } from '../../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import type { Fields } from '../../../state/record.ts';
import type { Named } from '../../../system.ts';
import type { Cx } from '../vocabulary.ts';

export type AlmosOperation = AnyOperation<Kernel, Scope>;
export type AlmosStatement = StatementCode<Kernel, any, Scope>;
/** Locals of whatever operation is being changed. */
export type My = any;

export interface Fix extends Named {
  /** The change as one would send it, in C. */
  readonly diff: string;
  apply(code: Code): void;
}

export { left };

/** All operations by name, as the fixes so far have left them. */
export class Code {
  private readonly operations: Map<string, AlmosOperation>;

  constructor(written: readonly AlmosOperation[]) {
    this.operations = new Map(written.map((operation) => [operation.name, operation]));
  }

  all(): readonly AlmosOperation[] {
    return [...this.operations.values()];
  }

  get(name: string): AlmosOperation {
    const operation = this.operations.get(name);
    if (operation === undefined) throw new Error(`a fix changes ${name}, which does not exist`);
    return operation;
  }

  add(operation: AlmosOperation): void {
    this.operations.set(operation.name, operation);
  }

  has(name: string, line: number): boolean {
    return this.get(name).statements.some((statement) => statement.line === line);
  }

  /** Adds statements, or puts them in place of those of the same line. */
  put(name: string, statements: readonly AlmosStatement[]): void {
    const operation = this.get(name);
    const kept = operation.statements.filter(
      ({ line }) => !statements.some((statement) => statement.line === line),
    );
    const all = [...kept, ...statements].sort((a, b) => a.line - b.line);
    this.operations.set(name, { ...operation, statements: all });
  }

  /** Takes statements out. */
  drop(name: string, lines: readonly number[]): void {
    const operation = this.get(name);
    const statements = operation.statements.filter(({ line }) => !lines.includes(line));
    this.operations.set(name, { ...operation, statements });
  }

  locals(name: string, more: (scope: Scope) => Fields): void {
    const operation = this.get(name);
    const locals = (scope: Scope): Fields => ({ ...operation.locals(scope), ...more(scope) });
    this.operations.set(name, { ...operation, locals });
  }

  private change(name: string, line: number, with_: (old: AlmosStatement) => AlmosStatement): void {
    const old = this.get(name).statements.find((statement) => statement.line === line);
    if (old === undefined) throw new Error(`${name} has no statement at line ${line}`);
    this.put(name, [with_(old)]);
  }

  /** Runs in place of a statement, which it may run itself. */
  run(
    name: string,
    line: number,
    body: (k: Kernel, my: My, cx: Cx, asBefore: () => Control) => Control,
  ): void {
    this.change(name, line, (old) => {
      // What it runs now. One closure per statement: one per step was most of
      // what searches allocated.
      let state: Kernel;
      let locals: My;
      let context: Cx;
      const asBefore = (): Control => old.run?.(state, locals, context) as Control;
      const run = (k: Kernel, my: My, cx: Cx): Control => {
        state = k;
        locals = my;
        context = cx;
        return body(k, my, cx, asBefore);
      };
      return { ...old, run };
    });
  }

  /** The arguments of a call, after they have been set as before. */
  pass(name: string, line: number, body: (k: Kernel, my: My, to: My, cx: Cx) => void): void {
    this.change(name, line, (old) => ({
      ...old,
      pass: (k, my, to, cx) => {
        old.pass?.(k, my, to, cx);
        body(k, my, to, cx);
      },
    }));
  }

  /** Calls another function in place of the one that was called. */
  call(name: string, line: number, callee: string): void {
    // Only its name is used, to find the operation as the fixes leave it.
    this.change(name, line, (old) => ({ ...old, callee: () => ({ name: callee }) as never }));
  }

  /** Adds a function that begins as a copy of another one, which stays as it is. */
  copy(name: string, of: string): void {
    this.add({ ...this.get(of), name, file: '', lines: [0, 0] });
  }

  /** What becomes of the result of a call. */
  then(
    name: string,
    line: number,
    body: (k: Kernel, my: My, result: Result, cx: Cx, asBefore: () => Control) => Control,
  ): void {
    this.change(name, line, (old) => {
      let now: readonly [Kernel, My, Result, Cx];
      const asBefore = (): Control => old.then?.(...now) as Control;
      return {
        ...old,
        then: (...given) => {
          now = given;
          return body(...given, asBefore);
        },
      };
    });
  }

  /** Does something whenever one of these lines (or any, of an operation) returns from it. */
  onLeave(
    name: string,
    lines: readonly number[] | undefined,
    body: (k: Kernel, my: My, cx: Cx) => void,
  ): void {
    for (const { line, kind } of this.get(name).statements) {
      if (lines !== undefined && !lines.includes(line)) continue;
      if (kind === 'calls') {
        this.then(name, line, (k, my, _result, cx, asBefore) => {
          const outcome = asBefore();
          if (outcome === left) body(k, my, cx);
          return outcome;
        });
      } else {
        this.run(name, line, (k, my, cx, asBefore) => {
          const outcome = asBefore();
          if (outcome === left) body(k, my, cx);
          return outcome;
        });
      }
    }
  }
}
