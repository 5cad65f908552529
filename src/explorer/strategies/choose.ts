/** The table of strategies: the only place that knows them all. */

import type { SearchOptions } from '../options.ts';
import type { VisitedSet } from '../store.ts';
import { BreadthFirst } from './bfs.ts';
import { DepthFirst } from './dfs.ts';
import { RandomWalk } from './random.ts';
import type { Frontier } from './strategy.ts';

export function frontierFor(options: SearchOptions, store: VisitedSet): Frontier {
  switch (options.strategy) {
    case 'dfs':
      return new DepthFirst(store, options.depth);
    case 'random':
      return new RandomWalk(options.seed, options.walks, options.depth);
    default:
      return new BreadthFirst(store, options.depth);
  }
}
