/** Configurations that `vmcheck gate` refuses. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lostFrame } from '../counterexample/saved.ts';
import { vmcheck } from './terminal.ts';
import { broken, mended, gate } from './gated.ts';

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

const refused: readonly (readonly [string, unknown, string])[] = [
  [
    'an unknown name beside all',
    { version: 1, matrix: [{ ...broken, invariants: ['all', 'no-lots-frame'] }] },
    'matrix[0]: unknown invariant "no-lots-frame" of refcount: did you mean no-lost-frame?',
  ],
  ['nothing to check', { version: 1, matrix: [] }, 'vmcheck.config.json checks nothing: '],
  ['no matrix', { version: 1 }, 'vmcheck.config.json:1:1: has no field "matrix"'],
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
    'matrix[0]: expected.invariant "no-lost-frame" is not checked: there is only no-double-free',
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
