import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { Scenario, System } from '../../src/system.ts';
import { lostFrame } from '../counterexample/saved.ts';
import { folder } from './folder.ts';
import { type Ended, vmcheck } from './terminal.ts';
import { refcount } from './toys.ts';

const broken = {
  system: 'refcount',
  scenario: 'two',
  invariants: ['no-lost-frame'],
  expected: { outcome: 'violated', invariant: 'no-lost-frame', steps: 6 },
};
const mended = {
  system: 'refcount',
  scenario: 'two',
  variant: 'fixed',
  expected: { outcome: 'holds', states: 17 },
};
const endless = {
  system: 'counters',
  scenario: 'six',
  limits: { maxStates: 100 },
  expected: { outcome: 'limited' },
};

async function gate(content: unknown, words: readonly string[] = []): Promise<Ended> {
  const cwd = folder();
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(join(cwd, 'vmcheck.config.json'), text);
  return vmcheck(['gate', ...words], { cwd });
}

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

test('a folder without counterexamples, empty or missing, is refused, as by replay', async () => {
  const { cwd } = await lostFrame();
  const config = { version: 1, matrix: [mended], counterexamples: ['found'] };
  writeFileSync(join(cwd, 'vmcheck.config.json'), JSON.stringify(config));
  expect((await vmcheck(['gate'], { cwd })).code).toBe(0);
  rmSync(join(cwd, 'found'), { recursive: true });
  const none = 'there is no .json file in found';
  for (const [prepare, gateSays, replaySays] of [
    [() => undefined, 'counterexamples[0]: found does not exist', 'found does not exist'],
    [() => mkdirSync(join(cwd, 'found')), `counterexamples[0]: ${none}`, none],
    [() => writeFileSync(join(cwd, 'found/notes.txt'), 'x'), `counterexamples[0]: ${none}`, none],
    [() => mkdirSync(join(cwd, 'found/sub')), `counterexamples[0]: ${none}`, none],
  ] as const) {
    prepare();
    const gated = await vmcheck(['gate'], { cwd });
    expect(gated).toMatchObject({ code: 64, stdout: '' });
    expect(gated.stderr).toContain(gateSays);
    const replayed = await vmcheck(['replay', 'found'], { cwd });
    expect(replayed).toMatchObject({ code: 64, stdout: '' });
    expect(replayed.stderr).toContain(replaySays);
  }
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

const refused: readonly (readonly [string, unknown, string])[] = [
  [
    'an unknown name beside all',
    { version: 1, matrix: [{ ...broken, invariants: ['all', 'no-lots-frame'] }] },
    'matrix[0]: unknown invariant "no-lots-frame" of refcount: did you mean no-lost-frame?',
  ],
  ['nothing to check', { version: 1, matrix: [] }, 'vmcheck.config.json checks nothing: '],
  ['no matrix', { version: 1 }, 'vmcheck.config.json: has no field "matrix"'],
  ['a newer version', { version: 9, matrix: [] }, 'is written for a newer vmcheck'],
  ['no JSON', 'matrix: []', 'vmcheck.config.json is not JSON: '],
  [
    'an unknown system',
    { version: 1, matrix: [mended, { ...mended, system: 'refcuont' }] },
    'vmcheck.config.json: matrix[1]: unknown system "refcuont": did you mean refcount?',
  ],
  [
    'an unknown outcome',
    { version: 1, matrix: [{ ...mended, expected: { outcome: 'hold' } }] },
    'matrix[0].expected.outcome must be one of holds, violated, limited, but is "hold"',
  ],
  [
    'a misspelt field',
    { version: 1, matrix: [{ ...mended, scenarios: 'two' }] },
    'matrix[0] has an unknown field "scenarios": did you mean scenario?',
  ],
  [
    'fixes on top of fixed',
    { version: 1, matrix: [{ ...mended, fixes: ['lock-refs'] }] },
    'matrix[0]: fixes are added to the source as written, not to "fixed"',
  ],
  [
    'an expectation of what is not checked',
    { version: 1, matrix: [{ ...broken, invariants: ['no-double-free'] }] },
    'matrix[0]: expected.invariant "no-lost-frame" is not checked: those checked are',
  ],
  [
    'a folder that is missing',
    { version: 1, matrix: [mended], counterexamples: ['gone'] },
    'vmcheck.config.json: counterexamples[0]: gone does not exist',
  ],
];

test.for(refused)('a configuration with %s is refused', async ([, content, sentence]) => {
  const ended = await gate(content);
  expect(ended).toMatchObject({ code: 64, stdout: '' });
  expect(ended.stderr).toContain(sentence);
  expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
});
