/**
 * Physical memory: frames, each with a reference count, and what they hold (ghost: small tokens
 * instead of bytes). A frame that is freed keeps what it held and may be handed out again at once,
 * so a thread that still reaches it reads, or writes, what belongs to another user.
 */

import type { Pool, Ref } from '../state/pool.ts';
import { record } from '../state/record.ts';
import { table } from '../state/table.ts';
import type { Composite } from '../state/record.ts';
import type { Table } from '../state/table.ts';
import { bool, upTo } from '../state/values.ts';
import { counter } from './counter.ts';
import type { Counter } from './counter.ts';
import { demandMembers } from '../state/demand.ts';

/** A frame of physical memory. */
export interface Frame {
  /** It has been handed out and not been freed since. */
  used: boolean;
  /** The reference count, as wide as it is in the kernel. */
  count: number;
  /** Ghost: the token that it holds; 0 is what an untouched frame holds. */
  content: number;
  /** Ghost: how often it has been handed out, modulo the number of uses that are distinguished. */
  use: number;
}

/** The pool of frames, and what is distinguished of each: what is left out takes no room. */
export interface FramesParts<F extends string> {
  readonly frame: Pool<F>;
  /** Bits of a reference count; 8 if left out. */
  readonly width?: number;
  /** How many tokens there are, the one of untouched frames included; 1 if left out. */
  readonly tokens?: number;
  /** How many uses of a frame are distinguished; 1 if left out: none, and no room is taken. */
  readonly uses?: number;
}

/** Works on the frames of a state, be they a view or a draft; nothing is kept here. */
export class Frames<F extends string = 'frame'> {
  /** A row for each frame; blank: all frames are free. */
  readonly schema: Composite<Table<F, Frame>>;
  readonly frame: Pool<F>;
  readonly counts: Counter;
  private readonly uses: number;

  constructor({ frame, width = 8, tokens = 1, uses = 1 }: FramesParts<F>) {
    this.frame = frame;
    this.counts = counter(width);
    this.uses = uses;
    const row = { used: bool, count: this.counts.schema, content: upTo(tokens - 1) };
    this.schema = table(frame, record({ ...row, use: upTo(uses - 1) }));
  }

  /**
   * Hands out the free frame of lowest number: its count is 1, its content what it was. Null: none.
   */
  allocate(frames: Table<F, Frame>): Ref<F> | null {
    const found = this.nthFree(frames, 0);
    if (found !== null) this.take(frames, found);
    return found;
  }

  /**
   * Hands out any free frame: every one is tried. `cx` is the context of a statement, or whatever
   * else picks a number below `count`.
   */
  allocateAny(frames: Table<F, Frame>, cx: { pick(count: number): number }): Ref<F> | null {
    const free = this.countFree(frames);
    if (free === 0) return null;
    const found = this.nthFree(frames, free > 1 ? cx.pick(free) : 0) as Ref<F>;
    this.take(frames, found);
    return found;
  }

  /** Hands out this frame: for rules, which have one rule for each frame. False: it is in use. */
  take(frames: Table<F, Frame>, f: Ref<F>): boolean {
    const frame = frames[f];
    if (frame.used) return false;
    frame.used = true;
    frame.count = 1;
    frame.use = (frame.use + 1) % this.uses;
    return true;
  }

  /** Gives a frame back, whatever its count. False: it was free already, a double free. */
  free(frames: Table<F, Frame>, f: Ref<F>): boolean {
    const frame = frames[f];
    if (!frame.used) return false;
    frame.used = false;
    frame.count = 0;
    return true;
  }

  /** One reference more. The count wraps. */
  raise(frames: Table<F, Frame>, f: Ref<F>): void {
    frames[f].count = this.counts.plus(frames[f].count, 1);
  }

  /** One reference more, but not from 0: a lookup without a lock (`get_page_unless_zero`). */
  raiseUnlessZero(frames: Table<F, Frame>, f: Ref<F>): boolean {
    if (frames[f].count === 0) return false;
    this.raise(frames, f);
    return true;
  }

  /** One reference fewer, and nothing else. The count wraps. */
  lower(frames: Table<F, Frame>, f: Ref<F>): void {
    frames[f].count = this.counts.plus(frames[f].count, -1);
  }

  /**
   * Lowers the count and tests it in one step (`put_page_testzero`). True: that was the last one.
   */
  lowerAndTest(frames: Table<F, Frame>, f: Ref<F>): boolean {
    this.lower(frames, f);
    return frames[f].count === 0;
  }

  countFree(frames: Table<F, Frame>): number {
    const { all } = this.frame;
    let free = 0;
    for (let i = 0; i < all.length; i++) if (!frames[all[i]].used) free += 1;
    return free;
  }

  /** The n-th free frame, counted from 0; null: there are fewer. */
  nthFree(frames: Table<F, Frame>, n: number): Ref<F> | null {
    const { all } = this.frame;
    let left = n;
    for (let i = 0; i < all.length; i++) if (!frames[all[i]].used && left-- === 0) return all[i];
    return null;
  }
}

/** The frames of a machine: `frames({ frame, width: 2, tokens: 3 })`. */
export function frames<F extends string>(parts: FramesParts<F>): Frames<F> {
  demandMembers('frames', parts, ['frame']);
  return new Frames(parts);
}
