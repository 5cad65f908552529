import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { Counterexample } from '../../src/counterexample/file.ts';
import { vmcheck } from '../cli/terminal.ts';
import { lostFrame } from './saved.ts';

type Tamper = (content: Counterexample) => unknown;

const damaged: readonly (readonly [string, Tamper, string])[] = [
  ['an empty file', () => '', 'is empty: JSON was expected'],
  ['spaces only', () => '  \n', 'is empty: JSON was expected'],
  ['no JSON', () => 'no', 'is not JSON: '],
  ['JSON with a slip', () => '{\n  "format": 1,\n  ]', 'is not JSON: line 3, column 3: '],
  [
    'a field that stands twice',
    (content) =>
      JSON.stringify(content, undefined, 1).replace('"initial"', '"fi\\u0078es": [],\n  "initial"'),
    ' has the field "fixes" twice in one object, again at line ',
  ],
  [
    'a truncated file',
    (content) => JSON.stringify(content).slice(0, 200),
    'ends in the middle: it is truncated, or was not written completely',
  ],
  [
    'another kind of file',
    () => ({ name: 'package' }),
    'is not a counterexample of vmcheck: it has no field "format", not "vmcheck-counterexample"',
  ],
  ['null', () => 'null', 'is not a counterexample of vmcheck'],
  [
    'a future version',
    (content) => ({ ...content, version: 2 }),
    'was written by a newer vmcheck: its format version is 2, but this one reads version 1: update',
  ],
  [
    'a version that is no number',
    (content) => ({ ...content, version: 'one' }),
    ': version must be 1, but is "one"',
  ],
  [
    'a missing field',
    (content) => ({ ...content, invariant: undefined }),
    ': has no field "invariant"',
  ],
  [
    'a misspelt field',
    (content) => ({ ...content, hardwear: 'plain' }),
    ': has an unknown field "hardwear": did you mean hardware?',
  ],
  [
    'a choice that is no number',
    (content) => ({ ...content, steps: [{ ...content.steps[0], choice: '0' }] }),
    ': steps[0].choice must be an integer, but is "0"',
  ],
  [
    'a step that lacks its thread',
    (content) => ({ ...content, steps: [{ ...content.steps[0], thread: undefined }] }),
    ': steps[0] has no field "thread"',
  ],
  [
    'a scenario that the system refuses',
    (content) => ({ ...content, scenario: { name: 'x', purpose: 'y', processes: 99 } }),
    ': scenario: processes must be a number from 1 to 4, but is 99',
  ],
  [
    'an unknown fix',
    (content) => ({ ...content, fixes: ['lock-ref'] }),
    ': unknown fix "lock-ref" of refcount: did you mean lock-refs?',
  ],
  [
    'an unknown option',
    (content) => ({ ...content, options: { alocator: 'eager' } }),
    ': unknown option "alocator" of refcount: did you mean allocator?',
  ],
  [
    'an unknown value of an option',
    (content) => ({ ...content, options: { allocator: 3 } }),
    ': option allocator of refcount cannot be 3: it is one of eager, lazy',
  ],
  [
    'unknown hardware',
    (content) => ({ ...content, hardware: 'mips' }),
    ': unknown hardware profile "mips" of refcount: choose one of plain, sticky',
  ],
  [
    'an unknown invariant',
    (content) => ({ ...content, invariant: 'no-lost-fame' }),
    ': unknown invariant "no-lost-fame" of refcount: did you mean no-lost-frame?',
  ],
];

test.for(damaged)('%s is refused by replay and show', async ([, tamper, sentence]) => {
  const { cwd, file, content, write } = await lostFrame();
  write(tamper(content));
  for (const command of ['replay', 'show']) {
    const refused = await vmcheck([command, file], { cwd });
    expect(refused).toMatchObject({ code: 64, stdout: '' });
    expect(refused.stderr).toContain(`vmcheck: ${file}`);
    expect(refused.stderr).toContain(sentence);
    expect(refused.stderr.trimEnd().split('\n')).toHaveLength(1);
  }
});

test('a huge file is refused before it is read', async () => {
  const { cwd, file } = await lostFrame();
  truncateSync(join(cwd, file), 200 * 2 ** 20);
  expect((await vmcheck(['show', file], { cwd })).stderr).toBe(
    `vmcheck: ${file} is 200 MB long, but vmcheck reads files up to 16 MB: is it the right file?\n`,
  );
});

test('a byte order mark and CRLF do no harm', async () => {
  const { cwd, file, content, write } = await lostFrame();
  write(`\uFEFF${JSON.stringify(content, null, 2).replaceAll('\n', '\r\n')}`);
  expect((await vmcheck(['replay', file], { cwd })).code).toBe(0);
});

test('the first damaged file of many is named before anything runs', async () => {
  const { cwd, file, write } = await lostFrame();
  write('{');
  const refused = await vmcheck(['replay', 'found'], { cwd });
  expect(refused).toMatchObject({ code: 64, stdout: '' });
  expect(refused.stderr).toContain(file);
});

test('of an unknown system is refused by replay, and shown from what is in the file', async () => {
  const { cwd, file, content, write } = await lostFrame();
  write({ ...content, system: 'refcuont' });
  const refused = await vmcheck(['replay', file], { cwd });
  expect(refused).toMatchObject({ code: 64, stdout: '' });
  expect(refused.stderr).toBe(
    `vmcheck: ${file}: unknown system "refcuont": did you mean refcount?\n`,
  );
  const shown = await vmcheck(['show', file], { cwd });
  expect(shown).toMatchObject({ code: 0, stderr: '' });
  expect(shown.stdout).toMatch(/^refcuont r1 as written · two · plain · allocator=eager\nviolated/);
});
