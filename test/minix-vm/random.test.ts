/**
 * The fixes were made for the library; here are scenarios nobody had in mind. Callers are odd in
 * random ways, allocations fail in random numbers, and with all fixes nothing is ever broken.
 */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { explore } from '../../src/explorer/search.ts';
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
const pair = fc.uniqueArray(process, { minLength: 2, maxLength: 2 });

const write = fc
  .tuple(process, fc.nat(PAGES - 1), fc.integer({ min: 1, max: 3 }))
  .map(([name, page, value]) => ({ do: 'write', process: name, page, value }));
const safemap = fc
  .tuple(pair, range, range, fc.integer({ min: 0, max: 1 }))
  .map(([[from, to], source, target, flag]) => {
    const pages = Math.min(source.pages, target.pages);
    return { do: 'safemap', from, to, page: source.page, at: target.page, pages, flag };
  });
const fork = pair.map(([name, child]) => ({ do: 'fork', process: name, child }));

const guards = fc.record({
  writableRegions: fc.boolean(),
  insideRegions: fc.boolean(),
  ownRights: fc.boolean(),
  recordedStay: fc.boolean(),
});

const scenarios = fc.record({
  actions: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: write },
      { weight: 4, arbitrary: safemap },
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
  writable: fc.boolean(),
  guards,
});

test('with all fixes every invariant holds in random scenarios', () => {
  fc.assert(
    fc.property(scenarios, ({ writable, ...rest }) => {
      const scenario = minixVm.parseScenario({
        name: 'random',
        // A map beyond a region is refused, but it is asked for: there are more pages than regions.
        pages: PAGES + 1,
        frames: 16,
        processes: [
          { name: 'S', region: { pages: PAGES, writable } },
          { name: 'D', region: { pages: PAGES } },
          { name: 'C' },
        ],
        ...rest,
      });
      const { breaches } = explore(build(scenario, { fixes: allFixes }), { maxStates: 4000 });
      expect(breaches.map(({ sentence }) => sentence)).toEqual([]);
    }),
    { numRuns: 120, seed: 1 },
  );
});
