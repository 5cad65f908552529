/** A checkpoint can be resumed only by the search that wrote it. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { Subject, System } from '../../src/system.ts';
import { folder } from './folder.ts';
import { type Ended, vmcheck } from './terminal.ts';
import { counters, refcount } from './toys.ts';

const usual = ['explore', 'refcount', '--scenario', 'two', '--fix', 'lock-refs'];
const three = { name: 'three', purpose: 'And three?', processes: 3 };

/** A folder with a checkpoint of the usual search, and a scenario of its own. */
async function kept(words: readonly string[] = usual): Promise<string> {
  const cwd = folder();
  let time = 0;
  writeFileSync(join(cwd, 'three.json'), JSON.stringify(three));
  const keeping = ['--checkpoint', 'kept', '--checkpoint-interval', '0.001', '--depth', '3'];
  const cut = await vmcheck([...words, ...keeping], { cwd, now: () => (time += 10) });
  expect(cut).toMatchObject({ code: 2, stderr: '' });
  return cwd;
}

function resumed(cwd: string, words: readonly string[], system: System = refcount): Promise<Ended> {
  return vmcheck([...words, '--resume', 'kept'], { cwd, systems: [system, counters] });
}

const others: readonly (readonly [string, readonly string[]])[] = [
  ['system', ['explore', 'counters']],
  ['scenario', usual.with(3, 'one')],
  ['scenario', usual.with(3, './three.json')],
  ['list of fixes', usual.slice(0, 4)],
  ['list of fixes', [...usual, '--fix', 'free-once']],
  ['hardware', [...usual, '--hw', 'sticky']],
  ['option allocator', [...usual, '--option', 'allocator=lazy']],
  ['list of invariants', [...usual, '--invariant', 'no-lost-frame']],
  ['list of invariants', [...usual, '--invariant', 'frames']],
  ['keepGoing', [...usual, '--keep-going']],
  ['storage', [...usual, '--storage', 'fingerprint']],
];

test.for(others)('a search whose %s differs is refused (%j)', async ([what, words]) => {
  const refused = await resumed(await kept(), words);
  expect(refused).toEqual({
    code: 64,
    stdout: '',
    stderr: expect.stringContaining(`is a checkpoint of another search: its ${what} differs`),
  });
});

test('a scenario with the same name and another content is refused', async () => {
  const words = usual.with(3, './three.json');
  const cwd = await kept(words);
  expect((await resumed(cwd, words)).code).toBe(1);
  writeFileSync(join(cwd, 'three.json'), JSON.stringify({ ...three, processes: 2 }));
  expect((await resumed(cwd, words)).stderr).toContain('its scenario differs');
});

test('another revision, and a model that was changed, are refused', async () => {
  const cwd = await kept();
  const later = await resumed(cwd, usual, { ...refcount, revision: 'r2' });
  expect(later.stderr).toContain(
    'its revision differs ("r1" there, "r2" here); resume it with the options',
  );
  const changed = await resumed(cwd, usual, {
    ...refcount,
    build: (spec) => {
      const subject = refcount.build(spec);
      const statements = subject.statements.map((one) => ({ ...one, line: one.line + 1 }));
      return Object.assign(Object.create(subject) as Subject, { statements });
    },
  });
  expect(changed.stderr).toContain('its model differs');
});

test('the same search can be resumed, also with another limit', async () => {
  const cwd = await kept();
  const whole = await vmcheck(usual);
  const more = await resumed(cwd, [...usual, '--depth', '4', '--checkpoint', 'other']);
  expect(more).toMatchObject({ code: 2, stderr: '' });
  const { stdout } = await resumed(cwd, usual);
  // Both outputs end with the command that would save the counterexamples.
  const [found] = stdout.split('save it with');
  expect(found).toContain('violated  no-double-free   6 steps');
  expect(found).toBe(whole.stdout.split('save it with')[0]);
});
