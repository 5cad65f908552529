import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Scenario, System } from '../../src/system.ts';
import { lostFrame } from '../counterexample/saved.ts';
import { folder } from './folder.ts';
import { vmcheck } from './terminal.ts';
import { refcount } from './toys.ts';
import { broken, mended, endless, gate } from './gated.ts';

test('all verdicts as expected exit with 0, one line each', async () => {
  expect(await gate({ version: 1, matrix: [broken, mended, endless] })).toEqual({
    code: 0,
    stderr: '',
    stdout: [
      '✓ refcount as written · two · plain · 1 of 3 invariants: violated, ' +
        'no-lost-frame, 6 steps · 0.00 s',
      '✓ refcount fixed · two · plain: holds, 17 states · 0.00 s',
      '✓ counters as written · six · plain: limited by states after 100 states · 0.00 s',
      '',
      '3 as expected, 0 not · 0.00 s',
      '',
    ].join('\n'),
  });
});

test('a violation that is not expected fails with its trace', async () => {
  const ended = await gate({ version: 1, matrix: [{ ...broken, expected: { outcome: 'holds' } }] });
  expect(ended.code).toBe(1);
  expect(ended.stdout).toMatchInlineSnapshot(`
    "✗ refcount as written · two · plain · 1 of 3 invariants: expected holds, found violated, no-lost-frame, 6 steps · 0.00 s
      · matrix[0] of the configuration

      no-lost-frame   6 steps (no shorter trace exists)

      the frame is counted 1 times, but nobody uses it

       1  P1  toy.c:10  n = refs       P1.n        0 → 2
                                       → frame_release()
       2  P2  toy.c:10  n = refs       P2.n        0 → 2
                                       → frame_release()
       3  P2  toy.c:11  refs = n - 1   frame.refs  2 → 1
                                       P2.n        2 → 0
       4  P2  toy.c:14  free(frame)    ← return 0
       5  P1  toy.c:11  refs = n - 1   P1.n        2 → 0
       6  P1  toy.c:14  free(frame)    ← return 0


    0 as expected, 1 not · 0.00 s
    "
  `);
});

const differences: readonly (readonly [object, string])[] = [
  [{ ...mended, expected: { outcome: 'violated' } }, 'expected violated, found holds, 17 states'],
  [
    { ...mended, expected: { outcome: 'holds', states: 18 } },
    'holds as expected, but expected 18 states and found 17 states',
  ],
  [
    { ...broken, expected: { outcome: 'violated', steps: 5 } },
    'expected 5 steps, found violated, no-lost-frame, 6 steps',
  ],
  [
    {
      ...broken,
      invariants: ['frames'],
      expected: { outcome: 'violated', invariant: 'no-lost-frame' },
    },
    'expected no-lost-frame to be violated, found violated, no-double-free, 6 steps',
  ],
  [
    { ...endless, expected: { outcome: 'holds' } },
    'expected holds, found limited by states after 100 states',
  ],
];

test.for(differences)('a difference is told: %$', async ([entry, sentence]) => {
  const ended = await gate({ version: 1, matrix: [entry] });
  expect(ended.code).toBe(1);
  expect(ended.stdout).toContain(`✗ `);
  expect(ended.stdout).toContain(sentence);
});

test('saved counterexamples are replayed too', async () => {
  const { cwd, file, content, write } = await lostFrame();
  const config = { version: 1, matrix: [], counterexamples: ['found'] };
  writeFileSync(join(cwd, 'vmcheck.config.json'), JSON.stringify(config));
  const ended = await vmcheck(['gate'], { cwd });
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain(`✓ ${file}: violates no-lost-frame after 6 steps`);
  write({ ...content, steps: [] });
  expect((await vmcheck(['gate'], { cwd })).code).toBe(1);
});

test('a counterexample that is named twice is replayed once', async () => {
  const { cwd, file } = await lostFrame();
  const config = { version: 1, matrix: [], counterexamples: ['found', `./${file}`, 'found/'] };
  writeFileSync(join(cwd, 'vmcheck.config.json'), JSON.stringify(config));
  expect((await vmcheck(['gate'], { cwd })).stdout).toContain('1 as expected, 0 not');
  const replayed = await vmcheck(['replay', 'found', `./${file}`, 'found/'], { cwd });
  expect(replayed.stdout).toContain('1 as expected, 0 not');
});

test('an entry that names no invariants checks all, whatever its scenario is about', async () => {
  const scenarios = refcount.scenarios.map((one) => ({ ...one, about: ['deadlock-free'] }));
  const about = { ...refcount, scenarios };
  const cwd = folder();
  const entry = { system: 'refcount', scenario: 'two', expected: { outcome: 'holds' } };
  const write = (content: object): void =>
    writeFileSync(
      join(cwd, 'vmcheck.config.json'),
      JSON.stringify({ version: 1, matrix: [content] }),
    );
  write(entry);
  const all = await vmcheck(['gate'], { cwd, systems: [about] });
  expect(all.code).toBe(1);
  expect(all.stdout).toContain('expected holds, found violated, no-double-free, 6 steps');
  write({ ...entry, invariants: ['deadlock-free'] });
  expect((await vmcheck(['gate'], { cwd, systems: [about] })).code).toBe(0);
});

test('shards are parts of the whole', async () => {
  const config = { version: 1, matrix: [broken, mended, endless] };
  expect((await gate(config, ['--shard', '1/2'])).stdout).toContain('2 as expected, 0 not');
  expect((await gate(config, ['--shard', '2/2'])).stdout).toContain('1 as expected, 0 not');
  const empty = await gate(config, ['--shard', '4/4']);
  expect(empty.code).toBe(64);
  expect(empty.stderr).toContain('--shard 4/4 is empty: there are only 3 checks');
});

test('JSON is one object with the verdicts', async () => {
  const { code, stdout } = await gate({ version: 1, matrix: [broken] }, ['--format', 'json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    asExpected: 1,
    results: [{ entry: 0, ok: true, outcome: 'violated' }],
  });
});

test('a name that a scenario is about is checked, also where others are wanted', async () => {
  const { cwd, file, content, write } = await lostFrame();
  const own: System = { ...refcount, parseScenario: (json) => json as Scenario };
  const scenario = { ...content.scenario, about: ['all', 'no-lots-frame'] };
  const sentence = 'unknown invariant "no-lots-frame" of refcount: did you mean no-lost-frame?\n';
  write({ ...content, scenario });
  const replayed = await vmcheck(['replay', file], { cwd, systems: [own] });
  expect(replayed).toMatchObject({
    code: 64,
    stderr: `vmcheck: ${file}: scenario two: ${sentence}`,
  });
  write(scenario);
  const words = ['explore', '--scenario', file, '--invariant', 'no-double-free'];
  const explored = await vmcheck(words, { cwd, systems: [own] });
  expect(explored).toMatchObject({ code: 64, stderr: `vmcheck: scenario two: ${sentence}` });
});
