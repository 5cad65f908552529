/**
 * Independent clocks with many steps from every state: with four outcomes, more than fit into a
 * batch that threads share. The last outcome of a tick violates an invariant when all clocks are
 * near the end.
 */

import type { Model } from '../../src/explorer/model.ts';

/** Clocks from 0 to 4; each tick has several equal outcomes. */
export function clocks(size: number, outcomes = 4): Model {
  const scratch = new Int32Array(size);
  const step = {
    checked: 0,
    violated: 0,
    explain: () => `late at ${scratch.join(' ')}`,
    covered: new Uint8Array(1),
  };
  return {
    words: size,
    scratch,
    threads: Array.from({ length: size }, (_, thread) => `t${thread}`),
    statements: [{ operation: 'tick', file: 'clocks', line: 0, token: 'tick' }],
    stateInvariants: [],
    stepInvariants: [{ name: 'late' }],
    initialStates(visit) {
      scratch.fill(0);
      visit();
    },
    successors(visit) {
      for (let thread = 0; thread < size; thread++) {
        if (scratch[thread] === 4) continue;
        for (let choice = 0; choice < outcomes; choice++) {
          scratch[thread]++;
          step.checked = 1;
          step.violated = choice === outcomes - 1 && scratch.every((cell) => cell > 2) ? 1 : 0;
          visit(thread, 0, choice);
          scratch[thread]--;
        }
      }
      step.covered[0] = 1;
    },
    isFinal: () => true,
    step,
  };
}
