/**
 * Runs a script on the model, each operation to its end before the next one starts. The code is the
 * one that searches explore: the same operations, statement by statement, on the same kind of
 * state.
 *
 * An operation that keeps a lock leaves its thread holding it forever, so the next operation runs
 * in another thread. The last thread is the one of `lockpte`.
 */

import { hal_gpt_lock_pte, hal_gpt_unlock_pte } from '../../model/almos-mkh/gpt.ts';
import { InputError, ModelError } from '../../errors.ts';
import { releaseDescriptor } from '../../actions/almos-mkh/descriptors.ts';
import { scriptOperation } from '../../actions/almos-mkh/script-commands.ts';
import type { Command, Desk } from '../../actions/almos-mkh/script-commands.ts';
import { callStack } from '../../machine/thread-stacks.ts';
import { Machine } from '../../machine/machine.ts';
import type { AnyOperation } from '../../machine/vocabulary.ts';
import { EXCP_NON_FATAL, EXCP_USER_ERROR, checks } from '../../model/almos-mkh/step-invariants.ts';
import { HALVES } from '../../model/almos-mkh/numbers.ts';
import { noBudgets } from '../../model/almos-mkh/scenario.ts';
import type { AlmosScenario, Budgets } from '../../model/almos-mkh/scenario.ts';
import { scopeOf } from '../../model/almos-mkh/scope.ts';
import type { CopyRef, Scope } from '../../model/almos-mkh/scope.ts';
import { kernelLayout } from '../../model/almos-mkh/state.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import { locksHeld } from '../../model/almos-mkh/threads.ts';
import type { Ref } from '../../state/pool.ts';
import type { Observation, Script } from '../../system.ts';
import { nameOfKind, planOf } from './language.ts';
import type { Action, Injection, Plan, Site } from './language.ts';
import { layoutOf, type ScriptLayout } from './layout.ts';
import { observe } from './observe.ts';
import { scriptOptions } from './options.ts';

type KernelOperation = AnyOperation<Kernel, Scope>;

/** 30 fit the readers of a lock; every leaked lock uses one up. */
const THREADS = 28;

/** Descriptors of a cluster: more than any script needs. */
const DESCRIPTORS = 96;

/** Results of operations that never return. */
const ABORTS: readonly string[] = ['assert', 'deadlock', 'crash', 'livelock'];

export function runScript(
  script: Script,
  operations: readonly KernelOperation[],
  depth: number,
): readonly Observation[] {
  return new Runner(script, operations, depth).run();
}

function scenarioOf(script: Script, layout: ScriptLayout, plan: Plan): AlmosScenario {
  return {
    name: script.name,
    purpose: 'A script.',
    clusters: plan.clusters,
    frames: plan.frames,
    descriptors: DESCRIPTORS,
    pages: layout.VSPACE,
    heapBase: layout.HEAP_BASE,
    stackBase: layout.STACK_BASE,
    stackSize: layout.STACK_SIZE,
    utilsBase: layout.UTILS_BASE,
    args: layout.ARGS,
    envs: layout.ENVS,
    mesh: plan.mesh,
    words: layout.words,
    files: plan.files.map((file) => ({ ...file, pages: plan.filePages })),
    processes: plan.births.length > 0 ? plan.births : [{ name: 'none', clusters: [0] }],
    vsegs: [],
    kernel: [],
    threads: [],
    budgets: noBudgets,
  };
}

class Runner {
  private readonly script: Script;
  private readonly sizes: ScriptLayout;
  private readonly plan: Plan;
  private readonly scope: Scope;
  private readonly machine: Machine<Kernel, Scope>;
  private readonly k: Kernel;
  private readonly desk: Desk = {
    command: undefined,
    result: '',
    value: undefined,
    handled: undefined,
  };
  private thread = 0;
  private events: string[] = [];
  private injections: readonly Injection[] = [];
  private readonly calls = new Map<keyof Budgets, number>();
  private readonly touched = new Set<string>();
  /** Lines of the exception handlers that ran since the last one returned. */
  private readonly lines = new Set<number>();

  constructor(script: Script, operations: readonly KernelOperation[], depth: number) {
    this.script = script;
    const options = scriptOptions(script);
    this.sizes = layoutOf(script);
    this.plan = planOf(script, this.sizes.VSPACE, this.sizes.words);
    this.scope = scopeOf(scenarioOf(script, this.sizes, this.plan), options, {
      threads: THREADS,
      values: this.plan.values,
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

  run(): Observation[] {
    const done: Observation[] = [];
    for (const { line, action, injections } of this.plan.operations) {
      this.events = [];
      this.injections = injections;
      this.calls.clear();
      this.desk.value = undefined;
      const result = this.perform(action, (problem) => line.fail(problem));
      const { value } = this.desk;
      const read = action.do === 'read' && result === 'ok' && value !== undefined;
      const told = {
        op: line.text,
        result,
        ...(read ? { value: this.scope.tokens[value] } : {}),
        events: this.events,
      };
      if (ABORTS.includes(result)) {
        done.push(told);
        break;
      }
      done.push({ ...told, state: observe(this.k, this.scope, this.touched) });
      this.nextThread();
    }
    return done;
  }

  private perform(action: Action, fail: (problem: string) => never): string {
    if (action.do === 'init' || action.do === 'mapper') return 'ok';
    if (action.do === 'process') return this.create(action, action.user, fail);
    if (action.do === 'copy') {
      this.reference(action.birth, fail);
      return this.create(action, action.user, fail);
    }
    if (action.do === 'exit') return this.exit(action.birth, fail);
    if (action.do === 'fork') return this.fork(action, fail);
    const copy = this.copy(action, fail);
    const { k, scope } = this;
    switch (action.do) {
      case 'mmap': {
        const { type, size, offset, at, file } = action;
        return this.command({
          do: 'create',
          copy,
          type,
          base: 0,
          size,
          file_offset: type === 'FILE' ? offset : 0,
          file_size: 0,
          mapper: type === 'FILE' ? file + 1 : 0,
          cxy: at,
        });
      }
      case 'vseg': {
        const { type, page, size, offset, filesize, file } = action;
        return this.command({
          do: 'create',
          copy,
          type,
          base: HALVES * page,
          size,
          file_offset: offset,
          file_size: filesize,
          mapper: file + 1,
          cxy: action.cluster,
        });
      }
      case 'stack':
        return this.command({
          do: 'create',
          copy,
          type: 'STACK',
          base: action.slot,
          size: 0,
          file_offset: 0,
          file_size: 0,
          mapper: 0,
          cxy: action.cluster,
        });
      case 'read':
      case 'write': {
        const token = action.do === 'write' ? scope.tokens.indexOf(action.value) : 0;
        const page = scope.page.at(action.page);
        return this.command({
          do: 'access',
          copy,
          page,
          word: action.word,
          kind: action.do,
          token,
        });
      }
      case 'fault':
      case 'cow':
        return this.command({ do: action.do, copy, page: scope.page.at(action.page) });
      case 'munmap':
        return this.command({ do: 'munmap', copy, base: action.base, size: action.size });
      case 'delete':
        return this.command({ do: 'delete', copy, vaddr: HALVES * action.page });
      case 'destroy':
        return this.destroy(copy);
      case 'exec': {
        const reset = this.command({ do: 'reset', copy });
        return reset === 'ok' ? this.userinit(copy) : reset;
      }
      case 'userinit':
        return this.userinit(copy);
      case 'reset':
      case 'setcow':
        return this.command({ do: action.do, copy });
      case 'lockpte': {
        const other = scope.thread.at(THREADS - 1);
        const taken = hal_gpt_lock_pte(k.copies[copy].gpt[scope.page.at(action.page)], other);
        return taken ? 'ok' : 'deadlock';
      }
      case 'unlockpte':
        hal_gpt_unlock_pte(k.copies[copy].gpt[scope.page.at(action.page)]);
        return 'ok';
    }
  }

  private reference(birth: number, fail: (problem: string) => never): CopyRef {
    const reference = this.scope.reference[birth];
    if (this.k.copies[reference].exists) return reference;
    return fail(`${this.plan.births[birth].name} does not exist (any more)`);
  }

  private copy({ birth, cluster }: Site, fail: (problem: string) => never): CopyRef {
    const copy = this.slotOf(birth, cluster);
    if (copy !== undefined && this.k.copies[copy].exists) return copy;
    return fail(`${this.plan.births[birth].name} has no descriptor in cluster ${cluster}`);
  }

  private slotOf(birth: number, cluster: number): CopyRef | undefined {
    const { copy, copies } = this.scope;
    return copy.all.find((c) => copies[c].process === birth && copies[c].cluster === cluster);
  }

  private create(site: Site, user: boolean, fail: (problem: string) => never): string {
    const copy = this.slotOf(site.birth, site.cluster) as CopyRef;
    const vmm = this.k.copies[copy];
    if (vmm.exists) fail('this descriptor exists already');
    vmm.exists = true;
    const process = this.k.processes[this.scope.process.at(site.birth)];
    process.copies.push(copy);
    process.born = true;
    if (user) return this.userinit(copy);
    vmm.ready = true;
    vmm.first_free_vpn = this.scope.heapBase;
    return 'ok';
  }

  /** Lines 312 and 317 come first: args and envs, and the stacks of all threads, must have room. */
  private userinit(copy: CopyRef): string {
    const { UTILS_BASE, ELF_BASE, ARGS, ENVS, VSPACE, STACK_BASE, STACK_SIZE } = this.sizes;
    if (ARGS + ENVS > ELF_BASE - UTILS_BASE) return 'assert';
    if (STACK_SIZE * this.sizes.THREADS_MAX > VSPACE - STACK_BASE) return 'assert';
    return this.command({ do: 'userinit', copy });
  }

  private fork(
    { birth, cluster, parent, stack }: Extract<Action, { do: 'fork' }>,
    fail: (problem: string) => never,
  ): string {
    const reference = this.reference(parent, fail);
    const site =
      stack === undefined ? reference : this.copy({ birth: parent, cluster: stack.cluster }, fail);
    const child = this.scope.process.at(birth);
    const copy = this.slotOf(birth, cluster) as CopyRef;
    const vmm = this.k.copies[copy];
    const { childVmm } = this.scope.options;
    vmm.exists = true;
    vmm.ready = childVmm === 'init';
    vmm.poison = childVmm === 'poison';
    vmm.first_free_vpn = childVmm === 'init' ? this.scope.heapBase : 0;
    this.k.processes[child].copies.push(copy);
    const slot = stack === undefined ? 0 : stack.slot + 1;
    return this.command({ do: 'fork', child, parent: this.scope.process.at(parent), site, slot });
  }

  /** The copies by increasing cluster, then the reference. */
  private exit(birth: number, fail: (problem: string) => never): string {
    const { copy, copies, reference } = this.scope;
    const own = copy.all.filter((c) => copies[c].process === birth && this.k.copies[c].exists);
    if (own.length === 0) fail(`${this.plan.births[birth].name} does not exist (any more)`);
    const last = reference[birth];
    own.sort((a, b) => (a === last ? 1 : b === last ? -1 : copies[a].cluster - copies[b].cluster));
    for (const c of own) {
      const result = this.destroy(c);
      if (result !== 'ok') return result;
    }
    return 'ok';
  }

  private destroy(copy: CopyRef): string {
    const { copies } = this.k.processes[this.scope.copies[copy].process];
    copies.splice(copies.indexOf(copy), 1);
    const result = this.command({ do: 'destroy', copy });
    if (result === 'ok') releaseDescriptor(this.k, this.scope, copy);
    return result;
  }

  /** Runs one command to its end. */
  private command(command: Command): string {
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

  /** A lock that the operation kept belongs to its thread forever. */
  private nextThread(): void {
    if (locksHeld(this.k, this.thread as Ref<'thread'>, this.scope) === 0) return;
    this.thread += 1;
    if (this.thread === THREADS - 1) {
      throw new InputError(`${this.script.name}: more than ${THREADS - 1} operations hold locks`);
    }
  }
}

/** Following an uninitialised list is a crash; all other stops are assertions. */
function stoppedAt(line: string): string {
  return line === '997' || line === '177' ? 'crash' : 'assert';
}
