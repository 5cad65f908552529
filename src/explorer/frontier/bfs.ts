/**
 * Breadth first: the state that was found first. Ids are handed out in order of discovery, so the
 * queue is the store itself and a level is a range of ids. After a violation the level under way is
 * completed: which states are found then does not depend on who expands them in which order.
 */

import type { VisitedSet } from '../visited/visited-set.ts';
import { NO_STATE, type Frontier } from './frontier.ts';

export class BreadthFirst implements Frontier {
  depth = -1;
  truncatedBy: 'depth' | undefined;
  /** Level i is the ids from levels[i] up to, not including, levels[i + 1]. */
  readonly levels: number[] = [0];

  private cursor = 0;
  private levelEnd = 0;
  private winding = false;
  private readonly store: VisitedSet;
  private readonly maxDepth: number;

  constructor(store: VisitedSet, maxDepth = Infinity) {
    this.store = store;
    this.maxDepth = maxDepth;
  }

  get deepest(): number {
    return this.store.count > this.levelEnd ? this.depth + 1 : Math.max(0, this.depth);
  }

  get remainingInLevel(): number {
    return this.levelEnd - this.cursor;
  }

  get size(): number {
    return this.store.count - this.cursor;
  }

  start(): void {}

  /** Continues where a checkpoint was taken: all states up to `next` have been expanded. */
  restore(levels: readonly number[], next: number): void {
    this.levels.splice(0, Infinity, ...levels);
    this.depth = levels.length - 2;
    this.levelEnd = levels.at(-1)!;
    this.cursor = next;
  }

  push(): void {}

  stopAfterLevel(): void {
    this.winding = true;
  }

  pop(): number {
    if (this.cursor === this.levelEnd && !this.descend()) return NO_STATE;
    return this.cursor++;
  }

  popRange(most: number): number {
    const length = Math.min(most, this.levelEnd - this.cursor);
    this.cursor += length;
    return length;
  }

  unpop(id: number): void {
    this.cursor = id;
  }

  private descend(): boolean {
    if (this.winding || this.store.count === this.levelEnd) return false;
    if (this.depth + 1 >= this.maxDepth) {
      this.truncatedBy = 'depth';
      return false;
    }
    this.depth++;
    this.levelEnd = this.store.count;
    this.levels.push(this.levelEnd);
    return true;
  }
}
