/** What a state of MiniCOW consists of. */

import type { Pool } from '../src/state/pool.ts';
import { record } from '../src/state/record.ts';
import { table } from '../src/state/table.ts';
import { bool, upTo } from '../src/state/values.ts';
import { ref } from '../src/state/references.ts';
import type { Infer } from '../src/state/schema.ts';

export interface Setting {
  readonly processes: number;
  readonly pages: number;
  readonly frames: number;
}

/** The life of a slot. These are separate constants so that the build inlines them. */
export const UNBORN = 0;
export const ALIVE = 1;
export const DEAD = 2;
/** Program counters: faults F, writes to copy-on-write pages W, fork K, exit X. */
export const IDLE = 0;
export const F1 = 1;
export const F2 = 2;
export const W1 = 3;
export const W2 = 4;
export const W3 = 5;
export const K1 = 6;
export const X1 = 7;

export type Processes = Pool<'process'>;
export type Pages = Pool<'page'>;
export type Frames = Pool<'frame'>;

export function schemaOf(processes: Processes, pages: Pages, frames: Frames) {
  return record({
    slots: table(
      processes,
      record({
        life: upTo(DEAD),
        pc: upTo(X1),
        page: ref(pages),
        child: ref(processes),
        frame: ref(frames),
        entries: table(
          pages,
          record({ mapped: bool, writable: bool, cow: bool, locked: bool, frame: ref(frames) }),
        ),
      }),
    ),
    frames: table(frames, record({ free: bool, locked: bool, forks: upTo(processes.size - 1) })),
  });
}

export type MiniCowState = Infer<ReturnType<typeof schemaOf>>;
