/**
 * Which invariants a step can have made false: those that read a bit that the step changed. The
 * others say of the new state what they said of the one before.
 */

import type { Model } from '../model.ts';
import { NONE } from '../visited/ids.ts';
import type { VisitedSet } from '../visited/visited-set.ts';

export class ChangedBits {
  private readonly visited: VisitedSet;
  private readonly words: number;
  /** What each check reads, one after the other; undefined if none of them says so. */
  private readonly masks: Int32Array | undefined;
  private readonly before: Int32Array;
  private loaded = NONE;
  /** The first `count` of these are the words that differ, and the bits in which they do. */
  private readonly places: Int32Array;
  private readonly bits: Int32Array;
  private count = 0;
  private everything = true;

  constructor(model: Model, visited: VisitedSet) {
    const { words, stateInvariants } = model;
    this.visited = visited;
    this.words = words;
    this.before = new Int32Array(words);
    this.places = new Int32Array(words);
    this.bits = new Int32Array(words);
    if (!stateInvariants.some(({ reads }) => reads !== undefined)) return;
    const masks = new Int32Array(words * stateInvariants.length).fill(-1);
    stateInvariants.forEach(({ reads }, check) => reads && masks.set(reads, check * words));
    this.masks = masks;
  }

  /** Compares the state that lies in `cells` from `at` on with the one that the step leaves. */
  compare(parent: number, cells: Int32Array, at: number): void {
    if (this.masks === undefined) return;
    const { words, before, places, bits } = this;
    if (parent !== this.loaded) {
      this.visited.copy(parent, before);
      this.loaded = parent;
    }
    let count = 0;
    for (let word = 0; word < words; word++) {
      const changed = before[word] ^ cells[at + word];
      if (changed === 0) continue;
      places[count] = word;
      bits[count++] = changed;
    }
    this.count = count;
    this.everything = false;
  }

  /** Nothing is known of the state before. */
  reset(): void {
    this.everything = true;
  }

  /** Can the n-th state check say something else than of the state before? */
  affects(check: number): boolean {
    const { masks, places, bits, count } = this;
    if (this.everything || masks === undefined) return true;
    const at = check * this.words;
    for (let i = 0; i < count; i++) if ((masks[at + places[i]] & bits[i]) !== 0) return true;
    return false;
  }
}
