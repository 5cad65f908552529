/**
 * What a state of ALMOS-MKH consists of, declared once. Names are the C names of the fields where there
 * is one (vmm.c r632, page.h, vseg.h); *ghost* cells do not exist in the kernel and only let
 * invariants speak about history and content.
 */

import { InputError } from '../../errors.ts';
import { frameSchema } from '../../hw/frames.ts';
import { pteSchema } from '../../hw/gpt.ts';
import { exclusive, readWrite } from '../../hw/locks.ts';
import type { StackSchema, Variants } from '../../state/cases.ts';
import { layout } from '../../state/layout.ts';
import type { Layout } from '../../state/layout.ts';
import { list } from '../../state/list.ts';
import { record, table } from '../../state/record.ts';
import { bool, int, oneOf, optional, ref, upTo } from '../../state/scalar.ts';
import type { Infer } from '../../state/schema.ts';
import { noBudgets } from './scenario.ts';
import type { Scope } from './scope.ts';
import { ZERO } from './scope.ts';

/** Byte addresses are kept in half pages: enough for the unaligned base of a FILE vseg. */
export const HALVES = 2;

export const kernelSchema = (s: Scope, callStack: StackSchema<Variants>) =>
  record({
    frames: table(s.frame, frameSchema(s.thread, s.tokens.length, s.words)),
    /** Pages of files that are in memory (mapper); never evicted. */
    mapper: table(s.filePage, record({ frame: optional(s.frame) })),
    /** vseg_t */
    vsegs: table(
      s.vseg,
      record({
        /** Ghost: free, allocated but nowhere yet, in a VSL, parked in a zombi list, or dropped. */
        state: oneOf('free', 'transit', 'vsl', 'zombi', 'lost'),
        type: oneOf('CODE', 'DATA', 'STACK', 'ANON', 'FILE', 'REMOTE'),
        /** [min, max[ in half pages. */
        min: upTo(HALVES * s.pages),
        max: upTo(HALVES * s.pages),
        vpn_base: upTo(s.pages),
        vpn_size: upTo(s.pages),
        /** In half pages. */
        file_offset: upTo(HALVES * 8),
        file_size: upTo(HALVES * s.pages),
        /** Index of the file + 1; 0 is XPTR_NULL. */
        mapper: upTo(s.scenario.files.length),
        cxy: upTo(s.scenario.clusters - 1),
        /** Back pointer: the process descriptor whose VSL holds it. */
        vmm: optional(s.copy),
      }),
    ),
    /** process_t and its vmm_t, one per process and cluster. */
    copies: table(
      s.copy,
      record({
        /** Ghost: the descriptor exists. */
        exists: bool,
        vsl_lock: readWrite(s.thread),
        /** vsegs_root, in list order. */
        vsl: list(ref(s.vseg), s.scenario.descriptors),
        vsegs_nr: int(-4, 15),
        first_free_vpn: upTo(2 * s.pages),
        mmap_lock: exclusive(s.thread),
        /** Ghost: the allocator's lock holds garbage (option childVmm). */
        mmap_lock_poison: bool,
        /** Ghost: the zombi lists have been initialised. */
        zombi_ready: bool,
        zombi_list: table(s.order, record({ parked: list(ref(s.vseg), s.scenario.descriptors) })),
        gpt: table(s.page, pteSchema(s.frame, s.thread)),
      }),
    ),
    processes: table(
      s.process,
      record({
        /** pmgr.copies_root[lpid]: all descriptors, the reference registered first. */
        copies: list(ref(s.copy), s.scenario.clusters),
        /** Ghost: its threads may run. */
        born: bool,
        /** Ghost: a fork that makes this process has not returned yet. */
        forking: bool,
        /** Ghost: bit n: a munmap of page n has returned and no mmap gave it out again. */
        unmapped: upTo(2 ** s.pages - 1),
        /** Ghost: tokens that a read of a word may return; 0: nothing is promised. */
        want: table(
          s.page,
          record({
            word0: upTo(2 ** s.tokens.length - 1),
            word1: upTo(s.words > 1 ? 2 ** s.tokens.length - 1 : 0),
          }),
        ),
      }),
    ),
    threads: table(
      s.thread,
      record({
        stack: callStack,
        /** Ghost: what the operation under way has taken and not given back. */
        frames: int(-16, 15),
        descriptors: int(-16, 15),
        forks: int(-16, 15),
        pages: int(-32, 31),
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

/** The least order whose 2^order pages hold `pages`. */
export function orderOf(pages: number): number {
  return Math.ceil(Math.log2(Math.max(1, pages)));
}

/** The state in which a scenario starts: its vsegs exist, nothing is mapped, every thread is idle. */
export function startState(s: Scope, blank: Kernel, userFrame: object): Kernel {
  const k = structuredClone(blank);
  for (const frame of s.frame.all) k.frames[frame].free = true;
  for (const budget of Object.keys(noBudgets) as (keyof typeof noBudgets)[]) {
    k.budgets[budget] = s.scenario.budgets[budget];
  }
  for (const c of s.copy.all) {
    const { process } = s.copies[c];
    if (s.children[process]) continue;
    k.copies[c].exists = true;
    k.copies[c].zombi_ready = true;
    k.copies[c].first_free_vpn = s.heapBase;
    k.processes[process].copies.push(c);
    k.processes[process].born = true;
  }
  s.scenario.vsegs.forEach((spec, i) => {
    const process = s.processIndex(spec.process);
    const reference = s.reference[process];
    const { cluster } = s.copies[reference];
    const vmm = k.copies[reference];
    const free = s.vseg.all.find(
      (v) => s.clusterOfVseg(v) === cluster && k.vsegs[v].state === 'free',
    );
    if (free === undefined) {
      throw new InputError(`scenario: descriptors: cluster ${cluster} has too few for its vsegs`);
    }
    const size = spec.type === 'DATA' ? spec.pages : 2 ** orderOf(spec.pages);
    if (spec.type !== 'DATA') {
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
    vseg.file_size = spec.type === 'DATA' ? HALVES * spec.pages : 0;
    vseg.mapper = spec.file === undefined ? 0 : s.fileIndex(spec.file) + 1;
    vseg.cxy = cluster;
    vseg.vmm = reference;
    vmm.vsl.push(free);
    vmm.vsegs_nr += 1;
    for (let n = 0; n < spec.pages; n++) {
      const file = vseg.mapper - 1;
      const token = file < 0 ? ZERO : s.fileToken(file, (spec.offset ?? 0) + n);
      const want = k.processes[process].want[s.page.at(spec.page + n)];
      want.word0 = 1 << token;
      if (s.words > 1) want.word1 = 1 << token;
    }
  });
  for (const t of s.thread.all) k.threads[t].stack.push(structuredClone(userFrame) as never);
  return k;
}
