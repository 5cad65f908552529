/**
 * The state in which a scenario starts: its vsegs exist, nothing is mapped, every thread is idle.
 */

import { InputError } from '../../errors.ts';
import { addKernelFrames, addKernelVsegs } from './kernel-vsegs.ts';
import { HALVES, orderOf } from './numbers.ts';
import { promiseStack, promiseVseg } from './promises.ts';
import { noBudgets } from './scenario.ts';
import type { VsegSpec } from './scenario.ts';
import { isFixed } from './scenario.ts';
import type { CopyRef, Scope, ThreadRef, VsegRef } from './scope.ts';
import type { Copy, Kernel } from './state.ts';

export function startState(s: Scope, blank: Kernel, userFrame: object): Kernel {
  const k = structuredClone(blank);
  for (const frame of s.frame.all) k.frames[frame].free = true;
  for (const budget of Object.keys(noBudgets) as (keyof typeof noBudgets)[]) {
    k.budgets[budget] = s.scenario.budgets[budget];
  }
  fillFiles(s, k);
  for (const c of s.copy.all) makeCopy(s, k, c);
  addKernelFrames(s, k);
  for (const c of s.copy.all) {
    if (k.copies[c].exists)
      addKernelVsegs(s, k, c, () => freeDescriptor(s, k, s.copies[c].cluster));
  }
  s.scenario.vsegs.forEach((spec, i) => addVseg(s, k, spec, i));
  for (const t of s.thread.all) {
    const { created } = s.threads[t];
    k.threads[t].stack.push({ ...structuredClone(userFrame), started: !created } as never);
    startStack(s, k, t);
  }
  return k;
}

function fillFiles(s: Scope, k: Kernel): void {
  s.scenario.files.forEach((file, f) => {
    for (let i = 0; i < file.pages; i++) {
      const held = k.mapper[s.filePage.at(s.fileStart[f] + i)];
      held.word0 = s.fileToken(f, i);
      if (s.words > 1) held.word1 = s.fileToken(f, i);
    }
  });
}

/**
 * A copy of a process that runs exists if it is the reference, or a thread runs there from the
 * start.
 */
function makeCopy(s: Scope, k: Kernel, c: CopyRef): void {
  const { process } = s.copies[c];
  if (s.children[process]) return;
  const early = s.threads.some(({ copy, created }) => copy === c && !created);
  if (!s.copies[c].isReference && !early) return;
  k.copies[c].exists = true;
  k.copies[c].ready = true;
  k.copies[c].first_free_vpn = firstFree(s, c);
  const { copies } = k.processes[process];
  if (s.options.copiesOrder === 'registration') copies.push(c);
  else copies.unshift(c);
  k.processes[process].born = true;
}

/** Adds vseg i of the scenario to the reference copy of its process. */
function addVseg(s: Scope, k: Kernel, spec: VsegSpec, i: number): void {
  const process = s.processIndex(spec.process);
  const reference = s.reference[process];
  const { cluster } = s.copies[reference];
  const vmm = k.copies[reference];
  const free = freeDescriptor(s, k, cluster);
  const isMmap = !isFixed(spec);
  const size = isMmap ? 2 ** orderOf(spec.pages) : spec.pages;
  if (isMmap) takeFromZone(s, vmm, spec, size, i);
  const vseg = k.vsegs[free];
  vseg.state = 'vsl';
  vseg.type = spec.type;
  vseg.vpn_base = spec.page;
  vseg.vpn_size = size;
  vseg.min = HALVES * spec.page;
  vseg.max = HALVES * (spec.page + spec.pages);
  vseg.file_offset = HALVES * (spec.offset ?? 0);
  const filePages = spec.filePages ?? spec.pages;
  vseg.file_size = isMmap || spec.file === undefined ? 0 : HALVES * filePages;
  vseg.mapper = spec.file === undefined ? 0 : s.fileIndex(spec.file) + 1;
  vseg.cxy = spec.at ?? cluster;
  vseg.origin = spec.page;
  vseg.vmm = reference;
  vmm.vsl.push(free);
  vmm.vsegs_nr += 1;
  promiseVseg(s, k, process, spec);
}

/** The mmap allocator hands the pages out; throws InputError if it would hand out others. */
function takeFromZone(s: Scope, vmm: Copy, spec: VsegSpec, size: number, i: number): void {
  if (vmm.first_free_vpn !== spec.page) {
    throw new InputError(
      `scenario: vsegs[${i}].page: the mmap allocator hands out page ${vmm.first_free_vpn} ` +
        `here, not ${spec.page}`,
    );
  }
  vmm.first_free_vpn += size;
  // vmm.c:181 compares with the size of the zone, not with its end.
  if (vmm.first_free_vpn > s.zone) {
    throw new InputError(
      `scenario: vsegs[${i}]: as written, mmap hands out no page from ${s.zone} on here ` +
        '(vmm.c:181 compares with pages - heapBase); give the scenario more pages',
    );
  }
}

/**
 * Where the mmap allocator of a copy stands. If the program lies in its zone (option heapPlace),
 * mmap has passed it by where there are vsegs beyond: its attempts there met the program, and
 * failed.
 */
function firstFree(s: Scope, copy: CopyRef): number {
  const { process } = s.copies[copy];
  const name = s.processNames[process];
  const mapped = s.scenario.vsegs.some((spec) => spec.process === name && !isFixed(spec));
  return mapped ? s.scenario.heapBase : s.heapBase;
}

function freeDescriptor(s: Scope, k: Kernel, cluster: number): VsegRef {
  const free = s.vseg.all.find(
    (v) => s.clusterOfVseg(v) === cluster && k.vsegs[v].state === 'free',
  );
  if (free !== undefined) return free;
  throw new InputError(`scenario: descriptors: cluster ${cluster} has too few for its vsegs`);
}

/** The stack of a thread that runs from the start. */
function startStack(s: Scope, k: Kernel, t: ThreadRef): void {
  const { slot, created, copy, process, cluster } = s.threads[t];
  if (slot === 0 || created || s.children[process]) return;
  const free = freeDescriptor(s, k, cluster);
  const first = s.stackBase + (slot - 1) * s.stackSize + 1;
  const vseg = k.vsegs[free];
  vseg.state = 'vsl';
  vseg.type = 'STACK';
  vseg.vpn_base = first;
  vseg.vpn_size = s.stackSize - 1;
  vseg.min = HALVES * first;
  vseg.max = HALVES * (first + s.stackSize - 1);
  vseg.cxy = cluster;
  vseg.vmm = copy;
  k.copies[copy].vsl.push(free);
  k.copies[copy].vsegs_nr += 1;
  k.copies[copy].stack_bitmap |= 1 << (slot - 1);
  promiseStack(s, k, t);
}
