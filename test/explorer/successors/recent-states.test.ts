import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentStates } from '../../../src/explorer/successors/recent-states.ts';

test('a state counts as seen only if it was, whatever is seen in between', () => {
  const word = fc.oneof(fc.constantFrom(0, -1, 1), fc.integer());
  const sizes = fc.constantFrom(1, 2, 5, 2 ** 14, 2 ** 16);
  fc.assert(
    fc.property(sizes, fc.array(fc.tuple(word, word), { maxLength: 200 }), (words, states) => {
      const recent = new RecentStates(words);
      const met = new Set<string>();
      for (const [first, last] of states) {
        const state = new Int32Array(words);
        state[words - 1] = last;
        state[0] = first;
        const key = `${state[0]} ${state[words - 1]}`;
        if (recent.seen(state)) expect(met).toContain(key);
        met.add(key);
        expect(recent.seen(state)).toBe(true);
      }
    }),
  );
});

test.each([1, 4, 2 ** 16])('the state of %i zeros is not seen before it is', (words) => {
  const recent = new RecentStates(words);
  expect(recent.seen(new Int32Array(words))).toBe(false);
  expect(recent.seen(new Int32Array(words))).toBe(true);
});

test('the initial content of the slot of the zero state is not seen either', () => {
  const state = new Int32Array([-1, 0, 0]);
  expect(new RecentStates(3).seen(state)).toBe(false);
});
