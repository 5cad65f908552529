/** Small models that keep all laws, with parts that can be replaced. */

import type { Model } from '../../src/explorer/model.ts';
import type { LawfulModel } from '../../src/laws/observation.ts';
import { plainModel } from '../models/plain.ts';

/** A counter up to a number, whose parts can be replaced. */
export function counter(last: number, parts: (scratch: Int32Array) => Partial<Model> = () => ({})) {
  const scratch = new Int32Array(2);
  const model = plainModel({
    name: 'counter',
    scratch,
    statements: ['count'],
    initialStates(visit) {
      scratch.fill(0);
      visit();
    },
    successors(visit) {
      if (scratch[0] >= last) return;
      scratch[0]++;
      visit(0, 0, 0);
    },
  });
  return { ...model, ...parts(scratch) };
}

/** Two switches with interchangeable names. */
export function switches(turn: (scratch: Int32Array, which: number) => boolean): LawfulModel {
  const scratch = new Int32Array(2);
  return plainModel({
    name: 'switches',
    scratch,
    statements: ['turn on'],
    initialStates(visit) {
      scratch.set([1, 0]);
      visit();
    },
    successors(visit) {
      const before = scratch.slice();
      for (const which of [0, 1]) {
        scratch.set(before);
        if (turn(scratch, which)) visit(0, 0, 0);
      }
    },
    symmetry: {
      what: 'switches',
      canonicalise: () => void scratch.sort(),
      objection: () => undefined,
    },
  });
}
