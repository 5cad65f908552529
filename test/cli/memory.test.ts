import { spawnSync } from 'node:child_process';
import { afterAll, expect, test } from 'vitest';

import { compile } from './child.ts';

const compiled = compile('test/cli/peak.ts');
afterAll(() => compiled.remove());

function explore(limit: string) {
  const words = ['explore', 'counters', '--memory-limit', limit, '--format', 'json'];
  return spawnSync(process.execPath, [compiled.entry, ...words], { encoding: 'utf8' });
}

test.each([100, 130])('--memory-limit %dM is kept by the whole process to within a tenth', (limit) => {
  const { status, stdout, stderr } = explore(`${limit}M`);
  expect(status).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'limited', limit: 'memory' });
  const megabytes = Number(stderr) / 2 ** 20;
  expect(megabytes).toBeLessThan(1.1 * limit);
  expect(megabytes).toBeGreaterThan(0.75 * limit);
});

test('a limit below what Node itself takes ends in limited, too', () => {
  const { status, stdout } = explore('8M');
  expect(status).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'limited', limit: 'memory' });
});
