/** The laws of a symmetry, checked along random walks. */

import { expect } from 'vitest';
import type { ReducibleModel, Symmetry } from '../../src/reduction/capabilities.ts';

/** Answers a number from 0 to n - 1, the same ones for the same seed. */
export function dice(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** A state with its successors and invariant results, apart from names. */
function seen(model: ReducibleModel, state: Int32Array): string {
  const { scratch } = model;
  const symmetry = symmetryOf(model);
  scratch.set(state);
  const checks = model.stateInvariants.map((check) => [
    check.name,
    check.applies(),
    check.violation() === undefined,
  ]);
  const finished = model.isFinal();
  const objects = symmetry.objection() !== undefined;
  const steps: string[] = [];
  model.successors((_thread, statement) => {
    const { checked, violated } = model.step;
    symmetry.canonicalise();
    steps.push([statement, checked, violated, ...scratch].join());
  });
  return JSON.stringify({ checks, finished, objects, steps: steps.sort() });
}

export function symmetryOf(model: ReducibleModel): Symmetry {
  const { symmetry } = model;
  if (typeof symmetry !== 'object') throw new Error(`no symmetry: ${symmetry}`);
  return symmetry;
}

/**
 * Walks at random. In every state to which the symmetry does not object, compares the state under
 * its own names, under canonical names and under those of `rename`. Returns the number of states
 * whose names were not canonical.
 */
export function expectLaws(
  model: ReducibleModel,
  walks: number,
  steps: number,
  rename: (state: Int32Array, roll: (n: number) => number) => Int32Array,
): number {
  const { scratch } = model;
  const symmetry = symmetryOf(model);
  let renamed = 0;
  for (let walk = 0; walk < walks; walk++) {
    const roll = dice(walk + 1);
    let state: Int32Array = new Int32Array(0);
    model.initialStates(() => void (state = scratch.slice()));
    for (let step = 0; step < steps; step++) {
      scratch.set(state);
      if (symmetry.objection() !== undefined) break;
      const other = rename(state, roll);
      const canonical = canonicalOf(model, state);
      expect(canonicalOf(model, canonical).join()).toBe(canonical.join());
      expect(canonicalOf(model, other).join()).toBe(canonical.join());
      const names = new Set([state, canonical, other].map((each) => each.join()));
      if (names.size > 1) {
        renamed++;
        for (const each of names) {
          expect(seen(model, Int32Array.from(each.split(','), Number))).toBe(seen(model, state));
        }
      }
      const next: Int32Array[] = [];
      scratch.set(state);
      model.successors(() => void next.push(scratch.slice()));
      if (next.length === 0) break;
      // Continues from other names now and then, so that names are not always the lowest free ones.
      state = next[roll(next.length)];
      if (roll(4) === 0) state = rename(state, roll);
    }
  }
  return renamed;
}

export function canonicalOf(model: ReducibleModel, state: Int32Array): Int32Array {
  model.scratch.set(state);
  symmetryOf(model).canonicalise();
  return model.scratch.slice();
}

/** A random permutation of 0..n-1 that moves things only within their classes. */
export function shuffled(
  size: number,
  classes: readonly (readonly number[])[],
  roll: (n: number) => number,
): number[] {
  const to = Array.from({ length: size }, (_, i) => i);
  for (const members of classes) {
    const left = [...members];
    for (const member of members) to[member] = left.splice(roll(left.length), 1)[0];
  }
  return to;
}
