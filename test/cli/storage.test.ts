/** `--storage fingerprint` and `--spill` on the command line. */

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

import { programOf } from './child.ts';
import { folder } from './folder.ts';
import { vmcheck } from './terminal.ts';
import { only } from './told.ts';

const entry = programOf();

test('a verdict states the probability that fingerprints hid a state', async () => {
  const { code, stdout } = await vmcheck(
    'explore counters --depth 12 --storage fingerprint'.split(' '),
  );
  expect(code).toBe(2);
  expect(stdout).toMatch(/, probability of a lost state \d\.\de-\d+\n/);
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /as 64-bit fingerprints: the probability .* is \d\.\de-\d+; estimated from the \d+ pair/,
  );
  const json = await vmcheck(
    'explore counters --depth 12 --storage fingerprint --format json'.split(' '),
  );
  const { storage, counts } = only(json.stdout);
  expect(storage).toMatchObject({ bits: 64, halves: { observed: 0 } });
  expect(storage.probability).toBeCloseTo((counts.states * (counts.states - 1)) / 2 ** 65, 20);
  const exact = await vmcheck('explore counters --depth 12 --format json'.split(' '));
  expect(only(exact.stdout)).toMatchObject({ storage: 'exact', measured: { spilled: 0 } });
});

test('states move to disk, the memory limit holds, and no file remains', () => {
  const spill = folder();
  const run = (...more: string[]) => {
    const words = ['explore', 'counters', '--depth', '22', '--format', 'json', ...more];
    const { stdout } = spawnSync(entry, words, { encoding: 'utf8' });
    return only(stdout);
  };
  const usual = run();
  const spilling = run('--spill', spill, '--memory-limit', '112M');
  expect(spilling.measured.spilled).toBeGreaterThan(0);
  const counts = ({ states, transitions, depth, frontier }: Record<string, number>) => {
    return { states, transitions, depth, frontier };
  };
  expect(counts(spilling.counts)).toEqual(counts(usual.counts));
  expect(spilling).toMatchObject({ limit: 'depth', coverage: usual.coverage });
  expect(readdirSync(spill)).toEqual([]);
});
