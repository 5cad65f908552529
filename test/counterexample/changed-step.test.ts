/** A saved step that was changed by hand is noticed. */

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Counterexample, SavedStep } from '../../src/counterexample/file.ts';
import type { System } from '../../src/system.ts';
import { systems } from '../../src/systems.ts';
import { folder } from '../cli/folder.ts';
import { vmcheck } from '../cli/terminal.ts';
import { only } from '../cli/told.ts';
import { refcount } from '../cli/toys.ts';
import { lostFrame } from './saved.ts';

const changed: readonly (readonly [string, (step: SavedStep) => Partial<SavedStep>])[] = [
  ['another file', ({ at }) => ({ at: at.replace(/^.*:|^$/, 'other.c:1') })],
  ['another line', ({ at }) => ({ at: at.replace(/:\d+|$/, ':77777') })],
  ['no place, or a place', ({ at }) => ({ at: at === '' ? ':1' : '' })],
  ['another function', ({ operation }) => ({ operation: `${operation}_2` })],
  ['another token', ({ token }) => ({ token: `${token};` })],
  ['another thread', () => ({ thread: 'nobody' })],
  ['a choice too many', ({ choice }) => ({ choice: choice + 1000 })],
  ['another last line', ({ through }) => ({ through: (through ?? 70) + 1 })],
  ['a fix', ({ fix }) => ({ fix: `${fix ?? ''}other-fix` })],
  ['a change that was not', ({ changes }) => ({ changes: [...changes, ['x', '0', '1']] })],
  [
    'another old value',
    ({ changes }) => ({
      changes:
        changes.length > 0 ? changes.map(([cell, , to]) => [cell, 'z', to]) : [['x', '', '']],
    }),
  ],
  ['a note that was not', ({ notes = [] }) => ({ notes: [...notes, 'other()'] })],
  ['notes in another order', ({ notes = [] }) => ({ notes: [...notes, ...notes, 'a'].reverse() })],
];

const real = systems.map(({ name }) => {
  const file = `counterexamples/${name}`;
  const [first] = readdirSync(file)
    .filter((each) => each.endsWith('.json'))
    .sort();
  return join(file, first!);
});

/** The output of `replay` for a changed step: another outcome, or at least a remark. */
async function replayChanged(
  content: Counterexample,
  systemsThere: readonly System[],
  at: number,
  change: (step: SavedStep) => Partial<SavedStep>,
): Promise<string> {
  const cwd = folder();
  const steps = content.steps.map((step, i) => (i === at ? { ...step, ...change(step) } : step));
  writeFileSync(join(cwd, 'x.json'), JSON.stringify({ ...content, steps }));
  const words = ['replay', 'x.json', '--format', 'json'];
  const { stdout } = await vmcheck(words, { cwd, systems: systemsThere });
  const { ok, sentence, remarks } = only(stdout);
  return ok ? remarks.join('; ') : `${sentence}`;
}

test.for(changed)('a step with %s does not replay without a word', async ([, change]) => {
  const { content } = await lostFrame();
  for (const at of content.steps.keys()) {
    expect(await replayChanged(content, [refcount], at, change)).toContain(`step ${at + 1} `);
  }
  for (const file of real) {
    const saved = JSON.parse(readFileSync(file, 'utf8')) as Counterexample;
    expect(await replayChanged(saved, systems, 1, change)).toContain('step 2 ');
  }
});

test('a file that was changed names the statement that there is', async () => {
  const { cwd, file, content, write } = await lostFrame();
  write({ ...content, steps: [{ ...content.steps[0], at: 'other.c:10' }] });
  expect((await vmcheck(['replay', file], { cwd })).stdout).toContain(
    'step 1 no longer applies: expected P1 at other.c:10  n = refs (frame_release, choice 0), ' +
      'but the model has no such statement; the nearest is toy.c:10  n = refs (frame_release)',
  );
});
