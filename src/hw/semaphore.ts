/** Semaphores: how many may pass is counted, but not who has passed. */

import { record } from '../state/record.ts';
import type { Composite } from '../state/record.ts';
import { upTo } from '../state/values.ts';

/** Blank: nobody may pass; set `value` in the start state. */
export interface Counting {
  /** How many may still pass. */
  value: number;
}

/** Up to `most` may pass; who passed is not known, and anybody may let another one pass. */
export class Semaphore {
  readonly name: string;
  readonly schema: Composite<Counting>;
  private readonly most: number;

  constructor(name: string, most: number) {
    this.name = name;
    this.most = most;
    this.schema = record({ value: upTo(most) });
  }

  /** False: it is 0, and the caller has to wait. */
  down(semaphore: Counting): boolean {
    if (semaphore.value === 0) return false;
    semaphore.value -= 1;
    return true;
  }

  /** False: it has its largest value already. */
  up(semaphore: Counting): boolean {
    if (semaphore.value === this.most) return false;
    semaphore.value += 1;
    return true;
  }
}
