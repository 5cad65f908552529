/** A `holds` of a model that does little says so where the verdict is. */

import { expect, test } from 'vitest';
import { defineSystem, field, goto, next, pool, upTo, vocabulary } from '../../src/index.ts';
import { gate } from './gated.ts';
import { vmcheck } from './terminal.ts';
import { only } from './told.ts';

interface Kernel {
  n: number;
}
const { operation, at } = vocabulary<Kernel>();
const stop = { name: 'work', file: 'w.c', lines: [1, 20] } as const;

/** `ends` after so many of its twenty statements; 0: never, it runs in a circle. */
const lazy = defineSystem({
  name: 'lazy',
  sentence: 'A thread that does less than it could.',
  scenario: {
    runs: field.whole(0, 20, 'How many of the twenty statements.'),
    limit: field.whole(0, 9, 'From which number on the invariant applies.'),
  },
  scenarios: [
    { name: 'whole', purpose: 'x', runs: 20, limit: 0 },
    { name: 'half', purpose: 'x', runs: 10, limit: 0 },
    { name: 'one', purpose: 'x', runs: 1, limit: 0 },
    { name: 'circle', purpose: 'x', runs: 0, limit: 0 },
    { name: 'silent', purpose: 'x', runs: 20, limit: 9 },
    { name: 'all-wrong', purpose: 'x', runs: 0, limit: 9 },
  ],
  scope: (scenario) => ({ ...scenario, thread: pool('thread', 1) }),
  state: () => ({ n: upTo(9) }),
  operations: ({ runs }) => [
    operation(stop)(
      Array.from({ length: 20 }, (_, index) =>
        at(index + 1, `n = ${index % 2}`, (k, _my, cx) => {
          k.n = index % 2;
          if (index + 1 === runs) return cx.leave();
          return runs === 0 && index === 19 ? goto(1) : next;
        }),
      ),
    ),
  ],
  threads: () => [{ name: 'P', program: [{ do: 'work' }] }],
  invariants: [
    {
      name: 'small',
      sentence: 'n is small.',
      applies: ({ n }, { limit }) => n >= limit,
      violation: ({ n }) => (n > 1 ? 'n is large' : undefined),
    },
  ],
});
const there = { systems: [lazy] };
const line = async (scenario: string, ...words: string[]): Promise<string> => {
  const { code, stdout } = await vmcheck(['explore', '--scenario', scenario, ...words], there);
  expect(code).toBe(0);
  return stdout.split('\n')[1];
};

test.each([
  ['one', 'only 2 of 21 statements of the operations that started ran'],
  ['circle', 'no run ever ends'],
  ['silent', 'no invariant but deadlock-free ever applied'],
  ['all-wrong', 'no run ever ends; no invariant but deadlock-free ever applied'],
])('the headline of %s: %s', async (scenario, doubts) => {
  expect(await line(scenario)).toMatch(`holds  but proves little: ${doubts} · 2 invariants in`);
});

test('the invariant alone, without deadlock-free', async () => {
  const told = await line('silent', '--invariant', 'small');
  expect(told).toMatch('but proves little: no invariant ever applied · 1 invariant in');
});

test('nothing is doubted where runs end, invariants apply and half of it runs', async () => {
  for (const scenario of ['whole', 'half']) expect(await line(scenario)).toMatch(/^holds  2 inv/);
  // Nobody asked for another one.
  expect(await line('silent', '--invariant', 'deadlock-free')).toMatch(/^holds  1 inv/);
});

test('runs that all get stuck do not end, where deadlock is not checked', async () => {
  const words = ['explore', 'refcount', '--scenario', 'two', '--fix', 'lock-refs'];
  const stuck = [...words, '--hw', 'sticky', '--invariant', 'no-lost-frame'];
  const { code, stdout } = await vmcheck(stuck);
  expect(code).toBe(0);
  expect(stdout).toMatch('holds  but proves little: no run ever ends · 1 invariant');
});

test('a search that a limit ends claims nothing, so nothing is doubted', async () => {
  const words = ['explore', '--scenario', 'one', '--depth', '0'];
  const { code, stdout } = await vmcheck(words, there);
  expect(code).toBe(2);
  expect(stdout).not.toMatch('proves little');
});

test('several scenarios: each line says so, and the summary counts them', async () => {
  const { code, stdout } = await vmcheck(['explore', '--keep-going'], there);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {2}holds {5}\d+ states/m);
  expect(stdout).toMatch(/^ {2}holds {5}but proves little: no run ever ends · \d+ states/m);
  expect(stdout).toMatch('0 distinct violations in 6 scenarios, 4 proving little · ');
});

test('the line of a gate, whatever else it says', async () => {
  const entry = { system: 'lazy', scenario: 'circle', expected: { outcome: 'holds' } };
  const ended = await gate({ version: 1, matrix: [entry] }, [], there);
  expect(ended.code).toBe(0);
  expect(ended.stdout).toMatch('holds, 22 states, but proves little: no run ever ends · ');
});

test('JSON says whether a run ended, and has the sentence', async () => {
  const words = ['explore', '--format', 'json', '--scenario'];
  const circle = only((await vmcheck([...words, 'circle'], there)).stdout);
  expect(circle).toMatchObject({
    coverage: { ended: false },
    sentence: 'holds, 22 states, but proves little: no run ever ends',
  });
  const whole = only((await vmcheck([...words, 'whole'], there)).stdout);
  expect(whole).toMatchObject({ coverage: { ended: true }, sentence: 'holds, 22 states' });
});
