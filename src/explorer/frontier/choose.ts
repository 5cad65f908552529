/** The table of strategies: the only place that knows them all. */

import type { SearchOptions } from '../options.ts';
import type { VisitedSet } from '../visited/visited-set.ts';
import { BreadthFirst } from './bfs.ts';
import { DepthFirst } from './dfs.ts';
import { RandomWalk } from './random-walk.ts';
import type { Frontier } from './frontier.ts';

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
