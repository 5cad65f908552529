/** Two threads take two locks, in the same or in the opposite order: the smallest deadlock. */

import type { Model } from '../../src/explorer/model.ts';
import { plainModel } from './plain.ts';

const STATEMENTS = ['lock the first', 'lock the second', 'unlock both'];

/** Word t is the position of thread t: 0 to 3. */
export function locks(order: 'same' | 'opposite'): Model {
  const scratch = new Int32Array(2);
  /** The locks in the order in which a thread takes them. */
  const ordered = (thread: number) => (order === 'opposite' && thread === 1 ? [1, 0] : [0, 1]);
  const held = (thread: number) =>
    scratch[thread] === 3 ? [] : ordered(thread).slice(0, scratch[thread]);
  return plainModel({
    name: `locks in ${order} order`,
    scratch,
    threads: ['t0', 't1'],
    statements: STATEMENTS,
    initialStates(visit) {
      scratch.fill(0);
      visit();
    },
    successors(visit) {
      for (const thread of [0, 1]) {
        const done = scratch[thread];
        if (done === 3) continue;
        const wanted = ordered(thread)[done];
        if (wanted !== undefined && held(1 - thread).includes(wanted)) continue;
        scratch[thread] = done + 1;
        visit(thread, done, 0);
        scratch[thread] = done;
      }
    },
    isFinal: () => scratch.every((done) => done === 3),
  });
}
