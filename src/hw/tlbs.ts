/**
 * The MMUs of a machine: each CPU goes through a TLB of its own, which keeps what it has read
 * of the page table until it is flushed. A CPU flushes its own entries only; those of the
 * others it has to ask for (shoot-down): it posts a request, each CPU answers in a step of its
 * own, and it waits for the last one.
 *
 * On a coherent machine the same calls work, and there is nothing to flush:
 * accesses read the table.
 */

import { ModelError } from '../errors.ts';
import type { Pool, Ref } from '../state/pool.ts';
import { record } from '../state/record.ts';
import { table } from '../state/table.ts';
import type { Composite } from '../state/record.ts';
import type { Table } from '../state/table.ts';
import { upTo } from '../state/values.ts';
import { mmu } from './mmu.ts';
import type { AccessKind } from './mmu.ts';
import type { PageTable, Pte } from './page-table.ts';
import { forget, remember, remembers, tlbEntry } from './tlb.ts';
import type { TlbEntry } from './tlb.ts';
import { demandMembers } from '../state/demand.ts';

/** A CPU: its TLB, and the flush that it has asked others for. */
export interface Cpu<P extends string = 'page', F extends string = 'frame'> {
  readonly tlb: Table<P, TlbEntry<F>>;
  /** Bit c: CPU c has not answered yet. */
  awaits: number;
  /** The pages that are to be flushed: the first one, and how many. */
  from: number;
  count: number;
}

/** The CPUs and the page tables that they read. */
export interface TlbsParts<C extends string, P extends string, F extends string> {
  /** At most 31. */
  readonly cpu: Pool<C>;
  /** The page tables that the CPUs read; all of one kind. */
  readonly pages: PageTable<P, F>;
  /** TLBs follow every change of a table by themselves. */
  readonly coherent?: boolean;
}

/** Works on the CPUs of a state, be they a view or a draft; nothing is kept here. */
export class Tlbs<C extends string = 'cpu', P extends string = 'page', F extends string = 'frame'> {
  /** A row for each CPU; blank: nothing is remembered, and nothing asked for. */
  readonly schema: Composite<Table<C, Cpu<P, F>>>;
  readonly cpu: Pool<C>;
  readonly page: Pool<P>;
  readonly coherent: boolean;
  private readonly keepsDirty: boolean;

  constructor({ cpu, pages, coherent = false }: TlbsParts<C, P, F>) {
    this.cpu = cpu;
    this.page = pages.page;
    this.coherent = coherent;
    this.keepsDirty = pages.keepsDirty;
    const bounds = coherent ? [0, 0, 0] : [2 ** cpu.size - 1, this.page.size - 1, this.page.size];
    const [awaits, from, count] = bounds.map(upTo);
    const tlb = table(this.page, tlbEntry(pages.frame, coherent));
    this.schema = table(cpu, record({ tlb, awaits, from, count }));
  }

  /**
   * An access of a user program. The frame that it reaches, which may not be the one that the table
   * names now; null: an exception, and `mmu(pte, kind)` tells which. An access that the TLB does
   * not allow reads the table, and the CPU remembers what it finds. Where tables keep a dirty bit,
   * a write sets it unless the CPU remembers that it is set.
   */
  access(
    cpus: Table<C, Cpu<P, F>>,
    cpu: Ref<C>,
    ptes: Table<P, Pte<F>>,
    page: Ref<P>,
    kind: AccessKind,
  ): Ref<F> | null {
    const entry = cpus[cpu].tlb[page];
    if (remembers(entry, kind)) return entry.frame;
    const pte = ptes[page];
    const done = mmu(pte, kind) === 'done';
    if (this.keepsDirty && done && kind === 'write') pte.dirty = true;
    if (!this.coherent) {
      remember(entry, pte);
      if (this.keepsDirty && !pte.dirty) entry.writable = false;
    }
    return done ? pte.frame : null;
  }

  /** The CPU forgets all that it remembers. */
  flush(cpus: Table<C, Cpu<P, F>>, cpu: Ref<C>): void {
    this.flushRange(cpus, cpu, this.page.all[0], this.page.size);
  }

  /** The CPU forgets one page. */
  flushPage(cpus: Table<C, Cpu<P, F>>, cpu: Ref<C>, page: Ref<P>): void {
    this.flushRange(cpus, cpu, page, 1);
  }

  /** The CPU forgets `count` pages from `from` on. */
  flushRange(cpus: Table<C, Cpu<P, F>>, cpu: Ref<C>, from: Ref<P>, count: number): void {
    if (this.coherent) return;
    const { tlb } = cpus[cpu];
    for (let n: number = from; n < from + count; n++) forget(tlb[this.page.at(n)]);
  }

  /** All CPUs forget a range in this very step, as machines do that broadcast a flush. */
  flushEverywhere(cpus: Table<C, Cpu<P, F>>, from: Ref<P>, count = 1): void {
    const { all } = this.cpu;
    for (let i = 0; i < all.length; i++) this.flushRange(cpus, all[i], from, count);
  }

  /**
   * Asks other CPUs to forget a range: those of `targets` (bit c: CPU c), all others if left
   * out. Its own entries stay. A CPU has one request at a time: throws ModelError if it asks
   * before all have answered.
   */
  ask(
    cpus: Table<C, Cpu<P, F>>,
    by: Ref<C>,
    from: Ref<P>,
    count = 1,
    targets = 2 ** this.cpu.size - 1,
  ): void {
    if (this.coherent) return;
    const request = cpus[by];
    if (request.awaits !== 0) {
      throw new ModelError(
        `${this.cpu.name} ${by} asks for a flush before the last one is answered`,
      );
    }
    request.awaits = targets & ~(1 << by);
    if (request.awaits === 0) return;
    request.from = from;
    request.count = count;
  }

  /** Have all CPUs answered that this one has asked? */
  isAnswered(cpus: Table<C, Cpu<P, F>>, by: Ref<C>): boolean {
    return cpus[by].awaits === 0;
  }

  /**
   * The CPU answers one request: it flushes what was asked for. False: nobody has asked. When a CPU
   * does so is the model's: in an interrupt, at any time; or not as long as it has interrupts off.
   */
  answer(cpus: Table<C, Cpu<P, F>>, cpu: Ref<C>): boolean {
    const { all } = this.cpu;
    const bit = 1 << cpu;
    for (let i = 0; i < all.length; i++) {
      const request = cpus[all[i]];
      if ((request.awaits & bit) === 0) continue;
      this.flushRange(cpus, cpu, this.page.at(request.from), request.count);
      request.awaits &= ~bit;
      if (request.awaits === 0) {
        request.from = 0;
        request.count = 0;
      }
      return true;
    }
    return false;
  }

  /** The lowest CPU that can reach the frame without reading a table; null: none can. */
  remembering(cpus: Table<C, Cpu<P, F>>, frame: Ref<F>): Ref<C> | null {
    const { cpu, page } = this;
    for (let c = 0; c < cpu.size; c++) {
      const { tlb } = cpus[cpu.all[c]];
      for (let p = 0; p < page.size; p++) if (tlb[page.all[p]].frame === frame) return cpu.all[c];
    }
    return null;
  }
}

/** The TLBs of a machine: `tlbs({ cpu, pages: pageTable({ page, frame }) })`. */
export function tlbs<C extends string, P extends string, F extends string>(
  parts: TlbsParts<C, P, F>,
): Tlbs<C, P, F> {
  demandMembers('tlbs', parts, ['cpu', 'pages']);
  return new Tlbs(parts);
}
