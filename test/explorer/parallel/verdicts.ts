/**
 * Verdicts of whole searches with several numbers of workers, one JSON object per line. Threads
 * need compiled modules, so `workers.test.ts` compiles this file and runs it in a separate process.
 *
 * Arguments: `scenarios/N` (searches one in N) or `models`; then the numbers of workers.
 */

import { miniCow } from '../../../bench/minicow.ts';
import { workersFor } from '../../../src/core/worker-model.ts';
import { build, resolveSpec } from '../../../src/core/spec.ts';
import type { Model } from '../../../src/explorer/model.ts';
import type { SearchOptions } from '../../../src/explorer/options.ts';
import { explore } from '../../../src/explore.ts';
import { systems } from '../../../src/systems.ts';
import { clocks } from '../../models/clocks.ts';

/** Enough for levels that workers share; the limit is reached in the middle of a level. */
const MOST = 10_000;

/** `scenarios/5`: one in five of them. */
const [what, stride = '1'] = process.argv[2].split('/');
const numbers = process.argv.slice(3).map(Number);

/** `make` builds the model for each search. */
function tell(name: string, make: () => Model, options: SearchOptions): void {
  for (const workers of numbers) {
    // The growth of memory depends on the size of batches.
    const { bytes: _, ...verdict } = explore(make(), { ...options, workers });
    console.log(JSON.stringify({ name, workers, verdict }));
  }
}

if (what === 'scenarios') {
  for (const system of systems) {
    // Every second one with keep-going: there are many.
    for (const [index, scenario] of system.scenarios.entries()) {
      if (index % Number(stride) !== 0) continue;
      const keepGoing = index % 2 === 0;
      const spec = resolveSpec(system, { scenario });
      const { factory } = workersFor(system, spec, {}, Math.max(...numbers));
      tell(scenario.name, () => build(system, spec), { keepGoing, maxStates: MOST, factory });
    }
  }
} else {
  const module = new URL('../../../bench/minicow.js', import.meta.url).href;
  const args = [{ processes: 3, pages: 3, frames: 3 }];
  tell('3,3,3', () => miniCow(args[0]), { factory: { module, name: 'miniCow', args } });
  for (const bug of [0, 1, 2, 3]) {
    for (const keepGoing of [false, true]) {
      const invariants = bug === 3 ? ['i', 'iv'] : undefined;
      const args = [{ processes: 3, pages: 2, frames: 3 }, bug, invariants];
      const model = () => miniCow(...(args as Parameters<typeof miniCow>));
      tell(`bug ${bug}`, model, { keepGoing, factory: { module, name: 'miniCow', args } });
    }
  }
  const small = [{ processes: 3, pages: 2, frames: 3 }];
  for (const keepGoing of [false, true]) {
    const options = { keepGoing, storage: 'fingerprint' } as const;
    tell('fingerprints', () => miniCow(small[0]), {
      ...options,
      factory: { module, name: 'miniCow', args: small },
    });
  }
  for (const bug of [0, 1]) {
    const args = [{ processes: 3, pages: 2, frames: 3 }, bug];
    const model = () => miniCow(...(args as Parameters<typeof miniCow>));
    const factory = { module, name: 'miniCow', args };
    for (const reductions of [['symmetry'], ['merge'], ['symmetry', 'merge']] as const) {
      tell(`${reductions.join()}, bug ${bug}`, model, { factory, reductions });
    }
  }
  const [almos] = systems;
  const scenario = almos!.scenarios.find(({ name }) => name === 'fork-twice')!;
  // Frames are interchangeable unconditionally if any free one may be allocated.
  const spec = resolveSpec(almos!, { scenario, options: { frameOrder: 'any' } });
  const por = { reductions: ['por'], storage: 'fingerprint', maxStates: MOST } as const;
  const forking = workersFor(almos!, spec, {}, Math.max(...numbers));
  tell('fork-twice, por', () => build(almos!, spec), {
    keepGoing: true,
    ...por,
    factory: forking.factory,
  });
  const merge = { reductions: ['merge'], maxStates: MOST } as const;
  tell('fork-twice, merge', () => build(almos!, spec), {
    keepGoing: true,
    ...merge,
    factory: forking.factory,
  });
  const all = resolveSpec(almos!, { scenario, invariants: ['all'] });
  const disciplines = almos!.invariants.filter(({ group }) => group === 'discipline');
  tell('fork-twice, disciplines deferred', () => build(almos!, all), {
    defer: disciplines.map(({ name }) => name),
    maxStates: MOST,
    factory: workersFor(almos!, all, {}, Math.max(...numbers)).factory,
  });
  const clocksModule = new URL('../../models/clocks.js', import.meta.url).href;
  const factory = { module: clocksModule, name: 'clocks', args: [6] };
  tell('clocks', () => clocks(6), { factory });
  // Their successors fit into shared batches, so a worker is the one that finds the violated step.
  tell('two outcomes', () => clocks(6, 2), { factory: { ...factory, args: [6, 2] } });
}
