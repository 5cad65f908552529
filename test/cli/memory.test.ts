import { spawnSync } from 'node:child_process';
import { afterAll, expect, test } from 'vitest';

import { compile } from './child.ts';
import { only } from './told.ts';

const compiled = await compile('test/cli/peak.ts');
afterAll(() => compiled.remove());

function explore(limit: string) {
  const words = ['explore', 'counters', '--memory-limit', limit, '--format', 'json'];
  return spawnSync(compiled.entry, words, { encoding: 'utf8' });
}

test.each([100, 130])('--memory-limit %dM is kept by the whole process to within a tenth', (limit) => {
  const { status, stdout, stderr } = explore(`${limit}M`);
  expect(status).toBe(2);
  expect(only(stdout)).toMatchObject({ outcome: 'limited', limit: 'memory' });
  const megabytes = Number(stderr) / 2 ** 20;
  expect(megabytes).toBeLessThan(1.1 * limit);
  expect(megabytes).toBeGreaterThan(0.75 * limit);
});

test.each(['--por', '--merge'])('with %s, what is remembered of steps counts, too', (reduction) => {
  const large = ['explore', 'almos-mkh', '--scenario', 'scenarios/almos-mkh/large.json'];
  const words = [...large, '--variant', 'fixed', '--memory-limit', '220M', '--format', 'json'];
  const { status, stdout, stderr } = spawnSync(
    compiled.entry,
    [...words, '--workers', '1', reduction],
    { encoding: 'utf8' },
  );
  expect(status).toBe(2);
  expect(only(stdout)).toMatchObject({ outcome: 'limited', limit: 'memory' });
  const megabytes = Number(stderr) / 2 ** 20;
  expect(megabytes).toBeLessThan(1.1 * 220);
  expect(megabytes).toBeGreaterThan(0.6 * 220);
});

test('a limit below what Node itself takes ends in limited, too', () => {
  const { status, stdout } = explore('8M');
  expect(status).toBe(2);
  expect(only(stdout)).toMatchObject({ outcome: 'limited', limit: 'memory' });
});
