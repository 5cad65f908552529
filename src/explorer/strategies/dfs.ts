/**
 * Depth first: the state that was found last. A stack of ids and depths; a state is pushed once,
 * when it is found, so the stack lies in two columns of the store and never outgrows it. With a
 * depth limit, a state first found on a long way may be cut although a short way leads there too: such a
 * search is limited and claims nothing about what it cut.
 */

import type { Column } from '../column.ts';
import type { VisitedSet } from '../store.ts';
import { NOTHING, type Strategy } from './strategy.ts';

export class DepthFirst implements Strategy {
  depth = -1;
  deepest = 0;
  cut: 'depth' | undefined;
  readonly levels = undefined;
  readonly rest = 0;

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

  get frontier(): number {
    return this.height + this.unexpanded;
  }

  start(count: number): void {
    for (let id = count - 1; id >= 0; id--) this.push(id, 0);
  }

  reach(id: number, isNew: boolean): void {
    if (!isNew) return;
    this.deepest = Math.max(this.deepest, this.depth + 1);
    this.push(id, this.depth + 1);
  }

  more(): number {
    return 0;
  }

  giveBack(): void {}

  windUp(): void {
    this.unexpanded += this.height;
    this.height = 0;
  }

  next(): number {
    if (this.height === 0) return NOTHING;
    this.height--;
    this.depth = this.depths.get(this.height);
    return this.ids.get(this.height);
  }

  private push(id: number, depth: number): void {
    if (depth >= this.maxDepth) {
      this.cut = 'depth';
      this.unexpanded++;
      return;
    }
    this.ids.set(this.height, id);
    this.depths.set(this.height, depth);
    this.height++;
  }
}
