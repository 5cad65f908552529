/** Processes of a script: making, copying, forking and destroying their descriptors. */

import { releaseDescriptor } from '../../actions/almos-mkh/descriptors.ts';
import type { CopyRef, Scope } from '../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import type { ScriptLayout } from './layout.ts';
import type { ScriptMachine } from './machine.ts';
import type { Action, Plan, Site } from './plan.ts';

export type Fail = (problem: string) => never;

export class Processes {
  private readonly machine: ScriptMachine;
  private readonly scope: Scope;
  private readonly k: Kernel;
  private readonly births: Plan['births'];
  private readonly sizes: ScriptLayout;

  constructor(machine: ScriptMachine, births: Plan['births'], sizes: ScriptLayout) {
    this.machine = machine;
    this.scope = machine.scope;
    this.k = machine.k;
    this.births = births;
    this.sizes = sizes;
  }

  reference(birth: number, fail: Fail): CopyRef {
    const reference = this.scope.reference[birth];
    if (this.k.copies[reference].exists) return reference;
    return fail(`${this.births[birth].name} does not exist (any more)`);
  }

  copy({ birth, cluster }: Site, fail: Fail): CopyRef {
    const copy = this.slotOf(birth, cluster);
    if (copy !== undefined && this.k.copies[copy].exists) return copy;
    return fail(`${this.births[birth].name} has no descriptor in cluster ${cluster}`);
  }

  private slotOf(birth: number, cluster: number): CopyRef | undefined {
    const { copy, copies } = this.scope;
    return copy.all.find((c) => copies[c].process === birth && copies[c].cluster === cluster);
  }

  create(site: Site, user: boolean, fail: Fail): string {
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
  userinit(copy: CopyRef): string {
    const { UTILS_BASE, ELF_BASE, ARGS, ENVS, VSPACE, STACK_BASE, STACK_SIZE } = this.sizes;
    if (ARGS + ENVS > ELF_BASE - UTILS_BASE) return 'assert';
    if (STACK_SIZE * this.sizes.THREADS_MAX > VSPACE - STACK_BASE) return 'assert';
    return this.machine.command({ do: 'userinit', copy });
  }

  fork({ birth, cluster, parent, stack }: Extract<Action, { do: 'fork' }>, fail: Fail): string {
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
    return this.machine.command({
      do: 'fork',
      child,
      parent: this.scope.process.at(parent),
      site,
      slot,
    });
  }

  /** The copies by increasing cluster, then the reference. */
  exit(birth: number, fail: Fail): string {
    const { copy, copies, reference } = this.scope;
    const own = copy.all.filter((c) => copies[c].process === birth && this.k.copies[c].exists);
    if (own.length === 0) fail(`${this.births[birth].name} does not exist (any more)`);
    const last = reference[birth];
    own.sort((a, b) => (a === last ? 1 : b === last ? -1 : copies[a].cluster - copies[b].cluster));
    for (const c of own) {
      const result = this.destroy(c);
      if (result !== 'ok') return result;
    }
    return 'ok';
  }

  destroy(copy: CopyRef): string {
    const { copies } = this.k.processes[this.scope.copies[copy].process];
    copies.splice(copies.indexOf(copy), 1);
    const result = this.machine.command({ do: 'destroy', copy });
    if (result === 'ok') releaseDescriptor(this.k, this.scope, copy);
    return result;
  }
}
