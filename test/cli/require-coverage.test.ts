/** `--require-coverage` and `expected.coverage`: too few statements that ran are a failure. */

import { expect, test } from 'vitest';
import { gate, mended } from './gated.ts';
import { vmcheck } from './terminal.ts';
import { only } from './told.ts';

// Three of the four statements of `refcount` run, whether one process runs or two.
const fixed = ['explore', 'refcount', '--variant', 'fixed'];

test('enough is not mentioned; too little is in the verdict line, exit code 1', async () => {
  const plain = await vmcheck(fixed);
  expect(await vmcheck([...fixed, '--require-coverage', '75'])).toEqual(plain);
  const { code, stdout } = await vmcheck([...fixed, '--require-coverage', '75.1']);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    'holds  reached 3 of 4 statements (75 %), but 75.1 % is required · 3 invariants in',
  );
});

test('several scenarios are judged together, in the summary', async () => {
  const all = [...fixed, '--scenario', 'all', '--require-coverage'];
  const { code, stdout } = await vmcheck([...all, '80%']);
  expect(code).toBe(1);
  expect(stdout.match(/is required/g)).toHaveLength(1);
  expect(stdout).toMatch(
    '0 distinct violations in 2 scenarios · reached 3 of 4 statements (75 %), but 80 % is required',
  );
  expect((await vmcheck([...all, '70'])).code).toBe(0);
});

test.each([
  ['a depth', ['--depth', '1'], 2],
  ['a first violation', ['--variant', 'as-written'], 1],
])('%s ends the search: too little is not proved', async (_, words, expected) => {
  const tiny = ['explore', 'refcount', ...words, '--require-coverage', '90'];
  const { code, stdout } = await vmcheck(tiny);
  expect(code).toBe(expected);
  expect(stdout).toMatch(/ %\) so far: not proved that 90 % is reached, as required/);
  const json = await vmcheck([...tiny, '--format', 'json']);
  expect(JSON.parse(json.stdout)).toMatchObject({
    verdict: code === 2 ? 'limited' : 'violated',
    requiredCoverage: { percent: 90, statements: 4, enough: null },
  });
});

test('a limit that leaves enough is no more than a limit', async () => {
  const { code, stdout } = await vmcheck([...fixed, '--depth', '5', '--require-coverage', '70']);
  expect(code).toBe(2);
  expect(stdout).not.toMatch('require');
});

test('random walks are judged as they are', async () => {
  const walks = [...fixed, '--strategy', 'random', '--require-coverage'];
  expect((await vmcheck([...walks, '75'])).code).toBe(2);
  const short = await vmcheck([...walks, '76']);
  expect(short.code).toBe(1);
  expect(short.stdout).toMatch('reached 3 of 4 statements (75 %), but 76 % is required');
});

test('with --keep-going violations come first, and what ran is judged', async () => {
  const going = ['explore', 'refcount', '--scenario', 'two', '--keep-going'];
  const { code, stdout } = await vmcheck([...going, '--require-coverage', '100']);
  expect(code).toBe(1);
  expect(stdout).toMatch('but 100 % is required · 2 distinct violations');
});

test('JSON has the verdict, the counts and the sentence', async () => {
  const words = [...fixed, '--require-coverage', '99.5', '--format', 'json'];
  const { code, stdout } = await vmcheck(words);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    verdict: 'not-covered',
    requiredCoverage: { percent: 99.5, statements: 4, ran: 3, enough: false },
  });
  expect(only(stdout).sentence).toBe(
    'holds, 17 states, reached 3 of 4 statements (75 %), but 99.5 % is required',
  );
  const plain = await vmcheck([...fixed, '--format', 'json']);
  expect(JSON.parse(plain.stdout)).not.toHaveProperty('requiredCoverage');
});

test.each(['0', '101', '-1', 'all', '8O', ''])('a percentage of %j is refused', async (value) => {
  const { code, stderr } = await vmcheck([...fixed, `--require-coverage=${value}`]);
  expect(code).toBe(64);
  expect(stderr).toMatch('--require-coverage');
});

const requiring = (coverage: number, more: object = {}) => ({
  ...mended,
  expected: { outcome: 'holds', coverage, ...more },
});

test('an entry of a gate fails where too little ran', async () => {
  const met = await gate({ version: 1, matrix: [requiring(75)] });
  expect(met).toMatchObject({ code: 0 });
  expect(met.stdout).toMatch('holds, 17 states · ');
  const missed = await gate({ version: 1, matrix: [requiring(80)] });
  expect(missed.code).toBe(1);
  expect(missed.stdout).toMatch(
    '✗ refcount fixed · two · plain: holds, 17 states, reached 3 of 4 statements (75 %), ' +
      'but 80 % is required',
  );
});

test.each([
  [requiring(80, { outcome: 'limited' }), 'expected.coverage makes sense only if holds is'],
  [requiring(80, { outcome: 'violated' }), 'expected.coverage makes sense only if holds is'],
  [requiring(0), 'matrix[0].expected.coverage'],
  [requiring(101), 'matrix[0].expected.coverage'],
])('an entry of a gate is refused: %j', async (entry, sentence) => {
  const { code, stderr } = await gate({ version: 1, matrix: [entry] });
  expect(code).toBe(64);
  expect(stderr).toContain(sentence);
});
