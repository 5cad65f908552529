/**
 * The 8-puzzle: half of the 9! arrangements are reachable, 181,440, and the hardest one is 31 moves
 * away (A. Reinefeld, IJCAI 1993).
 */

import type { Model } from '../../src/explorer/model.ts';
import { plainModel } from './plain.ts';

/** The directions from which a tile comes, with the cells of the board that have a tile there. */
const MOVES = [
  { from: -3, possible: (cell: number) => cell >= 3 },
  { from: 3, possible: (cell: number) => cell < 6 },
  { from: -1, possible: (cell: number) => cell % 3 > 0 },
  { from: 1, possible: (cell: number) => cell % 3 < 2 },
];

/** Word i is the tile in cell i, 0 for the gap. */
export function eightPuzzle(): Model {
  const scratch = new Int32Array(9);
  return plainModel({
    name: '8-puzzle',
    scratch,
    statements: ['down', 'up', 'right', 'left'],
    initialStates(visit) {
      scratch.set([1, 2, 3, 4, 5, 6, 7, 8, 0]);
      visit();
    },
    successors(visit) {
      const gap = scratch.indexOf(0);
      MOVES.forEach(({ from, possible }, move) => {
        if (!possible(gap)) return;
        const tile = scratch[gap + from];
        scratch[gap] = tile;
        scratch[gap + from] = 0;
        visit(0, move, 0);
        scratch[gap] = 0;
        scratch[gap + from] = tile;
      });
    },
  });
}
