/**
 * Random scenarios, because the fixes were made for the library. Callers are unusual in random
 * ways, random numbers of allocations fail, and with all fixes no invariant is violated.
 */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { explore } from '../../src/explore.ts';
import { minixVm } from '../../src/systems/minix-vm.ts';
import { allFixes, build } from './build.ts';

const PAGES = 2;
const names = ['S', 'D', 'C'];
const process = fc.constantFrom(...names);
const range = fc
  .tuple(fc.integer({ min: 0, max: PAGES - 1 }), fc.integer({ min: 1, max: PAGES }))
  .map(([page, pages]) => ({ page, pages: Math.min(pages, PAGES - page) }));

const one = (kind: string): fc.Arbitrary<object> =>
  process.map((name) => ({ do: kind, process: name }));
const ranged = (kind: string): fc.Arbitrary<object> =>
  fc.tuple(process, range).map(([name, pages]) => ({ do: kind, process: name, ...pages }));
const two = fc.uniqueArray(process, { minLength: 2, maxLength: 2 });
const pair = fc.tuple(process, process);

const write = fc
  .tuple(process, fc.nat(PAGES - 1), fc.integer({ min: 1, max: 3 }))
  .map(([name, page, value]) => ({ do: 'write', process: name, page, value }));
const map = fc
  .tuple(pair, range, range, fc.integer({ min: -1, max: 1 }), fc.constantFrom(0, 0, 0.5))
  .map(([[from, to], source, target, flag, less]) => {
    const pages = Math.min(source.pages, target.pages) - less;
    const kind = flag < 0 ? 'cowmap' : 'safemap';
    return { do: kind, from, to, page: source.page, at: target.page, pages, flag };
  });
const unmap = fc
  .tuple(pair, range)
  .map(([[from, to], { page, pages }]) => ({ do: 'unmap', from, to, page, at: page, pages }));
const fork = two.map(([name, child]) => ({ do: 'fork', process: name, child }));

const guards = fc.record({
  writableRegions: fc.boolean(),
  insideRegions: fc.boolean(),
  ownRights: fc.boolean(),
  recordedStay: fc.boolean(),
  liveEndpoints: fc.boolean(),
  anonRegions: fc.boolean(),
  twoRegions: fc.boolean(),
  twoProcesses: fc.constant(false),
  wholePages: fc.constant(false),
  plainFlags: fc.constant(false),
  recordedUnmaps: fc.constant(false),
});

const options = fc.record({ pteWriteMayFail: fc.boolean(), forkMessageCheck: fc.boolean() });

const scenarios = fc.record({
  actions: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: write },
      { weight: 5, arbitrary: map },
      unmap,
      fork,
      one('exit'),
      one('safeunmap'),
      one('revoke'),
      ranged('touch'),
      ranged('check'),
      ranged('munmap'),
      ranged('mmap'),
    ),
    { minLength: 4, maxLength: 9 },
  ),
  limit: fc.integer({ min: 3, max: 5 }),
  failures: fc.integer({ min: 0, max: 2 }),
  failuresPerRequest: fc.integer({ min: 1, max: 2 }),
  persistent: fc.boolean(),
  first: fc.record({ pages: fc.constant(PAGES), writable: fc.boolean(), direct: fc.boolean() }),
  second: fc.constantFrom([{ pages: PAGES }], [{ pages: 1 }, { page: 1, pages: 1 }]),
  guards,
});

test('with all fixes every invariant holds in random scenarios', () => {
  fc.assert(
    fc.property(scenarios, options, ({ first, second, ...rest }, chosen) => {
      const scenario = minixVm.parseScenario({
        name: 'random',
        // A map beyond a region is requested, though refused: there are more pages than regions
        // have.
        pages: PAGES + 1,
        frames: 16,
        processes: [{ name: 'S', region: first }, { name: 'D', regions: second }, { name: 'C' }],
        regions: 12,
        blocks: 24,
        physRegions: 30,
        ...rest,
      });
      const model = build(scenario, { fixes: allFixes, options: chosen });
      const { violations } = explore(model, { maxStates: 4000 });
      expect(violations.map(({ sentence }) => sentence)).toEqual([]);
    }),
    { numRuns: 120, seed: 1 },
  );
});
