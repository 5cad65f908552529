/**
 * What a state of ALMOS-MKH consists of, declared once. Names are the C names of the fields where
 * there is one (vmm.c r632, page.h, vseg.h); *ghost* cells do not exist in the kernel and only let
 * invariants speak about history and content.
 */

import { exclusive, readWrite } from '../../hw/locks.ts';
import { tlbEntry } from '../../hw/tlb.ts';
import type { StackSchema } from '../../state/call-stack.ts';
import type { Variants } from '../../state/cases.ts';
import { layout } from '../../state/layout.ts';
import type { Layout } from '../../state/layout.ts';
import { list } from '../../state/list.ts';
import { record } from '../../state/record.ts';
import { table } from '../../state/table.ts';
import { bool, int, oneOf, upTo } from '../../state/values.ts';
import { optional, ref } from '../../state/references.ts';
import type { Scalar } from '../../state/scalar.ts';
import type { Infer } from '../../state/schema.ts';
import { frameSchema } from './frames.ts';
import { pteSchema } from './gpt.ts';
import { HALVES } from './numbers.ts';
import { filePosition, halfPages, pageNumber, vsegType } from './scalars.ts';
import type { Scope } from './scope.ts';

/** A page of a file that is in memory (mapper); never evicted. */
const mappedPage = (s: Scope) =>
  record({
    frame: optional(s.frame),
    /** Ghost: what the page of the file holds by right. */
    word0: upTo(s.tokens.length - 1),
    word1: upTo(s.words > 1 ? s.tokens.length - 1 : 0),
  });

/** vseg_t */
const vsegSchema = (s: Scope) =>
  record({
    /**
     * Ghost: free, allocated but nowhere yet, in a VSL, taken off one, parked in a zombi list, or
     * dropped.
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
    /** xlist.next of one that is unlinked: what it leads a walker to; null: the end of its VSL. */
    link: optional(s.vseg),
  });

/** Bits of the stack bitmap. */
function slots(s: Scope): number {
  return s.hasStacks ? s.lastSlot + 1 : 0;
}

/** process_t and its vmm_t. */
const copySchema = (s: Scope) =>
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
  });

const processSchema = (s: Scope) =>
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
  });

function ledger(s: Scope, most: number): Scalar<number> {
  return s.wide ? int(-4096, 4095) : int(-most, most - 1);
}

const threadSchema = (s: Scope, callStack: StackSchema<Variants>) =>
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
  });

/** Failures that may still happen although there is room. */
const budgetsSchema = () =>
  record({
    frame: upTo(7),
    descriptor: upTo(7),
    gpt: upTo(7),
    pte: upTo(7),
    ptecopy: upTo(7),
    kernel: upTo(7),
    io: upTo(7),
  });

const kernelSchema = (s: Scope, callStack: StackSchema<Variants>) =>
  record({
    frames: table(
      s.frame,
      frameSchema(s.thread, s.tokens.length, s.words, s.wide ? 4095 : 15, s.hasKernel),
    ),
    mapper: table(s.filePage, mappedPage(s)),
    vsegs: table(s.vseg, vsegSchema(s)),
    /** One per process and cluster. */
    copies: table(s.copy, copySchema(s)),
    processes: table(s.process, processSchema(s)),
    threads: table(s.thread, threadSchema(s, callStack)),
    budgets: budgetsSchema(),
    /** A failed assertion stopped the kernel. */
    halted: bool,
  });

export type Kernel = Infer<ReturnType<typeof kernelSchema>>;
export type Copy = Kernel['copies'][number & { readonly pool: 'copy' }];

export function kernelLayout(s: Scope, callStack: StackSchema<Variants>): Layout<Kernel> {
  return layout(kernelSchema(s, callStack));
}
