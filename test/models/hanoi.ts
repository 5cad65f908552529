/**
 * The Tower of Hanoi with n discs: 3^n states, and the full tower on another peg is 2^n - 1 moves
 * away; every state has three moves, but only two with all discs on one peg.
 */

import type { Model } from '../../src/explorer/model.ts';
import { plainModel } from './plain.ts';

/** Word i is the peg of disc i; disc 0 is the smallest. */
export function hanoi(discs: number): Model {
  const scratch = new Int32Array(discs);
  return plainModel({
    name: 'hanoi',
    scratch,
    statements: ['move'],
    initialStates(visit) {
      scratch.fill(0);
      visit();
    },
    successors(visit) {
      for (let disc = 0; disc < discs; disc++) {
        const peg = scratch[disc];
        if (scratch.subarray(0, disc).includes(peg)) continue;
        for (let to = 0; to < 3; to++) {
          if (to === peg || scratch.subarray(0, disc).includes(to)) continue;
          scratch[disc] = to;
          visit(0, 0, 3 * disc + to);
          scratch[disc] = peg;
        }
      }
    },
  });
}
