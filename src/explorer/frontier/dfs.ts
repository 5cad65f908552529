/**
 * Depth first: the state that was found last. A stack of ids and depths; a state is pushed once,
 * when it is found, so the stack lies in two columns of the store and never outgrows it. With a
 * depth limit, a state first found on a long path may be cut although a short path leads there too:
 * such a search is limited and claims nothing about what it cut.
 */

import type { Column } from '../visited/column.ts';
import type { VisitedSet } from '../visited/visited-set.ts';
import { NO_STATE, type Frontier } from './frontier.ts';

export class DepthFirst implements Frontier {
  depth = -1;
  deepest = 0;
  truncatedBy: 'depth' | undefined;
  readonly levels = undefined;
  readonly remainingInLevel = 0;

  private height = 0;
  private unexpanded = 0;
  private readonly ids: Column;
  private readonly depths: Column;
  private readonly maxDepth: number;

  constructor(store: VisitedSet, maxDepth = Infinity) {
    this.ids = store.column();
    this.depths = store.column();
    this.maxDepth = maxDepth;
  }

  get size(): number {
    return this.height + this.unexpanded;
  }

  start(count: number): void {
    for (let id = count - 1; id >= 0; id--) this.pushAt(id, 0);
  }

  push(id: number, isNew: boolean): void {
    if (!isNew) return;
    this.deepest = Math.max(this.deepest, this.depth + 1);
    this.pushAt(id, this.depth + 1);
  }

  popRange(): number {
    return 0;
  }

  unpop(): void {}

  stopAfterLevel(): void {
    this.unexpanded += this.height;
    this.height = 0;
  }

  pop(): number {
    if (this.height === 0) return NO_STATE;
    this.height--;
    this.depth = this.depths.get(this.height);
    return this.ids.get(this.height);
  }

  private pushAt(id: number, depth: number): void {
    if (depth >= this.maxDepth) {
      this.truncatedBy = 'depth';
      this.unexpanded++;
      return;
    }
    this.ids.set(this.height, id);
    this.depths.set(this.height, depth);
    this.height++;
  }
}
