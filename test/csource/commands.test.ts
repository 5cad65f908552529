/** Every command on C of one's own: workers, checkpoints, spilling, gate, saved and replayed. */

import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { folder } from '../cli/folder.ts';
import { vmcheck } from '../cli/terminal.ts';
import { root, withClang } from './clang.ts';

const HARNESS = 'cow.vmcheck.json';

function copied(): string {
  const cwd = folder();
  cpSync(join(root, 'examples/c-cow'), cwd, { recursive: true });
  return cwd;
}

withClang('what explore saves, replay and show and a gate run again', async () => {
  const cwd = copied();
  const words = ['explore', '--source', HARNESS, '--keep-going', '--save', 'found'];
  const explored = await vmcheck(words, { cwd });
  expect(explored.code).toBe(1);
  expect(explored.stdout).toContain('4 distinct violations');
  expect(explored.stdout).toContain('pages[0].refcount  2 → 1');
  expect(readdirSync(join(cwd, 'found/c-cow'))).toHaveLength(4);
  const replayed = await vmcheck(['replay', 'found'], { cwd });
  expect(replayed.stdout).toContain('4 as expected, 0 not');
  expect(replayed.code).toBe(0);
  const file = 'found/c-cow/no-page-lost.default.json';
  const shown = await vmcheck(['show', file, '--view', 'full'], { cwd });
  expect(shown.stdout).toContain('table[1].page = &pages[0]');
  const saved = JSON.parse(readFileSync(join(cwd, file), 'utf8')) as {
    scenario: { yields: string[] };
  };
  expect(saved.scenario.yields).toContain('pages[0].refcount');
  const entry = {
    system: HARNESS,
    scenario: 'default',
    variant: 'fixed',
    expected: { outcome: 'holds' },
  };
  const config = { version: 1, matrix: [entry], counterexamples: ['found'] };
  writeFileSync(join(cwd, 'vmcheck.config.json'), JSON.stringify(config));
  expect((await vmcheck(['gate'], { cwd })).code).toBe(0);
  // The source changes: that is said, and the trace is tried all the same.
  const source = readFileSync(join(cwd, 'cow.c'), 'utf8');
  writeFileSync(join(cwd, 'cow.c'), source.replace('old->refcount--;', 'old->refcount -= 1;'));
  const again = await vmcheck(['replay', file], { cwd });
  expect(again.stdout).toContain('no longer applies');
  expect(again.stdout).toContain('recorded at');
});

withClang(
  'list names what a harness file has, and wrong files are refused with code 64',
  async () => {
    const cwd = copied();
    const listed = await vmcheck(['list', '--source', HARNESS], { cwd });
    expect(listed.stdout).toContain('cow_fault   cow.c:11-39');
    const missing = await vmcheck(['explore', '--source', 'none.json'], { cwd });
    expect(missing).toMatchObject({ code: 64, stderr: 'vmcheck: there is no file none.json\n' });
    writeFileSync(join(cwd, 'cow.c'), 'int x = ;\n');
    const broken = await vmcheck(['explore', '--source', HARNESS], { cwd });
    expect(broken.code).toBe(64);
    expect(broken.stderr).toContain('cow.c:1:9: error: expected expression');
  },
);
