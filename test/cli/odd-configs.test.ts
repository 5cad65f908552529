/**
 * A randomly changed configuration ends in a summary or in one error message, which has a line for
 * each mistake if there are several.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { lostFrame } from '../counterexample/saved.ts';
import { vmcheck } from './terminal.ts';
import { refcount } from './toys.ts';

const entry = {
  system: 'refcount',
  scenario: 'two',
  invariants: ['no-lost-frame'],
  expected: { outcome: 'violated', invariant: 'no-lost-frame', steps: 6 },
};
const fixed = {
  system: 'refcount',
  scenario: 'two',
  variant: 'fixed',
  without: ['lock-refs'],
  hardware: 'plain',
  options: { allocator: 'eager' },
  limits: { depth: 9, maxStates: 100 },
  reductions: ['symmetry'],
  expected: { outcome: 'holds', states: 17 },
};
const usual = { version: 1, matrix: [entry, fixed, entry], counterexamples: ['found'] };

/** Names that are valid somewhere, and values that are valid nowhere. */
const values = fc.constantFrom<unknown>(
  'refcount',
  'one',
  'all',
  'fixed',
  'lock-refs',
  'sticky',
  'lazy',
  'frames',
  'deadlock-free',
  'merge',
  'por',
  'holds',
  'violated',
  'limited',
  './two.json',
  'found',
  '.',
  '/dev/null',
  'x/y',
  '',
  '__proto__',
  'constructor',
  'a\nb',
  '\u001b[31m',
  0,
  1,
  17,
  -1,
  1.5,
  1e30,
  null,
  true,
  [],
  {},
);
const changes = fc.array(
  fc.record({
    where: fc.array(fc.nat(9), { minLength: 1, maxLength: 5 }),
    how: fc.constantFrom('set', 'drop', 'repeat', 'add'),
    value: values,
  }),
  { minLength: 1, maxLength: 3 },
);

type Tree = Record<string, unknown>;

/** The same configuration with one change, at the place that the numbers lead to. */
function changed(config: Tree, where: readonly number[], how: string, value: unknown): void {
  let at = config;
  let [key = ''] = Object.keys(at);
  for (const number of where) {
    const keys = Object.keys(at);
    if (keys.length === 0) return;
    key = keys[number % keys.length];
    const inner = at[key];
    if (typeof inner !== 'object' || inner === null || number === where.at(-1)) break;
    at = inner as Tree;
  }
  if (how === 'set') at[key] = value;
  else if (how === 'drop' && Array.isArray(at)) at.splice(Number(key), 1);
  else if (how === 'drop') delete at[key];
  else if (how === 'repeat' && Array.isArray(at)) at.push(structuredClone(at[Number(key)]));
  else if (!Array.isArray(at)) at[typeof value === 'string' ? value : 'extra'] = value;
}

test('every configuration has its summary, or its sentence', async () => {
  const { cwd } = await lostFrame();
  writeFileSync(join(cwd, 'two.json'), JSON.stringify({ name: 'two', purpose: '', processes: 2 }));
  const seen = new Set<number>();
  const check = async (config: unknown, words: readonly string[]): Promise<void> => {
    writeFileSync(join(cwd, 'vmcheck.config.json'), JSON.stringify(config));
    const { code, stdout, stderr } = await vmcheck(['gate', ...words], {
      cwd,
      systems: [refcount],
    });
    seen.add(code);
    if (code === 64) {
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^vmcheck: .{1,2000}\n(?: {2}.{1,2000}\n)*$/);
      return;
    }
    expect(stderr).toBe('');
    const verdict = code === 0 ? 'as-expected' : 'not-as-expected';
    if (words.includes('json')) expect(JSON.parse(stdout)).toMatchObject({ verdict });
    else expect(stdout).toMatch(/\n\d+ as expected, \d+ not · 0\.00 s\n$/);
    expect(code === 0 || code === 1).toBe(true);
  };
  const formats = fc.constantFrom(['--format', 'json'], ['--format', 'text'], ['--shard', '2/2']);
  await fc.assert(
    fc.asyncProperty(changes, formats, async (all, words) => {
      const config = structuredClone(usual) as Tree;
      for (const { where, how, value } of all) changed(config, where, how, structuredClone(value));
      await check(config, words);
    }),
    { numRuns: 120 },
  );
  // All three kinds must occur.
  await check(usual, []);
  await check({ ...usual, version: 2 }, []);
  await check({ ...usual, matrix: [entry, entry] }, ['--format', 'json']);
  expect([...seen].sort()).toEqual([0, 1, 64]);
});
