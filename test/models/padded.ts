/** The same model with larger states, so that few of them fill a chunk. */

import type { Model } from '../../src/explorer/model.ts';

export function padded(model: Model, words: number): Model {
  const scratch = new Int32Array(words);
  const inner = model.scratch;
  const enter = (): void => inner.set(scratch.subarray(0, inner.length));
  const leave = (): void => scratch.set(inner);
  return {
    ...model,
    words,
    scratch,
    stateInvariants: model.stateInvariants.map(({ name, applies, violation }) => ({
      name,
      applies: () => (enter(), applies()),
      violation: () => (enter(), violation()),
    })),
    initialStates: (visit) => model.initialStates(() => (leave(), visit())),
    successors(visit) {
      enter();
      model.successors((thread, statement, choice) => {
        leave();
        visit(thread, statement, choice);
      });
    },
    isFinal: () => (enter(), model.isFinal()),
  };
}
