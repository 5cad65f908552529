/**
 * What a state of ALMOS-MKH consists of, declared once. Names are the C names of the fields where
 * there is one (vmm.c r632, page.h, vseg.h); *ghost* cells do not exist in the kernel and only let
 * invariants speak about history and content.
 */

import { InputError } from '../../errors.ts';
import { frameSchema } from './frames.ts';
import { hal_gpt_set_pte, pteSchema } from './gpt.ts';
import { exclusive, readWrite } from '../../hw/locks.ts';
import type { Variants } from '../../state/cases.ts';
import type { StackSchema } from '../../state/call-stack.ts';
import { tlbEntry } from '../../hw/tlb.ts';
import { layout } from '../../state/layout.ts';
import type { Layout } from '../../state/layout.ts';
import { list } from '../../state/list.ts';
import { record, table } from '../../state/record.ts';
import { bool, int, oneOf, optional, ref, upTo } from '../../state/scalar.ts';
import type { Scalar } from '../../state/scalar.ts';
import type { Infer } from '../../state/schema.ts';
import { HALVES, orderOf } from './numbers.ts';
import { noBudgets } from './scenario.ts';
import type { VsegSpec, VsegType } from './scenario.ts';
import type { CopyRef, FrameRef, ProcessRef, Scope, ThreadRef, VsegRef } from './scope.ts';
import { isFixed, ZERO } from './scope.ts';

/** A page number or count. Below zero only where a munmap in the middle of a vseg makes it so. */
export function pageNumber(s: Scope): Scalar<number> {
  if (s.wide || s.wraps) return int(-(2 ** 21), 2 ** 21);
  return s.cuts ? int(-2 * s.pages, 2 * s.pages) : upTo(s.pages);
}

/** An address or a length, in half pages. */
export function halfPages(s: Scope): Scalar<number> {
  if (s.wide) return int(-(2 ** 21), 2 ** 21);
  return s.cuts ? int(-HALVES * s.pages, HALVES * s.pages) : upTo(HALVES * s.pages);
}

/**
 * A position in a file, in half pages; the fix `split-middle` moves it within the virtual space.
 */
export function filePosition(s: Scope): Scalar<number> {
  return upTo(s.wide ? 2 ** 21 : HALVES * (s.cuts ? 8 + s.pages : 8));
}

const userTypes = ['CODE', 'DATA', 'STACK', 'ANON', 'FILE', 'REMOTE'] as const;

/** The kernel's own types only where it has vsegs. */
export function vsegType(s: Scope): Scalar<VsegType> {
  return s.hasKernel
    ? oneOf(...userTypes, 'KCODE', 'KDATA', 'KDEV')
    : oneOf<VsegType>(...userTypes);
}

/** Cluster + 1 of the server that an RPC of this frame keeps busy; 0: none (option rpcServers). */
export function server(s: Scope): Scalar<number> {
  return upTo(s.rpcServers > 0 ? s.scenario.clusters : 0);
}

/** Bits of the stack bitmap. */
function slots(s: Scope): number {
  return s.hasStacks ? s.lastSlot + 1 : 0;
}

function ledger(s: Scope, most: number): Scalar<number> {
  return s.wide ? int(-4096, 4095) : int(-most, most - 1);
}

export const kernelSchema = (s: Scope, callStack: StackSchema<Variants>) =>
  record({
    frames: table(
      s.frame,
      frameSchema(s.thread, s.tokens.length, s.words, s.wide ? 4095 : 15, s.hasKernel),
    ),
    /** Pages of files that are in memory (mapper); never evicted. */
    mapper: table(
      s.filePage,
      record({
        frame: optional(s.frame),
        /** Ghost: what the page of the file holds by right. */
        word0: upTo(s.tokens.length - 1),
        word1: upTo(s.words > 1 ? s.tokens.length - 1 : 0),
      }),
    ),
    /** vseg_t */
    vsegs: table(
      s.vseg,
      record({
        /**
         * Ghost: free, allocated but nowhere yet, in a VSL, taken off one, parked in
         * a zombi list, or dropped.
         */
        state: oneOf('free', 'transit', 'vsl', 'unlinked', 'zombi', 'lost'),
        type: vsegType(s),
        /** [min, max[ in half pages. */
        min: halfPages(s),
        max: halfPages(s),
        vpn_base: pageNumber(s),
        vpn_size: pageNumber(s),
        /** In half pages. */
        file_offset: filePosition(s),
        file_size: upTo(s.wide ? 2 ** 21 : HALVES * s.pages),
        /** Index of the file + 1; 0 is XPTR_NULL. */
        mapper: upTo(s.scenario.files.length),
        cxy: upTo(s.scenario.clusters - 1),
        /** Ghost: the page where `file_offset` was mapped, whatever has been cut off since. */
        origin: pageNumber(s),
        /** Back pointer: the process descriptor whose VSL holds it. */
        vmm: optional(s.copy),
        /**
         * xlist.next of one that is unlinked: what it leads a walker to; null: the end of its VSL.
         */
        link: optional(s.vseg),
      }),
    ),
    /** process_t and its vmm_t, one per process and cluster. */
    copies: table(
      s.copy,
      record({
        /** Ghost: the descriptor exists. */
        exists: bool,
        vsl_lock: readWrite(s.thread, s.options.rwlock === 'writersFirst'),
        /** vsegs_root, in list order. */
        vsl: list(ref(s.vseg), s.scenario.descriptors),
        vsegs_nr: s.wide ? int(-128, 127) : int(-4, 15),
        first_free_vpn: upTo(2 * s.pages),
        mmap_lock: exclusive(s.thread),
        /** Ghost: the locks of the two allocators hold garbage (option childVmm). */
        poison: bool,
        /** Ghost: the two allocators have been initialised, zombi lists included. */
        ready: bool,
        /** Its lock is taken and given back within one step, so it needs no cell. */
        stack_bitmap: upTo(2 ** slots(s) - 1),
        zombi_list: table(s.order, record({ parked: list(ref(s.vseg), s.scenario.descriptors) })),
        gpt: table(s.page, pteSchema(s.frame, s.thread, s.hasKernel)),
      }),
    ),
    processes: table(
      s.process,
      record({
        /** pmgr.copies_root[lpid]: all descriptors, the reference registered first. */
        copies: list(ref(s.copy), s.scenario.clusters),
        /** Protects `copies`; vmm.c as written walks the list without it. */
        copies_lock: readWrite(s.thread),
        /** Ghost: its threads may run. */
        born: bool,
        /** Ghost: the process whose fork makes this one and has not returned yet. */
        forkedBy: optional(s.process),
        /** Ghost: bit n: a munmap of page n has returned and no mmap gave it out again. */
        unmapped: upTo(s.wide ? 0 : 2 ** s.pages - 1),
        /** Ghost: tokens that a read of a word may return; 0: nothing is promised. */
        want: table(
          s.page,
          record({
            word0: upTo(s.wide ? 0 : 2 ** s.tokens.length - 1),
            word1: upTo(s.words > 1 && !s.wide ? 2 ** s.tokens.length - 1 : 0),
          }),
        ),
      }),
    ),
    threads: table(
      s.thread,
      record({
        stack: callStack,
        /** Ghost: what the operation under way has taken and not given back. */
        frames: ledger(s, 16),
        descriptors: ledger(s, 16),
        forks: ledger(s, 16),
        pages: ledger(s, 32),
        slots: s.hasStacks ? ledger(s, 8) : upTo(0),
        cut: upTo(s.cuts || s.wide ? 1 : 0),
        /** Ghost: locks held before the operation under way began. */
        locks: upTo(15),
        /** What its core remembers. */
        tlb: table(s.page, tlbEntry(s.frame, !s.staleTlb)),
        /** Ghost: it ran out of memory, or met an I/O error. */
        exhausted: bool,
      }),
    ),
    /** Failures that may still happen although there is room. */
    budgets: record({
      frame: upTo(7),
      descriptor: upTo(7),
      gpt: upTo(7),
      pte: upTo(7),
      ptecopy: upTo(7),
      kernel: upTo(7),
      io: upTo(7),
    }),
    /** A failed assertion stopped the kernel. */
    halted: bool,
  });

export type Kernel = Infer<ReturnType<typeof kernelSchema>>;
export type Copy = Kernel['copies'][number & { readonly pool: 'copy' }];
export type Vseg = Kernel['vsegs'][number & { readonly pool: 'vseg' }];

export function kernelLayout(s: Scope, callStack: StackSchema<Variants>): Layout<Kernel> {
  return layout(kernelSchema(s, callStack));
}

/**
 * The state in which a scenario starts: its vsegs exist, nothing is mapped, every thread is idle.
 */
export function startState(s: Scope, blank: Kernel, userFrame: object): Kernel {
  const k = structuredClone(blank);
  for (const frame of s.frame.all) k.frames[frame].free = true;
  for (const budget of Object.keys(noBudgets) as (keyof typeof noBudgets)[]) {
    k.budgets[budget] = s.scenario.budgets[budget];
  }
  s.scenario.files.forEach((file, f) => {
    for (let i = 0; i < file.pages; i++) {
      const held = k.mapper[s.filePage.at(s.fileStart[f] + i)];
      held.word0 = s.fileToken(f, i);
      if (s.words > 1) held.word1 = s.fileToken(f, i);
    }
  });
  for (const c of s.copy.all) {
    const { process } = s.copies[c];
    if (s.children[process]) continue;
    const early = s.threads.some(({ copy, created }) => copy === c && !created);
    if (!s.copies[c].isReference && !early) continue;
    k.copies[c].exists = true;
    k.copies[c].ready = true;
    k.copies[c].first_free_vpn = firstFree(s, c);
    const { copies } = k.processes[process];
    if (s.options.copiesOrder === 'registration') copies.push(c);
    else copies.unshift(c);
    k.processes[process].born = true;
  }
  addKernelFrames(s, k);
  for (const c of s.copy.all) {
    if (k.copies[c].exists)
      addKernelVsegs(s, k, c, () => freeDescriptor(s, k, s.copies[c].cluster));
  }
  s.scenario.vsegs.forEach((spec, i) => {
    const process = s.processIndex(spec.process);
    const reference = s.reference[process];
    const { cluster } = s.copies[reference];
    const vmm = k.copies[reference];
    const free = freeDescriptor(s, k, cluster);
    const isMmap = !isFixed(spec);
    const size = isMmap ? 2 ** orderOf(spec.pages) : spec.pages;
    if (isMmap) {
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
  });
  for (const t of s.thread.all) {
    const { created } = s.threads[t];
    k.threads[t].stack.push({ ...structuredClone(userFrame), started: !created } as never);
    startStack(s, k, t);
  }
  return k;
}

/**
 * Where the mmap allocator of a copy stands. If the program lies in its zone (option
 * heapPlace), mmap has passed it by where there are vsegs beyond: its attempts there met
 * the program, and failed.
 */
function firstFree(s: Scope, copy: CopyRef): number {
  const { process } = s.copies[copy];
  const name = s.processNames[process];
  const mapped = s.scenario.vsegs.some((spec) => spec.process === name && !isFixed(spec));
  return mapped ? s.scenario.heapBase : s.heapBase;
}

/** What the pages of a vseg hold at first, as a scenario describes it. */
export function promiseVseg(s: Scope, k: Kernel, process: ProcessRef, spec: VsegSpec): void {
  const file = spec.file === undefined ? -1 : s.fileIndex(spec.file);
  const filePages = isFixed(spec) ? (spec.filePages ?? spec.pages) : spec.pages;
  for (let n = 0; n < spec.pages; n++) {
    const index = (spec.offset ?? 0) + n;
    const inFile = file >= 0 && n < filePages;
    // Past the end of a file nothing is promised.
    if (inFile && index >= s.scenario.files[file].pages) continue;
    promisePage(s, k, process, spec.page + n, inFile ? s.fileToken(file, index) : ZERO);
  }
}

/** A read of the page returns this token. */
export function promisePage(
  s: Scope,
  k: Kernel,
  process: ProcessRef,
  page: number,
  token: number,
): void {
  const want = k.processes[process].want[s.page.at(page)];
  want.word0 = 1 << token;
  if (s.words > 1) want.word1 = 1 << token;
}

function freeDescriptor(s: Scope, k: Kernel, cluster: number): VsegRef {
  const free = s.vseg.all.find(
    (v) => s.clusterOfVseg(v) === cluster && k.vsegs[v].state === 'free',
  );
  if (free !== undefined) return free;
  throw new InputError(`scenario: descriptors: cluster ${cluster} has too few for its vsegs`);
}

/** The kernel has the last frames of each cluster, page after page. */
function kernelFrame(s: Scope, cluster: number, index: number): FrameRef {
  return s.frame.at((cluster + 1) * s.scenario.frames - 1 - index);
}

function addKernelFrames(s: Scope, k: Kernel): void {
  const pages = s.scenario.kernel.reduce((sum, spec) => sum + spec.pages, 0);
  for (let cluster = 0; cluster < s.scenario.clusters; cluster++) {
    for (let i = 0; i < pages; i++) {
      const frame = k.frames[kernelFrame(s, cluster, i)];
      frame.free = false;
      frame.refcount = 1;
      frame.owner = 'kernel';
    }
  }
}

/**
 * hal_vmm_kernel_update(): the vsegs of the kernel enter the VSL of a copy, mapped to
 * the frames that the kernel has in that cluster. False where `take` finds no
 * descriptor: those before it stay.
 */
export function addKernelVsegs(
  s: Scope,
  k: Kernel,
  copy: CopyRef,
  take: () => VsegRef | null,
): boolean {
  const { cluster } = s.copies[copy];
  const vmm = k.copies[copy];
  let index = 0;
  for (const { type, page, pages } of s.scenario.kernel) {
    const ref = take();
    if (ref === null) return false;
    const vseg = k.vsegs[ref];
    vseg.state = 'vsl';
    vseg.type = type;
    vseg.vpn_base = page;
    vseg.vpn_size = pages;
    vseg.min = HALVES * page;
    vseg.max = HALVES * (page + pages);
    vseg.cxy = cluster;
    vseg.origin = page;
    vseg.vmm = copy;
    vmm.vsl.push(ref);
    vmm.vsegs_nr += 1;
    for (let n = page; n < page + pages; n++) {
      const frame = kernelFrame(s, cluster, index++);
      const { write, user } = s.flags[type];
      hal_gpt_set_pte(vmm.gpt[s.page.at(n)], frame, write, false, user ? 0 : 1);
    }
  }
  return true;
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

/**
 * What a stack holds at first. In a process of several clusters nothing is promised: threads of
 * different clusters have different memory at the same stack address.
 */
export function promiseStack(s: Scope, k: Kernel, t: ThreadRef): void {
  const { slot, process } = s.threads[t];
  if (slot === 0 || s.scenario.processes[process].clusters.length > 1) return;
  const first = s.stackBase + (slot - 1) * s.stackSize + 1;
  for (let n = first; n < first + s.stackSize - 1; n++) promisePage(s, k, process, n, ZERO);
}
