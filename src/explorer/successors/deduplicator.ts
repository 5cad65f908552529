/**
 * Takes out of a batch what it has twice: steps that do not touch each other lead to the same state
 * in any order, so most repetitions are near, and a thread can recognise them by itself.
 */

import { HASH, STATE, type Batch } from './batch.ts';

export class Deduplicator {
  /** Places in `unseen` + 1, by hash; 0 is empty. */
  private readonly slots: Int32Array;
  private readonly words: number;

  /** For batches of at most so many successors. */
  constructor(words: number, successors: number) {
    this.words = words;
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * successors)));
  }

  /** Keeps the first of each state among the unseen ones. */
  dedupe(batch: Batch): void {
    const { slots, words } = this;
    const { rows, stride, unseen, unseenCount } = batch;
    const mask = slots.length - 1;
    slots.fill(0);
    let kept = 0;
    for (let i = 0; i < unseenCount; i++) {
      const place = unseen[i];
      const at = place * stride;
      let slot = rows[at + HASH] & mask;
      let known = false;
      for (let entry = slots[slot]; entry !== 0 && !known; entry = slots[slot]) {
        const other = (entry - 1) * stride;
        let different = rows[other + HASH] ^ rows[at + HASH];
        for (let w = STATE; w < STATE + words; w++) different |= rows[other + w] ^ rows[at + w];
        known = different === 0;
        slot = (slot + 1) & mask;
      }
      if (known) continue;
      slots[slot] = place + 1;
      unseen[kept++] = place;
    }
    batch.unseenCount = kept;
  }
}
