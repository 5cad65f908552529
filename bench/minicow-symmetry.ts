/**
 * The symmetry of MiniCOW: processes and frames are interchangeable. Pages are not, because fork
 * and exit visit them in order. This file is written by hand, because unused references are 0 and
 * not "none", so that the schema does not show which numbers are names.
 *
 * Processes are sorted by everything that does not depend on names; if several live ones look
 * alike, up to 24 orders of them are tried. Frames are then numbered in the order of a walk over
 * processes and pages, and unused frames by their descriptors. The canonical form is the order with
 * the smallest packed words.
 */

import type { Symmetry } from '../src/reduction/capabilities.ts';
import type { MiniCowState, Setting } from './minicow-state.ts';

const MOST_ORDERS = 24;

/** The program counters at which `frame` and `child` of a slot are in use. */
export interface Places {
  readonly alive: number;
  readonly withFrame: readonly number[];
  readonly withChild: number;
}

interface Packed {
  readonly scratch: Int32Array;
  readonly view: MiniCowState;
}

/** `spare` is a second layout of the same states. */
export function miniCowSymmetry(
  { processes, pages, frames }: Setting,
  state: Packed,
  spare: Packed,
  places: Places,
): Symmetry {
  return new Renamer(processes, pages, frames, state, spare, places);
}

class Renamer implements Symmetry {
  readonly what = 'processes and frames';
  private readonly processes: number;
  private readonly pages: number;
  private readonly frames: number;
  private readonly state: Packed;
  private readonly spare: Packed;
  private readonly places: Places;
  private readonly order: number[];
  private readonly looks: number[];
  private readonly best: Int32Array;
  private readonly toProcess: number[];
  private readonly toFrame: number[];
  private tried = 0;

  constructor(
    processes: number,
    pages: number,
    frames: number,
    state: Packed,
    spare: Packed,
    places: Places,
  ) {
    this.processes = processes;
    this.pages = pages;
    this.frames = frames;
    this.state = state;
    this.spare = spare;
    this.places = places;
    this.order = new Array<number>(processes).fill(0);
    this.looks = new Array<number>(processes).fill(0);
    this.best = new Int32Array(state.scratch.length);
    this.toProcess = new Array<number>(processes).fill(0);
    this.toFrame = new Array<number>(frames).fill(0);
  }

  canonicalise(): void {
    const { order, looks } = this;
    for (let p = 0; p < this.processes; p++) {
      const look = this.lookOf(p);
      let at = p;
      for (; at > 0 && looks[at - 1] > look; at--) {
        looks[at] = looks[at - 1];
        order[at] = order[at - 1];
      }
      looks[at] = look;
      order[at] = p;
    }
    this.tried = 0;
    this.tryOrders(0);
    this.state.scratch.set(this.best);
  }

  /**
   * Free frames must be alike, because the lowest one is allocated: no process uses them, and
   * nothing is counted.
   */
  objection(): string | undefined {
    const { view } = this.state;
    for (let f = 0; f < this.frames; f++) {
      const { free, locked, forks } = view.frames[f as never];
      if (free && (locked || forks > 0 || this.isKnown(f))) {
        return (
          `in a state that can be reached, frame ${f} is free and yet in use, so it matters ` +
          'which free frame has the lowest number; search without symmetry'
        );
      }
    }
    return undefined;
  }

  private isKnown(f: number): boolean {
    const { view } = this.state;
    for (let p = 0; p < this.processes; p++) {
      const slot = view.slots[p as never];
      if (this.places.withFrame.includes(slot.pc) && slot.frame === f) return true;
      for (let v = 0; v < this.pages; v++) {
        const { mapped, frame } = slot.entries[v as never];
        if (mapped && frame === f) return true;
      }
    }
    return false;
  }

  /** Everything in a process that is not a name, as one number below 2^31 for up to 5 pages. */
  private lookOf(p: number): number {
    const { life, pc, page, entries } = this.state.view.slots[p as never];
    let look = (life * 8 + pc) * this.pages + page;
    for (let v = 0; v < this.pages; v++) {
      const { mapped, writable, cow, locked } = entries[v as never];
      look =
        look * 16 + Number(mapped) * 8 + Number(writable) * 4 + Number(cow) * 2 + Number(locked);
    }
    return look;
  }

  /** Tries every order of `order[from..]` that keeps the processes sorted. */
  private tryOrders(from: number): void {
    const { order, looks } = this;
    if (this.tried >= MOST_ORDERS) return;
    if (from >= this.processes - 1) {
      this.pack();
      return;
    }
    const { life } = this.state.view.slots[order[from] as never];
    for (let at = from; at < this.processes && looks[at] === looks[from]; at++) {
      // All slots without a process are alike.
      if (at > from && life !== this.places.alive) break;
      this.swap(from, at);
      this.tryOrders(from + 1);
      this.swap(from, at);
    }
  }

  private swap(one: number, other: number): void {
    const { order } = this;
    const kept = order[one];
    order[one] = order[other];
    order[other] = kept;
  }

  /**
   * Packs the state with the processes in this order, and keeps it if it is the smallest so far.
   */
  private pack(): void {
    const { order, toProcess, spare, best } = this;
    for (let i = 0; i < this.processes; i++) toProcess[order[i]] = i;
    this.nameFrames();
    spare.scratch.fill(0);
    for (let p = 0; p < this.processes; p++) this.packSlot(p);
    for (let f = 0; f < this.frames; f++) {
      const from = this.state.view.frames[f as never];
      const to = spare.view.frames[this.toFrame[f] as never];
      to.free = from.free;
      to.locked = from.locked;
      to.forks = from.forks;
    }
    if (this.tried++ === 0 || isLess(spare.scratch, best)) best.set(spare.scratch);
  }

  private packSlot(p: number): void {
    const from = this.state.view.slots[p as never];
    const to = this.spare.view.slots[this.toProcess[p] as never];
    to.life = from.life;
    to.pc = from.pc;
    to.page = from.page;
    if (from.pc === this.places.withChild) to.child = this.toProcess[from.child] as never;
    if (this.places.withFrame.includes(from.pc)) to.frame = this.toFrame[from.frame] as never;
    for (let v = 0; v < this.pages; v++) {
      const entry = from.entries[v as never];
      const renamed = to.entries[v as never];
      renamed.mapped = entry.mapped;
      renamed.writable = entry.writable;
      renamed.cow = entry.cow;
      renamed.locked = entry.locked;
      if (entry.mapped) renamed.frame = this.toFrame[entry.frame] as never;
    }
  }

  private nameFrames(): void {
    const { order, toFrame, places } = this;
    const { view } = this.state;
    let next = 0;
    toFrame.fill(-1);
    for (let i = 0; i < this.processes; i++) {
      const slot = view.slots[order[i] as never];
      for (let v = 0; v < this.pages; v++) {
        const { mapped, frame } = slot.entries[v as never];
        if (mapped && toFrame[frame] === -1) toFrame[frame] = next++;
      }
      if (places.withFrame.includes(slot.pc) && toFrame[slot.frame] === -1) {
        toFrame[slot.frame] = next++;
      }
    }
    while (next < this.frames) {
      let least = -1;
      for (let f = 0; f < this.frames; f++) {
        if (toFrame[f] === -1 && (least < 0 || this.numbers(f) < this.numbers(least))) least = f;
      }
      toFrame[least] = next++;
    }
  }

  private numbers(f: number): number {
    const { free, locked, forks } = this.state.view.frames[f as never];
    return forks * 4 + Number(free) * 2 + Number(locked);
  }
}

function isLess(one: Int32Array, other: Int32Array): boolean {
  for (let i = 0; i < one.length; i++) {
    if (one[i] !== other[i]) return one[i] < other[i];
  }
  return false;
}
