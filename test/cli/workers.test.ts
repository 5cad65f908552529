/** The real program: its JSON output does not depend on the number of threads. */

import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

import { programOf } from './child.ts';

const entry = programOf('src/cli/main.ts');

test.each([
  ['almos-mkh', 'munmap-two-clusters', '--keep-going'],
  ['minix-vm', 'map-fails', '--variant=fixed'],
])('%s %s %s: but for what is measured, it is the same', (system, scenario, ...more) => {
  const run = (workers: number) => {
    const words = ['explore', system, '--scenario', scenario, ...more, '--format', 'json'];
    const given = [...words, '--workers', String(workers)];
    const { stdout, stderr } = spawnSync(entry, given, { encoding: 'utf8' });
    expect(stderr).toBe('');
    const { measured, ...told } = JSON.parse(stdout);
    expect(measured.results[0].bytes).toBeGreaterThan(0);
    return told;
  };
  const alone = run(1);
  expect(alone.results[0].counts.states).toBeGreaterThan(100);
  for (const workers of [2, 3]) expect(run(workers)).toEqual(alone);
});
