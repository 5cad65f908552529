/** Partial-order reduction: fewer interleavings, the same verdicts. */

import { describe, expect, test } from 'vitest';
import { describeTrace } from '../../src/core/trace.ts';
import { build, fixesFor, resolveSpec } from '../../src/core/spec.ts';
import { InputError, ModelError } from '../../src/errors.ts';
import { explore } from '../../src/explore.ts';
import type { Reduction } from '../../src/explorer/reduction-names.ts';
import type { Verdict } from '../../src/explorer/verdict.ts';
import { systems } from '../../src/systems.ts';
import type { System } from '../../src/system.ts';
import { every, long, share } from '../extent.ts';
import { hanoi } from '../models/hanoi.ts';
import { privateCells, type Cells, type Instruction } from '../models/private-cells.ts';
import { dice } from './symmetry-laws.ts';
import { namesOfFixes, subjectOf } from './systems.ts';

const reductions: Reduction[] = ['por'];
const [almos, minix, codezero] = systems as readonly [System, System, System];

/** The results of a search without its traces and without the step before a deadlock. */
const found = ({ outcome, coverage, violations }: Verdict) => {
  const pairs = violations.map(({ invariant, statement }) => {
    return invariant === 'deadlock-free' ? invariant : `${invariant} ${statement}`;
  });
  return { outcome, coverage, violations: [...new Set(pairs)].sort() };
};

function randomCells(seed: number): Cells {
  const roll = dice(seed);
  const threads = 2 + roll(2);
  const cells = 3 + roll(4);
  // Each thread has two private fields; the others are shared.
  const programs = Array.from({ length: threads }, (_, t) => {
    const any = (): number => (roll(3) > 0 ? (2 * t + roll(2)) % cells : roll(cells));
    const length = 2 + roll(5);
    return Array.from({ length }, (_, at): Instruction => {
      const value = roll(3);
      switch (roll(6)) {
        case 0:
          return { do: 'wait', cell: any(), value };
        case 1:
          return { do: 'again', cell: any(), value, at: roll(at + 1) };
        case 2:
          return { do: 'copy', from: any(), cell: any() };
        default:
          return { do: 'set', cell: any(), value };
      }
    });
  });
  return { cells, programs, watched: [roll(cells), roll(cells)] };
}

test('random programs have the same violations and deadlocks, with no more states', () => {
  let [all, fewer, broken, deadlocked] = [0, 0, 0, 0];
  // One in four of them in the short run.
  const step = long ? 1 : 4;
  for (let seed = 1; seed <= 400; seed += step) {
    const make = () => privateCells(randomCells(seed));
    const full = explore(make(), { keepGoing: true });
    for (const chosen of [['por'], ['merge'], ['por', 'merge']] as const) {
      const reduced = explore(make(), { keepGoing: true, reductions: chosen });
      expect({ seed, ...found(reduced) }).toEqual({ seed, ...found(full) });
      expect(reduced.states).toBeLessThanOrEqual(full.states);
      if (chosen[0] === 'por' && chosen.length === 1) fewer += reduced.states;
    }
    expect(explore(make(), { strategy: 'dfs', reductions }).outcome).toBe(full.outcome);
    all += full.states;
    const names = full.violations.map(({ invariant }) => invariant);
    broken += Number(names.includes('apart'));
    deadlocked += Number(names.includes('deadlock-free'));
  }
  expect(fewer).toBeLessThan(0.8 * all);
  expect(Math.min(broken, deadlocked)).toBeGreaterThan(long ? 25 : 6);
});

test('an access that is not declared is an error that names statement and cell', () => {
  const set = (cell: number): Instruction => ({ do: 'set', cell, value: 1 });
  const cells: Cells = { cells: 2, programs: [[set(0)], [set(0), set(1)]], watched: [0, 1] };
  expect(() => explore(privateCells({ ...cells, forgotten: 1 }), { reductions })).toThrow(
    ModelError,
  );
  expect(() => explore(privateCells({ ...cells, forgotten: 1 }), { reductions })).toThrow(
    /set set of t0 accesses word 0, .*declared to be accessed by other threads only/,
  );
  expect(explore(privateCells(cells), { reductions }).outcome).toBe('holds');
});

/** The maximum number of states without reduction, so that the suite stays quick. */
const MOST = 150;

describe.each([
  ['as written', [], undefined],
  ['fixed', namesOfFixes(almos), undefined],
  ['fixed, on stale-tlb', fixesFor(almos, 'stale-tlb'), 'stale-tlb'],
] as [string, string[], string | undefined][])('almos-mkh %s', (_name, fixes, hardware) => {
  test('finds the same violations and coverage, and its traces replay without it', () => {
    for (const scenario of share(almos.scenarios, every(8))) {
      const subject = subjectOf(almos, scenario, fixes, {}, hardware);
      const full = explore(subject, { keepGoing: true, maxStates: MOST });
      if (full.limit !== undefined) continue;
      const all: Reduction[] = ['por', 'merge'];
      for (const chosen of [reductions, all]) {
        const reduced = explore(subject, { keepGoing: true, reductions: chosen });
        expect([scenario.name, found(reduced)]).toEqual([scenario.name, found(full)]);
        expect(reduced.states).toBeLessThanOrEqual(full.states);
        for (const violation of reduced.violations) {
          expect(describeTrace(subject, violation).steps).toHaveLength(violation.trace.length);
          expect(violation.shortest).toBe(violation.trace.length === 0);
        }
      }
    }
  });
});

test('chains continue where other threads could move, but not in a resumable search', () => {
  const scenario = almos.scenarios.find(({ name }) => name === 'data-fork-writes')!;
  const spec = resolveSpec(almos, {
    scenario,
    fixes: namesOfFixes(almos),
    invariants: ['content'],
  });
  const states = (onLevel?: () => void): number =>
    explore(build(almos, spec), { reductions: ['merge'], ...(onLevel && { onLevel }) }).states;
  expect([states(), states(() => {})]).toEqual([251, 867]);
});

test.each([
  ['data-fork-writes', ['no-double-free'], 1044, 759],
  ['data-fork-writes', ['content'], 1044, 759],
  ['stack-fork', ['no-double-free'], 921, 769],
])('%s with %o: %i states are %i', (name, invariants, all, fewer) => {
  const scenario = almos.scenarios.find((each) => each.name === name)!;
  const spec = resolveSpec(almos, { scenario, fixes: namesOfFixes(almos), invariants });
  expect(explore(build(almos, spec)).states).toBe(all);
  expect(explore(build(almos, spec), { reductions }).states).toBe(fewer);
});

test.each([
  ['minix-vm', minix, /requests of minix-vm all count down the same budgets/],
  ['codezero-mm0', codezero, /mm0 answers each request in one step/],
] as [string, System, RegExp][])('%s is refused with the reason', (_name, system, reason) => {
  const subject = subjectOf(system, system.scenarios[0]);
  expect(() => explore(subject, { reductions })).toThrow(InputError);
  expect(() => explore(subject, { reductions })).toThrow(reason);
});

test('models without a declaration of accesses, and checkpoints, are refused', () => {
  expect(() => explore(hanoi(2), { reductions })).toThrow(
    /does not declare which threads may access/,
  );
  const onLevel = () => {};
  expect(() => explore(hanoi(2), { reductions, onLevel })).toThrow(/cannot be resumed/);
});
