/**
 * Frames that are given back later: after a flush has reached all CPUs (a gather list), or when no
 * CPU can be inside of a section any more that began before (a grace period). They stay in use
 * meanwhile; the model frees them: `expire` only says which frame may go.
 */

import { list } from '../state/list.ts';
import type { List } from '../state/list.ts';
import type { Pool, Ref } from '../state/pool.ts';
import { record } from '../state/record.ts';
import type { Composite } from '../state/record.ts';
import { ref } from '../state/references.ts';
import { upTo } from '../state/values.ts';
import { demandMembers } from '../state/demand.ts';

/** The frames whose free has been put off, and the grace period under way. */
export interface Deferred<F extends string = 'frame'> {
  /** Put off since the last grace period began. */
  readonly queued: List<Ref<F>>;
  /** Those that the grace period under way is for. */
  readonly waiting: List<Ref<F>>;
  /** Bit c: CPU c may still be where it was when the grace period began. */
  busy: number;
}

/** The pools that deferred frees are about, and the room for them. */
export interface DeferredFreesParts<C extends string, F extends string> {
  readonly frame: Pool<F>;
  /** At most 31. */
  readonly cpu: Pool<C>;
  /** How many frames may be put off at a time; as many as there are if left out. */
  readonly most?: number;
}

/** Works on the cells of a state, be they a view or a draft; nothing is kept here. */
export class DeferredFrees<C extends string = 'cpu', F extends string = 'frame'> {
  /** Blank: nothing is put off. */
  readonly schema: Composite<Deferred<F>>;

  constructor({ frame, cpu, most = frame.size }: DeferredFreesParts<C, F>) {
    const frames = list(ref(frame), most);
    this.schema = record({ queued: frames, waiting: frames, busy: upTo(2 ** cpu.size - 1) });
  }

  /** Puts a frame off; throws ModelError when there is no room left. */
  defer({ queued }: Deferred<F>, frame: Ref<F>): void {
    queued.push(frame);
  }

  /**
   * Begins a grace period for what is queued; `inside` are the CPUs (bits) that have to pass first.
   * False: there is nothing queued, or one is under way.
   */
  begin(deferred: Deferred<F>, inside: number): boolean {
    const { queued, waiting } = deferred;
    if (queued.length === 0 || waiting.length > 0) return false;
    while (queued.length > 0) {
      waiting.push(queued.at(0) as Ref<F>);
      queued.splice(0, 1);
    }
    deferred.busy = inside;
    return true;
  }

  /** The CPU has passed: it is outside of all sections, or has answered a flush. */
  pass(deferred: Deferred<F>, cpu: Ref<C>): void {
    deferred.busy &= ~(1 << cpu);
  }

  /** Takes the next frame off whose grace period is over; null: there is none. */
  expire({ waiting, busy }: Deferred<F>): Ref<F> | null {
    const frame = waiting.at(0);
    if (frame === undefined || busy !== 0) return null;
    waiting.splice(0, 1);
    return frame;
  }

  /** Is the frame put off, and not free yet? */
  has({ queued, waiting }: Deferred<F>, frame: Ref<F>): boolean {
    return queued.includes(frame) || waiting.includes(frame);
  }
}

/** Frees that are put off: `deferredFrees({ frame, cpu })`. */
export function deferredFrees<C extends string, F extends string>(
  parts: DeferredFreesParts<C, F>,
): DeferredFrees<C, F> {
  demandMembers('deferredFrees', parts, ['frame', 'cpu']);
  return new DeferredFrees(parts);
}
