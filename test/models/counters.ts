/**
 * N threads that each take k steps and never meet: (k+1)^N states, N·k·(k+1)^(N-1) transitions,
 * diameter N·k. Another number means that a state was lost or counted twice.
 */

import type { Model } from '../../src/explorer/model.ts';
import { plainModel } from './plain.ts';

export function counters(threads: number, steps: number): Model {
  const scratch = new Int32Array(threads);
  return plainModel({
    name: 'counters',
    scratch,
    threads: Array.from({ length: threads }, (_, thread) => `t${thread}`),
    statements: ['step'],
    initialStates(visit) {
      scratch.fill(0);
      visit();
    },
    successors(visit) {
      for (let thread = 0; thread < threads; thread++) {
        if (scratch[thread] >= steps) continue;
        scratch[thread]++;
        visit(thread, 0, 0);
        scratch[thread]--;
      }
    },
  });
}
