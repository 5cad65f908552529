import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

import { every, long, share } from '../extent.ts';
import { programOf } from './child.ts';
import { only } from './told.ts';

const entry = programOf('test/cli/peak.ts');

function explore(limit: string) {
  const words = ['explore', 'counters', '--memory-limit', limit, '--format', 'json'];
  return spawnSync(entry, words, { encoding: 'utf8' });
}

test.each(share([115, 130], every(2)))(
  '--memory-limit %dM is kept by the whole process to within a tenth',
  (limit) => {
    const { status, stdout, stderr } = explore(`${limit}M`);
    expect(status).toBe(2);
    const { counts, ...verdict } = only(stdout);
    expect(verdict).toMatchObject({ outcome: 'limited', limit: 'memory' });
    expect(counts.states).toBeGreaterThan(0);
    const megabytes = Number(stderr) / 2 ** 20;
    expect(megabytes).toBeLessThan(1.1 * limit);
    expect(megabytes).toBeGreaterThan(0.75 * limit);
  },
);

const scenario = ['--scenario', 'scenarios/almos-mkh/large.json', '--variant', 'fixed'];
const large = ['explore', 'almos-mkh', ...scenario, '--format', 'json'];

const limits = [
  [2, 200],
  [4, 250],
  [8, 420],
] as const;

test.each(share(limits, every(3)))(
  'with %d threads, %dM is kept to within a twentieth',
  (threads, limit) => {
    const words = [...large, '--workers', String(threads), '--memory-limit', `${limit}M`];
    const { status, stdout, stderr } = spawnSync(entry, words, { encoding: 'utf8' });
    expect(status).toBe(2);
    expect(only(stdout)).toMatchObject({ outcome: 'limited', limit: 'memory' });
    expect(stderr).toMatch(/^\d+$/);
    const megabytes = Number(stderr) / 2 ** 20;
    expect(megabytes).toBeLessThan(1.05 * limit);
    expect(megabytes).toBeGreaterThan(0.6 * limit);
  },
);

test.runIf(long)('where not all threads fit into the limit, some search', () => {
  const words = [...large, '--workers', '16', '--memory-limit', '200M'];
  const { status, stdout, stderr } = spawnSync(entry, words, { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(only(stdout).counts?.states).toBeGreaterThan(10_000);
  const [, peak] =
    /^vmcheck: the memory limit has room for \d of 16 threads: the search uses \d\n(\d+)$/.exec(
      stderr,
    )!;
  expect(Number(peak) / 2 ** 20).toBeLessThan(1.05 * 200);
});

test.each(share(['--por', '--merge'], every(2)))(
  'with %s, what is remembered of steps counts, too',
  (reduction) => {
    const words = [...large, '--memory-limit', '220M'];
    const { status, stdout, stderr } = spawnSync(entry, [...words, '--workers', '1', reduction], {
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(only(stdout)).toMatchObject({ outcome: 'limited', limit: 'memory' });
    const megabytes = Number(stderr) / 2 ** 20;
    expect(megabytes).toBeLessThan(1.1 * 220);
    expect(megabytes).toBeGreaterThan(0.6 * 220);
  },
);

test.runIf(!long)('a limit below what Node itself takes ends in limited, too', () => {
  const { status, stdout } = explore('8M');
  expect(status).toBe(2);
  expect(only(stdout)).toMatchObject({ outcome: 'limited', limit: 'memory' });
});
