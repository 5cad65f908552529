/**
 * The machine that a script runs on. The code is the one that searches explore: the same
 * operations, statement by statement, on the same kind of state. Each command runs to its end.
 *
 * An operation that keeps a lock leaves its thread holding it forever, so the next operation runs
 * in another thread. The last thread is the one of `lockpte`.
 */

import { InputError, ModelError } from '../../errors.ts';
import { scriptOperation } from '../../actions/almos-mkh/script-commands.ts';
import type { Command, Desk } from '../../actions/almos-mkh/script-desk.ts';
import { callStack } from '../../machine/thread-stacks.ts';
import { Machine } from '../../machine/machine.ts';
import type { AnyOperation } from '../../machine/vocabulary.ts';
import { EXCP_NON_FATAL, EXCP_USER_ERROR, checks } from '../../model/almos-mkh/step-invariants.ts';
import type { Options } from '../../model/almos-mkh/options.ts';
import type { AlmosScenario, Budgets } from '../../model/almos-mkh/scenario.ts';
import { scopeOf } from '../../model/almos-mkh/scope.ts';
import type { Scope } from '../../model/almos-mkh/scope.ts';
import { kernelLayout } from '../../model/almos-mkh/state.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import { locksHeld } from '../../model/almos-mkh/threads.ts';
import type { Ref } from '../../state/pool.ts';
import { nameOfKind } from './language.ts';
import type { Injection, Plan } from './plan.ts';

/** 30 fit the readers of a lock; every leaked lock uses one up. */
const THREADS = 28;

/** Descriptors of a cluster: more than any script needs. */
export const DESCRIPTORS = 96;

/** The operations of the kernel, and how deep they call one another. */
export interface Code {
  readonly operations: readonly AnyOperation<Kernel, Scope>[];
  readonly depth: number;
}

export class ScriptMachine {
  readonly scope: Scope;
  readonly k: Kernel;
  /** What the operation under way has done, in the words of the script language. */
  events: string[] = [];
  /** Frames that were ever allocated. */
  readonly touched = new Set<string>();

  private readonly name: string;
  private readonly machine: Machine<Kernel, Scope>;
  private readonly desk: Desk = {
    command: undefined,
    result: '',
    value: undefined,
    handled: undefined,
  };
  private thread = 0;
  private injections: readonly Injection[] = [];
  private readonly calls = new Map<keyof Budgets, number>();
  /** Lines of the exception handlers that ran since the last one returned. */
  private readonly lines = new Set<number>();

  constructor(scenario: AlmosScenario, options: Options, values: Plan['values'], code: Code) {
    const { operations, depth } = code;
    this.name = scenario.name;
    this.scope = scopeOf(scenario, options, {
      threads: THREADS,
      values,
      watch: { fails: (kind) => this.fails(kind), saw: (event) => this.saw(event) },
    });
    const all = [scriptOperation(this.desk), ...operations];
    const layout = kernelLayout(this.scope, callStack(all, this.scope, depth));
    this.k = layout.view;
    const start = structuredClone(layout.blank());
    this.machine = new Machine<Kernel, Scope>({
      scope: this.scope,
      operations: all,
      threads: this.scope.thread.all.map((t) => `t${t}`),
      layout,
      stackOf: (k, thread) => k.threads[thread as never].stack,
      start: [start],
      stateInvariants: () => [],
      stepInvariants: Object.values(checks)
        .sort((a, b) => a - b)
        .map((n) => ({
          name: String(n),
          ignored: n !== checks.noAssert,
          sentence: (_scope, a) => String(a),
        })),
      finished: () => false,
      halted: (k) => k.halted,
    });
    for (const f of this.scope.frame.all) start.frames[f].free = true;
    for (const t of this.scope.thread.all) {
      start.threads[t].stack.push(this.machine.blankFrame('script') as never);
    }
    this.machine.initialStates(() => undefined);
  }

  /** The thread of `lockpte`. */
  get locker(): Ref<'thread'> {
    return this.scope.thread.at(THREADS - 1);
  }

  /** What the last command has read. */
  get value(): string | undefined {
    const { value } = this.desk;
    return value === undefined ? undefined : this.scope.tokens[value];
  }

  /** An operation of the script begins, in which these calls fail. */
  begin(injections: readonly Injection[]): void {
    this.events = [];
    this.injections = injections;
    this.calls.clear();
    this.desk.value = undefined;
  }

  /** It has ended. A lock that it kept belongs to its thread forever. */
  end(): void {
    if (locksHeld(this.k, this.thread as Ref<'thread'>, this.scope) === 0) return;
    this.thread += 1;
    if (this.thread === THREADS - 1) {
      throw new InputError(`${this.name}: more than ${THREADS - 1} operations hold locks`);
    }
  }

  /** Runs one command to its end. */
  command(command: Command): string {
    const { desk, machine, k } = this;
    desk.command = command;
    desk.handled = undefined;
    this.lines.clear();
    while (desk.command !== undefined) {
      const statement = machine.replay(k, this.thread, 0);
      if (statement < 0) return 'deadlock';
      this.lines.add(machine.statements[statement].line);
      if (k.halted) return stoppedAt(machine.step.explain(checks.noAssert));
      this.handled(command);
    }
    return desk.result;
  }

  /** Determines from the executed lines what an exception handler did. */
  private handled(command: Command): void {
    const { handled } = this.desk;
    if (handled === undefined || !('page' in command)) return;
    this.desk.handled = undefined;
    const { name, result } = handled;
    this.events.push(`${name} ${this.outcome(name, result)} ${command.page}`);
    this.lines.clear();
  }

  private outcome(name: 'fault' | 'cow', result: number | null): string {
    if (result === EXCP_USER_ERROR) return 'user-error';
    if (result !== EXCP_NON_FATAL) return 'panic';
    if (name === 'cow') return this.lines.has(2338) ? 'copied' : 'kept';
    if (this.lines.has(2002)) return 'local';
    if (this.lines.has(2076)) return 'false';
    if (this.lines.has(2144)) return 'global';
    if (this.lines.has(2170)) return 'already';
    throw new ModelError('vmm_handle_page_fault returned without any of its four successes');
  }

  private fails(kind: keyof Budgets): boolean {
    const count = (this.calls.get(kind) ?? 0) + 1;
    this.calls.set(kind, count);
    const hit = this.injections.some(
      (one) => one.kind === kind && count >= one.nth && count < one.nth + one.times,
    );
    if (hit) this.events.push(`fail ${nameOfKind(kind)}`);
    return hit;
  }

  private saw(event: string): void {
    this.events.push(event);
    if (event.startsWith('alloc ')) this.touched.add(event.slice('alloc '.length));
  }
}

/** Following an uninitialised list is a crash; all other stops are assertions. */
function stoppedAt(line: string): string {
  return line === '997' || line === '177' ? 'crash' : 'assert';
}
