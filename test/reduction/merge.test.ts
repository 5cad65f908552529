/** Chain compression: states with a unique successor are checked but not stored. */

import { describe, expect, test } from 'vitest';
import { miniCow } from '../../bench/minicow.ts';
import { describeTrace } from '../../src/core/trace.ts';
import type { Model } from '../../src/explorer/model.ts';
import type { ReducibleModel } from '../../src/reduction/capabilities.ts';
import { explore } from '../../src/explore.ts';
import type { Verdict } from '../../src/explorer/verdict.ts';
import { systems } from '../../src/systems.ts';
import type { System } from '../../src/system.ts';
import { every, share } from '../extent.ts';
import { counters } from '../models/counters.ts';
import { hanoi } from '../models/hanoi.ts';
import { plainModel, stateCheck } from '../models/plain.ts';
import { namesOfFixes, subjectOf } from './systems.ts';

const reductions = ['merge'] as const;
const [almos, minix, codezero] = systems as readonly [System, System, System];

/** The results of a search without its traces. */
const found = ({ outcome, coverage, violations }: Verdict) => {
  const pairs = violations.map(({ invariant, statement }) => `${invariant} ${statement}`);
  return { outcome, coverage, violations: pairs.sort() };
};

/** A path of `length` steps that ends or leads back to its start, with an optional violation. */
function way(length: number, circle: boolean, broken = -1): Model {
  const scratch = new Int32Array(1);
  return plainModel({
    name: 'way',
    scratch,
    statements: ['on'],
    stateInvariants: [stateCheck('sound', () => (scratch[0] === broken ? 'broken' : undefined))],
    initialStates(visit) {
      scratch[0] = 0;
      visit();
    },
    successors(visit) {
      const here = scratch[0];
      if (here === length - 1 && !circle) return;
      scratch[0] = (here + 1) % length;
      visit(0, 0, 0);
    },
    isFinal: () => scratch[0] === length - 1,
  });
}

describe('a way without a fork', () => {
  test('is its two ends', () => {
    const { outcome, states } = explore(way(100, false), { reductions });
    expect([outcome, states]).toEqual(['holds', 2]);
  });

  test('keeps the place of the violation, and the steps up to it', () => {
    const { outcome, states, violations } = explore(way(100, false, 70), { reductions });
    expect([outcome, states, violations[0].trace.length]).toEqual(['violated', 2, 70]);
    expect(violations[0].shortest).toBe(false);
  });

  test('that leads back is searched once around', () => {
    const { outcome, states } = explore(way(1000, true), { reductions });
    expect(outcome).toBe('holds');
    expect(states).toBeLessThan(1000);
  });

  test('that ends where it must not is a deadlock', () => {
    const stuck = { ...way(10, false), isFinal: () => false };
    expect(explore(stuck, { reductions }).violations[0]).toMatchObject({
      invariant: 'deadlock-free',
      trace: { length: 9 },
    });
  });
});

test('textbook models have the same verdicts of no more states', () => {
  const models = [() => hanoi(5), () => counters(3, 3)];
  for (const bug of [0, 1, 2, 3]) {
    models.push(() => miniCow({ processes: 3, pages: 1, frames: 2 }, bug));
  }
  for (const make of models) {
    const all = explore(make(), { keepGoing: true });
    const fewer = explore(make(), { keepGoing: true, reductions });
    expect(found(fewer)).toEqual(found(all));
    expect(fewer.states).toBeLessThanOrEqual(all.states);
  }
});

/** Checks every state within some steps, inside the visit that reaches it. */
function expectSoleRight(model: ReducibleModel, most: number): [sole: number, several: number] {
  const { scratch } = model;
  const known = new Map<string, Int32Array>();
  const counts = [0, 0] as [number, number];
  model.initialStates(() => known.set(scratch.join(), scratch.slice()));
  for (const from of known.values()) {
    if (known.size > most) break;
    scratch.set(from);
    const reached: { state: Int32Array; several: boolean; sole: string | undefined }[] = [];
    model.successors(() => {
      const state = scratch.slice();
      const several = model.hasSeveralSuccessors?.() === true;
      let sole: string | undefined;
      const found = model.uniqueSuccessor!((...only) => (sole = [...only, ...scratch].join()));
      if (!found) {
        expect(scratch).toEqual(state);
        sole = undefined;
      }
      reached.push({ state, several, sole });
    });
    for (const { state, several, sole } of reached) {
      const ways: string[] = [];
      scratch.set(state);
      model.successors((...step) => ways.push([...step, ...scratch].join()));
      expect(sole).toBe(ways.length === 1 ? ways[0] : undefined);
      if (several) expect(ways.length).toBeGreaterThan(1);
      counts[0] += Number(sole !== undefined);
      counts[1] += Number(several);
      known.set(state.join(), state);
    }
  }
  return counts;
}

test('a model knows whether a state has a unique successor', () => {
  const [sole, several] = expectSoleRight(miniCow({ processes: 3, pages: 2, frames: 2 }, 0), 3000);
  expect(sole).toBeGreaterThan(50);
  expect(several).toBeGreaterThan(1000);
  for (const system of [almos, minix, codezero]) {
    for (const scenario of system.scenarios.slice(0, 3)) {
      const [ways] = expectSoleRight(subjectOf(system, scenario), 400);
      expect(ways, scenario.name).toBeGreaterThan(0);
    }
  }
});

/**
 * The maximum number of states without compression, so that the suite stays quick; requests of the
 * VM server have many steps.
 */
const MOST = 200;
const MOST_OF_MINIX = 800;

describe.each([
  ['almos-mkh as written', almos, []],
  ['almos-mkh fixed', almos, namesOfFixes(almos)],
  ['minix-vm as written', minix, []],
  ['minix-vm fixed', minix, namesOfFixes(minix)],
  ['codezero-mm0 fixed', codezero, namesOfFixes(codezero)],
] as [string, System, string[]][])('%s', (_name, system, fixes) => {
  test('finds the same violations and coverage, and its traces replay without it', () => {
    let [all, fewer] = [0, 0];
    for (const scenario of share(system.scenarios, every(8))) {
      const subject = subjectOf(system, scenario, fixes);
      const maxStates = system === minix ? MOST_OF_MINIX : MOST;
      const full = explore(subject, { keepGoing: true, maxStates });
      if (full.limit !== undefined) continue;
      const merged = explore(subject, { keepGoing: true, reductions });
      expect(found(merged)).toEqual(found(full));
      expect(merged.states).toBeLessThanOrEqual(full.states);
      all += full.states;
      fewer += merged.states;
      for (const violation of merged.violations) {
        expect(describeTrace(subject, violation).steps).toHaveLength(violation.trace.length);
        expect(violation.shortest).toBe(violation.trace.length === 0);
      }
      const first = explore(subject, { reductions });
      expect(first.outcome).toBe(full.outcome);
    }
    expect(fewer).toBeLessThan(all);
  });
});

test('with symmetry it finds the same, too', () => {
  for (const scenario of codezero.scenarios) {
    const subject = subjectOf(codezero, scenario, namesOfFixes(codezero));
    const full = explore(subject, { keepGoing: true, maxStates: MOST });
    if (full.limit !== undefined) continue;
    const both = explore(subject, { keepGoing: true, reductions: ['symmetry', 'merge'] });
    expect(found(both)).toEqual(found(full));
    expect(both.states).toBeLessThanOrEqual(full.states);
  }
});

test('control points are known with symmetry, too: counts are those of looking ahead', () => {
  const model = () => miniCow({ processes: 2, pages: 3, frames: 3 }, 0);
  const both = ['symmetry', 'merge'] as const;
  expect(explore(model(), { reductions: both }).states).toBe(3129);
  expect(explore(model(), { reductions }).states).toBe(14732);
  const { hasSeveralSuccessors, ...unsure } = model();
  expect(hasSeveralSuccessors).toBeDefined();
  expect(explore(unsure, { reductions }).states).toBe(14732);
});
