/**
 * All pairs of options: which are refused, by the command line and by the search itself, and why.
 */

import { expect, test } from 'vitest';

import { Args } from '../../src/cli/args.ts';
import { searchRequests } from '../../src/cli/options/request.ts';
import { InputError } from '../../src/errors.ts';
import { checkOptions } from '../../src/explorer/check-options.ts';
import type { SearchOptions } from '../../src/explorer/options.ts';
import { hostOf } from './terminal.ts';

interface Refusals {
  /** Options that are refused alone, because they need another option. */
  readonly alone: Record<string, string>;
  /** The options with which each of these can be used. */
  readonly with: Record<string, string[]>;
  /** Pairs that are refused although each option can be used without the other. */
  readonly atOdds: Record<string, string[]>;
}

/** Tries each option alone and with each other one. */
function refusalsOf<T>(
  samples: Readonly<Record<string, T>>,
  use: (options: readonly T[]) => void,
): Refusals {
  const refusal = (...options: readonly T[]): string | undefined => {
    try {
      use(options);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      return (error as Error).message;
    }
    return undefined;
  };
  const found: Refusals = { alone: {}, with: {}, atOdds: {} };
  const all = Object.entries(samples);
  for (const [name, options] of all) {
    const why = refusal(options);
    if (why !== undefined) found.alone[name] = why;
  }
  for (const [i, [name, options]] of all.entries()) {
    for (const [other, more] of all.slice(i + 1)) {
      const why = refusal(options, more);
      const needy = [name, other].filter((one) => found.alone[one] !== undefined);
      if (why === undefined) {
        for (const one of needy) (found.with[one] ??= []).push(one === name ? other : name);
      } else if (!needy.some((one) => found.alone[one] === why)) {
        (found.atOdds[why] ??= []).push(`${name}, ${other}`);
      }
    }
  }
  return found;
}

test('pairs of options of explore', () => {
  const words = [
    'strategy=dfs',
    'strategy=random',
    'seed=1',
    'walks=2',
    'depth=3',
    'max-states=9',
    'time-limit=9',
    'memory-limit=1G',
    'workers=1',
    'workers=2',
    'symmetry',
    'merge',
    'por',
    'keep-going',
    'storage=fingerprint',
    'spill=folder',
    'checkpoint=new',
    'checkpoint-interval=1',
    'resume=old',
    'scenario=two',
    'scenario=all',
    'variant=fixed',
    'fix=lock-refs',
    'without=lock-refs',
    'hw=plain',
    'option=allocator=lazy',
    'invariant=all',
  ];
  const samples = Object.fromEntries(words.map((word) => [`--${word}`, word]));
  const { host } = hostOf({});
  const found = refusalsOf(samples, (options) => {
    const values: Record<string, unknown> = {};
    for (const word of options) {
      const [, name = '', value] = /^([^=]+)(?:=(.*))?$/.exec(word) ?? [];
      // Here the last value of a repeated option counts.
      values[name] = value ?? true;
    }
    const requests = searchRequests(new Args(values), host.systems[0], host);
    expect(requests.length).toBeGreaterThan(0);
  });
  expect(found).toMatchInlineSnapshot(`
    {
      "alone": {
        "--checkpoint-interval=1": "--checkpoint-interval needs --checkpoint: name a file",
        "--seed=1": "--seed needs random walks: add --strategy random, or leave it out",
        "--walks=2": "--walks needs random walks: add --strategy random, or leave it out",
        "--without=lock-refs": "--without removes a fix from the fixed variant: add --variant fixed",
        "--workers=2": "--workers 2: worker threads cannot build refcount",
      },
      "atOdds": {
        "--checkpoint cannot be combined with --por, which may start over: leave one out": [
          "--por, --checkpoint=new",
        ],
        "--checkpoint needs --strategy bfs: other strategies have no levels": [
          "--strategy=dfs, --checkpoint=new",
          "--strategy=random, --checkpoint=new",
        ],
        "--checkpoint works with a single search: name one --scenario": [
          "--keep-going, --checkpoint=new",
          "--checkpoint=new, --scenario=all",
        ],
        "--fix adds to the source as written: leave out --variant fixed, or --fix": [
          "--variant=fixed, --fix=lock-refs",
        ],
        "--merge needs bfs or dfs: random walks store no states": [
          "--strategy=random, --merge",
        ],
        "--por needs bfs or dfs: random walks store no states": [
          "--strategy=random, --por",
        ],
        "--resume cannot be combined with --por, which may start over: leave one out": [
          "--por, --resume=old",
        ],
        "--resume needs --strategy bfs: other strategies have no levels": [
          "--strategy=dfs, --resume=old",
          "--strategy=random, --resume=old",
        ],
        "--resume works with a single search: name one --scenario": [
          "--keep-going, --resume=old",
          "--resume=old, --scenario=all",
        ],
        "--spill needs --strategy bfs: leave one of them out": [
          "--strategy=dfs, --spill=folder",
          "--strategy=random, --spill=folder",
        ],
        "--spill needs a single worker: leave --workers out, or set it to 1": [
          "--workers=2, --spill=folder",
        ],
        "--storage fingerprint needs --strategy bfs: other strategies return to expanded states": [
          "--strategy=dfs, --storage=fingerprint",
          "--strategy=random, --storage=fingerprint",
        ],
        "--symmetry needs bfs or dfs: random walks store no states": [
          "--strategy=random, --symmetry",
        ],
        "--workers needs --strategy bfs: other strategies use one thread": [
          "--strategy=dfs, --workers=2",
          "--strategy=random, --workers=2",
        ],
      },
      "with": {
        "--checkpoint-interval=1": [
          "--checkpoint=new",
          "--resume=old",
        ],
        "--seed=1": [
          "--strategy=random",
        ],
        "--walks=2": [
          "--strategy=random",
        ],
        "--without=lock-refs": [
          "--variant=fixed",
        ],
      },
    }
  `);
});

test('pairs of options of a search', () => {
  const unused = (): never => expect.unreachable();
  const resume = { head: {}, read: unused } as unknown as NonNullable<SearchOptions['resume']>;
  const samples: Readonly<Record<string, SearchOptions>> = {
    'strategy dfs': { strategy: 'dfs' },
    'strategy random': { strategy: 'random' },
    seed: { seed: 1 },
    walks: { walks: 2 },
    depth: { depth: 1 },
    maxStates: { maxStates: 9 },
    timeLimit: { timeLimit: 1 },
    now: { now: () => 0 },
    memoryLimit: { memoryLimit: 9 },
    workers: { workers: 2 },
    factory: { factory: { module: 'model.js', name: 'model', args: [] } },
    symmetry: { reductions: ['symmetry'] },
    merge: { reductions: ['merge'] },
    por: { reductions: ['por'] },
    keepGoing: { keepGoing: true },
    deadlock: { deadlock: false },
    fingerprint: { storage: 'fingerprint' },
    spill: { spill: { open: unused } },
    collect: { collect: unused },
    onProgress: { onProgress: unused },
    onLevel: { onLevel: unused },
    resume: { resume },
    onWorkerLost: { onWorkerLost: unused },
  };
  const found = refusalsOf(samples, (options) => checkOptions(Object.assign({}, ...options)));
  expect(found).toMatchInlineSnapshot(`
    {
      "alone": {
        "seed": "seed and walks need the strategy random, found bfs.",
        "timeLimit": "A time limit needs a clock: pass now, for instance performance.now.",
        "walks": "seed and walks need the strategy random, found bfs.",
        "workers": "Several workers need a factory: the URL of a compiled module (.js) and the name of a function that builds the model.",
      },
      "atOdds": {
        "A search with por may start over, so it cannot be resumed: leave out por, or onLevel and resume.": [
          "por, onLevel",
          "por, resume",
        ],
        "Fingerprints need the strategy bfs: other strategies return to expanded states; found dfs.": [
          "strategy dfs, fingerprint",
        ],
        "Fingerprints need the strategy bfs: other strategies return to expanded states; found random.": [
          "strategy random, fingerprint",
        ],
        "Only a breadth-first search has levels to resume at, found dfs.": [
          "strategy dfs, onLevel",
          "strategy dfs, resume",
        ],
        "Only a breadth-first search has levels to resume at, found random.": [
          "strategy random, onLevel",
          "strategy random, resume",
        ],
        "Random walks store no states, so there is nothing to reduce: leave out merge, or use the strategy bfs or dfs.": [
          "strategy random, merge",
        ],
        "Random walks store no states, so there is nothing to reduce: leave out por, or use the strategy bfs or dfs.": [
          "strategy random, por",
        ],
        "Random walks store no states, so there is nothing to reduce: leave out symmetry, or use the strategy bfs or dfs.": [
          "strategy random, symmetry",
        ],
        "Several workers need the strategy bfs, found dfs.": [
          "strategy dfs, workers",
        ],
        "Several workers need the strategy bfs, found random.": [
          "strategy random, workers",
        ],
        "Spilling needs one worker and the strategy bfs, found 2 workers.": [
          "workers, spill",
        ],
        "Spilling needs one worker and the strategy bfs, found dfs.": [
          "strategy dfs, spill",
        ],
        "Spilling needs one worker and the strategy bfs, found random.": [
          "strategy random, spill",
        ],
        "seed and walks need the strategy random, found dfs.": [
          "strategy dfs, seed",
          "strategy dfs, walks",
        ],
      },
      "with": {
        "seed": [
          "strategy random",
        ],
        "timeLimit": [
          "now",
        ],
        "walks": [
          "strategy random",
        ],
        "workers": [
          "factory",
        ],
      },
    }
  `);
});
