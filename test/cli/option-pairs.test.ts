/**
 * All pairs of options: which are refused, by the command line and by the search itself, and why.
 * If a change is meant, review it and run `UPDATE=1 npx vitest run test/cli/option-pairs.test.ts`.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { Args } from '../../src/cli/args.ts';
import { chosenCoverage } from '../../src/cli/options/search.ts';
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

/** Compares with `option-pairs.NAME.json`; UPDATE=1 writes it anew. */
function expectTable(name: string, found: Refusals): void {
  const file = join(import.meta.dirname, `option-pairs.${name}.json`);
  if (process.env['UPDATE'] !== undefined) {
    writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`);
  }
  expect(found).toEqual(JSON.parse(readFileSync(file, 'utf8')));
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
    'check-model',
    'keep-going',
    'require-coverage=80',
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
    const args = new Args(values);
    const requests = searchRequests(args, host.systems[0], host);
    expect([undefined, 80]).toContain(chosenCoverage(args));
    expect(requests.length).toBeGreaterThan(0);
  });
  expectTable('explore', found);
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
    'checkModel all': { checkModel: 'all' },
    keepGoing: { keepGoing: true },
    defer: { defer: [] },
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
  expectTable('search', found);
});
