/** `vmcheck run`, on the real systems: the toys have no script language. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { systems } from '../../src/systems.ts';
import { folder } from './folder.ts';
import { vmcheck } from './terminal.ts';

const vector = 'test/conformance/almos-mkh/53_easy_read_write.json';

test('a script is told one operation a line', async () => {
  const { code, stdout } = await vmcheck(['run', vector], { systems });
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "init clusters=1 frames=4  → ok
    process P 0               → ok
    mmap P 0 ANON 1           → ok
    read P 0 8                → ok boot   alloc 0:0, fault local 8
    write P 0 8 5             → ok
    read P 0 8                → ok 5
    munmap P 0 8 1            → ok   free 0:0
    read P 0 8                → user-error   fault user-error 8
    exit P                    → ok
    "
  `);
});

test('as JSON it is a vector again, which agrees with itself', async () => {
  const { stdout } = await vmcheck(['run', vector, '--format', 'json'], { systems });
  const file = join(folder(), 'again.json');
  writeFileSync(file, stdout);
  const { script } = JSON.parse(readFileSync(vector, 'utf8'));
  expect(JSON.parse(stdout).script).toEqual(script);
  expect(await vmcheck(['run', file, '--compare'], { systems })).toMatchObject({ code: 0 });
});

test('plain text is recognised by its layout', async () => {
  const file = join(folder(), 'plain.txt');
  writeFileSync(
    file,
    '#layout {"HEAP_BASE": 4}\n# a comment\ninit clusters=1 frames=1\nprocess P 0\n',
  );
  expect(await vmcheck(['run', file], { systems })).toMatchObject({ code: 0, stderr: '' });
});

test('plain text may name its system, and long events are on separate lines', async () => {
  const file = join(folder(), 'mm0.txt');
  const script = 'task P\nmmap P private-anon 1 1\nread P 1\n';
  writeFileSync(file, `#system codezero-mm0\n#options {"profile": "reference"}\n${script}`);
  const { code, stdout } = await vmcheck(['run', file], { systems });
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "task P                   → ok
    mmap P private-anon 1 1  → ok 1
      sys_mmap 5.3/7 do_mmap
      do_mmap 5.4/1 anonymous: devzero from offset 0
      do_mmap 5.4/6 an area is made
      do_mmap 5.4/8 the object of the file is linked
      do_munmap 5.17/4 entries are removed
      do_mmap 5.4/10 the area enters the list of the task
    read P 1                 → ok 0
      access a fault: no entry
      page_fault_handler 5.6/4 a read fault
      page_in 5.7/2 devzero answers with the zero page
      page_read_fault 5.7/3 the entry becomes read-only
      access the access goes through
      reads 0
    "
  `);
  const json = await vmcheck(['run', file, '--format', 'json'], { systems });
  const again = join(folder(), 'mm0.json');
  writeFileSync(again, json.stdout);
  // Whose it is stands in it.
  expect(await vmcheck(['run', again, '--compare'], { systems })).toMatchObject({ code: 0 });
});

test('a bad script is one sentence with its place, and exit code 64', async () => {
  const file = join(folder(), 'bad.txt');
  writeFileSync(file, '#system codezero-mm0\ntask P\nread Q 1\n');
  const { code, stdout, stderr } = await vmcheck(['run', file], { systems });
  expect(code).toBe(64);
  expect(stdout).toBe('');
  expect(stderr).toContain('bad: operation 1 (read Q 1): there is no task Q; P');
  writeFileSync(file, '#system codezero\ntask P\n\nfly\n');
  expect((await vmcheck(['run', file], { systems })).stderr).toContain('there is no operation fly');
  writeFileSync(file, '#system nothing\ntask P\n');
  expect((await vmcheck(['run', file], { systems })).code).toBe(64);
});

test('a difference is a sentence and exit code 1', async () => {
  const file = join(folder(), 'wrong.json');
  writeFileSync(file, readFileSync(vector, 'utf8').replace('"value":"boot"', '"value":"zero"'));
  const { code, stdout } = await vmcheck(['run', file, '--compare'], { systems });
  expect(code).toBe(1);
  expect(stdout).toContain(
    'step 3 (read P 0 8): the value read: the real code has zero, the model boot',
  );
});

interface VectorStep {
  state?: unknown;
  events: unknown;
}

const lacking: readonly (readonly [string, (steps: VectorStep[]) => unknown[], number])[] = [
  ['no state at all', (steps) => steps.map(({ state: _, ...step }) => step), 64],
  ['one step without state', (steps) => steps.with(3, { ...steps[3], state: undefined }), 64],
  ['no state in the end', (steps) => steps.with(-1, { ...steps.at(-1)!, state: undefined }), 1],
  ['an empty state', (steps) => steps.with(3, { ...steps[3], state: {} }), 1],
  ['events that are a text', (steps) => steps.with(4, { ...steps[4], events: '' }), 64],
  ['no events', (steps) => steps.map(({ events: _, ...step }) => step), 64],
  ['no results', (steps) => steps.map((step) => ({ ...step, result: undefined })), 64],
  ['no steps', () => [], 64],
  ['a step too few', (steps) => steps.slice(0, -1), 0],
];

test.for(lacking)('a vector with %s does not agree unasked', async ([, change, code]) => {
  const content = JSON.parse(readFileSync(vector, 'utf8'));
  const file = join(folder(), 'v.json');
  writeFileSync(file, JSON.stringify({ ...content, script: change(content.script) }));
  const ended = await vmcheck(['run', file, '--compare'], { systems });
  expect(ended.code).toBe(code);
  if (code !== 0) expect(ended.stdout).not.toContain('agree');
});

test('agreement and differences are reported as JSON, too', async () => {
  const words = ['--compare', '--format', 'json'];
  const agreed = await vmcheck(['run', vector, ...words], { systems });
  expect(JSON.parse(agreed.stdout)).toMatchObject({
    verdict: 'as-expected',
    name: vector,
    system: 'almos-mkh',
    operations: 9,
    difference: null,
  });
  const file = join(folder(), 'wrong.json');
  writeFileSync(file, readFileSync(vector, 'utf8').replace('"value":"boot"', '"value":"zero"'));
  const differs = await vmcheck(['run', file, ...words], { systems });
  expect(differs.code).toBe(1);
  expect(JSON.parse(differs.stdout)).toMatchObject({
    verdict: 'not-as-expected',
    difference: 'step 3 (read P 0 8): the value read: the real code has zero, the model boot',
  });
});

test('a script of no system that has a language is refused', async () => {
  const { code, stderr } = await vmcheck(['run', vector]);
  expect(code).toBe(64);
  expect(stderr).toContain('there is no family "almos"');
});

test.for([
  ['the vector has an unknown field "optionss"', '{', '{"optionss": {},'],
  ['step 0 has an unknown field "resutl"', '{"op":', '{"resutl":"ok","op":'],
] as const)(
  'a comparison refuses a vector, and a run remarks, if %s',
  async ([sentence, piece, other]) => {
    const file = join(folder(), 'v.json');
    writeFileSync(file, readFileSync(vector, 'utf8').replace(piece, other));
    const compared = await vmcheck(['run', file, '--compare'], { systems });
    expect(compared).toMatchObject({ code: 64, stdout: '' });
    expect(compared.stderr).toContain(`${file}: ${sentence}; known there: `);
    const plain = await vmcheck(['run', file], { systems });
    expect(plain.code).toBe(0);
    expect(plain.stderr).toMatch(/^vmcheck: .*; it is ignored\n$/);
    expect(plain.stderr).toContain(`${file}: ${sentence}; known there: `);
    expect(plain.stdout).toBe((await vmcheck(['run', vector], { systems })).stdout);
  },
);
