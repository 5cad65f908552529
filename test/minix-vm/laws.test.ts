/**
 * Laws of the real model, on walks through the scenarios of the library: the search on packed words
 * and the replay on immutable values are two runs of the same code and must agree.
 */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Step } from '../../src/explorer/statement.ts';
import { minixVm } from '../../src/systems/minix-vm.ts';
import { allFixes, build } from './build.ts';
import type { MinixSubject } from './build.ts';

const built = new Map<string, MinixSubject>();

function subjectOf(name: string, fixed: boolean): MinixSubject {
  const key = `${name} ${fixed}`;
  const scenario = minixVm.scenarios.find((candidate) => candidate.name === name)!;
  const subject = built.get(key) ?? build(scenario, { fixes: fixed ? allFixes : [] });
  built.set(key, subject);
  return subject;
}

const walks = fc.record({
  name: fc.constantFrom(...minixVm.scenarios.map((scenario) => scenario.name)),
  fixed: fc.boolean(),
  choices: fc.array(fc.nat(), { minLength: 1, maxLength: 30 }),
  length: fc.integer({ min: 1, max: 80 }),
});

interface Successor {
  readonly step: Step;
  readonly words: readonly number[];
}

function successorsOf(subject: MinixSubject, words: readonly number[]): Successor[] {
  const found: Successor[] = [];
  subject.scratch.set(words);
  subject.successors((thread, statement, choice) => {
    found.push({ step: { thread, statement, choice }, words: [...subject.scratch] });
  });
  return found;
}

test('the replayer does on immutable values what the machine does on words', () => {
  fc.assert(
    fc.property(walks, ({ name, fixed, choices, length }) => {
      const subject = subjectOf(name, fixed);
      const { replayer } = subject;
      let state = replayer.initial()[0];
      let words: readonly number[] = [...replayer.pack(state)];
      for (let i = 0; i < length; i++) {
        const following = successorsOf(subject, words);
        expect(replayer.possible(state)).toEqual(following.map(({ step }) => step));
        if (following.length === 0) return;
        const chosen = following[choices[i % choices.length] % following.length];
        const replayed = replayer.step(state, chosen.step)!;
        words = chosen.words;
        expect([...replayer.pack(replayed.state)]).toEqual(words);
        expect(replayer.describe(replayed.state).join('\n')).not.toMatch(/undefined|NaN/);
        state = replayed.state;
      }
    }),
    { numRuns: 60 },
  );
});

test('during a request only its process moves, and no thread waits', () => {
  fc.assert(
    fc.property(walks, ({ name, fixed, choices, length }) => {
      const subject = subjectOf(name, fixed);
      const { layout } = subject.parts;
      let words: readonly number[] = [];
      subject.initialStates(() => (words = [...subject.scratch]));
      for (let i = 0; i < length; i++) {
        const { running, halted } = layout.unpack(Int32Array.from(words));
        const following = successorsOf(subject, words);
        if (running !== null) {
          if (halted === 'no') expect(following).not.toEqual([]);
          for (const { step } of following) expect(step.thread).toBe(running);
        }
        if (following.length === 0) return;
        words = following[choices[i % choices.length] % following.length].words;
      }
    }),
    { numRuns: 60 },
  );
});

/** The states within requests, each with its successors in the same request. */
function withinRequests(subject: MinixSubject): Map<string, readonly string[]> {
  const { layout } = subject.parts;
  const found = new Map<string, readonly string[]>();
  const seen = new Set<string>();
  const queue: (readonly number[])[] = [];
  const meet = (): string => {
    const words = [...subject.scratch];
    const key = words.join();
    if (!seen.has(key)) queue.push(words);
    seen.add(key);
    return key;
  };
  subject.initialStates(meet);
  for (const words of queue) {
    const running = layout.unpack(Int32Array.from(words)).running !== null;
    subject.scratch.set(words);
    const following: string[] = [];
    subject.successors(() => {
      const key = meet();
      if (running && layout.view.running !== null) following.push(key);
    });
    if (running) found.set(words.join(), following);
  }
  return found;
}

test.each(['kernel-check', 'unmap-fails', 'fork-fails'])(
  'no request returns to an earlier state in %s: a request that never ends is detected',
  (name) => {
    const following = withinRequests(subjectOf(name, false));
    expect(following.size).toBeGreaterThan(500);
    // States whose followers all end are taken away until none is left; a cycle would be.
    const before = new Map<string, string[]>();
    const open = new Map<string, number>();
    for (const [key, after] of following) {
      open.set(key, after.length);
      for (const next of after) before.set(next, [...(before.get(next) ?? []), key]);
    }
    const ended = [...open].filter(([, count]) => count === 0).map(([key]) => key);
    for (const key of ended) {
      for (const previous of before.get(key) ?? []) {
        open.set(previous, open.get(previous)! - 1);
        if (open.get(previous) === 0) ended.push(previous);
      }
    }
    expect(ended.length).toBe(following.size);
  },
);
