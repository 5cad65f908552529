/**
 * Laws of the real model, checked on walks through the scenarios of the library: the search on
 * packed words and the replay on immutable values run the same code and must agree in everything.
 */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Kernel } from '../../src/model/almos-mkh/state.ts';
import { runs } from '../extent.ts';
import { build } from './build.ts';
import { subjectOf, walks, successorsOf, start, walk, unpack } from './walks.ts';

function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}

test('the replayer does on immutable values what the machine does on words', () => {
  fc.assert(
    fc.property(walks, ({ scenario, options, choices, length }) => {
      const subject = subjectOf(scenario, options);
      const { replayer } = subject;
      let state = replayer.initial()[0];
      let words = start(subject);
      for (let i = 0; i < length; i++) {
        expect([...replayer.pack(state)]).toEqual(words);
        const following = successorsOf(subject, words);
        expect(replayer.possible(state)).toEqual(following.map(({ step }) => step));
        if (following.length === 0) return;
        const chosen = following[choices[i % choices.length] % following.length];
        const before = JSON.stringify(state);
        for (const { step, words: expected, raised } of following) {
          const replayed = replayer.step(state, step)!;
          expect([...replayer.pack(replayed.state)]).toEqual(expected);
          expect(replayed.violated).toEqual(raised);
          expect(replayed.statement).toBe(step.statement);
          expect(isFrozen(replayed.state)).toBe(true);
        }
        expect(JSON.stringify(state)).toBe(before);
        expect(isFrozen(state)).toBe(true);
        state = replayer.step(state, chosen.step)!.state;
        words = chosen.words;
      }
    }),
    runs(60),
  );
});

test('the replayer refuses every step that the machine does not offer', () => {
  fc.assert(
    fc.property(walks, fc.array(fc.nat({ max: 400 })), ({ scenario, ...rest }, ids) => {
      const subject = subjectOf(scenario);
      walk(subject, rest, (words, following) => {
        const state = unpack(subject, words);
        const offered = new Set(following.map(({ step }) => JSON.stringify(step)));
        for (const id of ids) {
          const thread = id % (subject.threads.length + 1);
          const near = following[id % Math.max(1, following.length)]?.step.statement ?? id;
          for (const statement of [near, id % subject.statements.length]) {
            const step = { thread, statement, choice: id % 3 };
            if (offered.has(JSON.stringify(step))) continue;
            expect(subject.replayer.step(state, step)).toBeUndefined();
          }
        }
      });
    }),
    runs(40),
  );
});

test('state invariants say the same of words and of immutable values', () => {
  fc.assert(
    fc.property(walks, ({ scenario, options, ...rest }) => {
      const subject = subjectOf(scenario, options);
      walk(subject, rest, (words) => {
        const state = unpack(subject, words);
        subject.scratch.set(words);
        const broken = subject.stateInvariants.flatMap((check) => {
          const sentence = check.violation();
          return sentence === undefined ? [] : [{ invariant: check.name, sentence }];
        });
        expect([...subject.scratch], 'an invariant has written').toEqual(words);
        expect(subject.replayer.violations(state)).toEqual(broken);
      });
    }),
    runs(150),
  );
});

test('a step taken twice gives the same words', () => {
  fc.assert(
    fc.property(walks, ({ scenario, options, ...rest }) => {
      const subject = subjectOf(scenario, options);
      const other = build(scenario, { options });
      walk(subject, rest, (words, following) => {
        expect(successorsOf(subject, words)).toEqual(following);
        expect(successorsOf(other, words)).toEqual(following);
        for (const { step, words: expected } of following) {
          subject.scratch.set(words);
          subject.replay(subject.parts.layout.view, step.thread, step.choice);
          expect(subject.choiceExists()).toBe(true);
          expect([...subject.scratch]).toEqual(expected);
        }
      });
    }),
    runs(60),
  );
});

test('reachable words are those of the value that they unpack to', () => {
  fc.assert(
    fc.property(walks, ({ scenario, options, ...rest }) => {
      const subject = subjectOf(scenario, options);
      const { pack } = subject.parts.layout;
      walk(subject, rest, (words) => expect([...pack(unpack(subject, words))]).toEqual(words));
    }),
    runs(150),
  );
});

test('a thread back in user mode has left no bits of the operations it was in', () => {
  let returned = 0;
  fc.assert(
    fc.property(walks, ({ scenario, ...rest }) => {
      const subject = subjectOf(scenario);
      const { pack } = subject.parts.layout;
      const depths = subject.threads.map(() => 1);
      walk(subject, rest, (words) => {
        const threads = unpack(subject, words).threads as readonly Kernel['threads'][never][];
        const rebuilt = threads.map((thread, t) => {
          const stack = thread.stack as unknown as readonly object[];
          if (stack.length < depths[t]) returned += 1;
          depths[t] = stack.length;
          // Rebuilt field by field from the live frames only.
          return { ...thread, stack: stack.map((frame) => ({ ...frame })) };
        });
        const alike = { ...unpack(subject, words), threads: rebuilt } as unknown as Kernel;
        expect([...pack(alike)]).toEqual(words);
      });
    }),
    { numRuns: 150 },
  );
  expect(returned).toBeGreaterThan(100);
});

// The following tests explore the scenarios to the end.
