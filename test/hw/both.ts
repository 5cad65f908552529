/** Runs code on a view and on an immer draft, because pieces of a machine must work on both. */

import { produce } from 'immer';
import { expect } from 'vitest';
import { layout } from '../../src/state/layout.ts';
import type { Composite } from '../../src/state/record.ts';

export interface Both<K> {
  /** Runs the code, expects the same result on both, and keeps the new state. */
  run<R>(code: (k: K) => R): R;
  /** The state now, as a value. */
  readonly value: K;
}

export function both<K extends object>(schema: Composite<K>): Both<K> {
  const { scratch, view, pack, unpack, blank } = layout(schema);
  let value = unpack(pack(blank()));
  return {
    run(code) {
      scratch.set(pack(value));
      const answer = code(view);
      value = produce(value, (draft) => {
        expect(code(draft as K)).toEqual(answer);
      });
      expect(unpack(scratch)).toEqual(value);
      return answer;
    },
    get value() {
      return value;
    },
  };
}
