/**
 * Pins: the kernel, or a device, reaches a page of a program for a while without its page table,
 * to write there on another's behalf (`get_user_pages`, a copy into a user buffer, DMA). The
 * lookup is one step, as an MMU would do it; from then on the frame is reached whatever becomes
 * of the entry. A pin is a reference to the frame and is counted as one, and apart from that, so
 * that copy-on-write can tell.
 */

import type { Ref } from '../state/pool.ts';
import { record } from '../state/record.ts';
import { table } from '../state/table.ts';
import type { Composite } from '../state/record.ts';
import type { Table } from '../state/table.ts';
import type { Frame, Frames } from './frames.ts';
import { counter } from './counter.ts';
import type { Counter } from './counter.ts';
import { mmu } from './mmu.ts';
import type { AccessKind } from './mmu.ts';
import type { Pte } from './page-table.ts';
import { demandMembers } from '../state/demand.ts';

/** How a frame is pinned. */
export interface Pinned {
  /** How many pins there are on the frame. */
  pins: number;
}

/** The frames that can be pinned, and how often. */
export interface PinsParts<F extends string> {
  readonly frames: Frames<F>;
  /** Bits of the number of pins of a frame; 4 if left out. */
  readonly width?: number;
}

/** Works on the cells of a state, be they views or drafts; nothing is kept here. */
export class Pins<F extends string = 'frame'> {
  /** A row for each frame; blank: nothing is pinned. */
  readonly schema: Composite<Table<F, Pinned>>;
  private readonly frames: Frames<F>;
  private readonly counts: Counter;

  constructor({ frames, width = 4 }: PinsParts<F>) {
    this.frames = frames;
    this.counts = counter(width);
    this.schema = table(frames.frame, record({ pins: this.counts.schema }));
  }

  /**
   * Looks a page up and pins its frame, one step. Null: the entry does not allow that kind of
   * access, and nothing was written: the caller has to fault the page in first.
   */
  pin(
    pins: Table<F, Pinned>,
    frames: Table<F, Frame>,
    pte: Pte<F>,
    kind: AccessKind,
  ): Ref<F> | null {
    const { frame } = pte;
    if (frame === null || mmu(pte, kind) !== 'done') return null;
    this.frames.raise(frames, frame);
    pins[frame].pins = this.counts.plus(pins[frame].pins, 1);
    return frame;
  }

  /**
   * Gives one pin up, and its reference. True: that was the last reference, the frame may be freed.
   */
  unpin(pins: Table<F, Pinned>, frames: Table<F, Frame>, frame: Ref<F>): boolean {
    pins[frame].pins = this.counts.plus(pins[frame].pins, -1);
    return this.frames.lowerAndTest(frames, frame);
  }

  /** May the frame be written to without a page table? */
  isPinned(pins: Table<F, Pinned>, frame: Ref<F>): boolean {
    return pins[frame].pins !== 0;
  }
}

/** The pins of a machine: `pins({ frames })`. */
export function pins<F extends string>(parts: PinsParts<F>): Pins<F> {
  demandMembers('pins', parts, ['frames']);
  return new Pins(parts);
}
