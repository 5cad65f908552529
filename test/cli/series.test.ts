/** Commands that run a series of jobs continue after a job that fails. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { InputError, ModelError } from '../../src/errors.ts';
import type { System } from '../../src/system.ts';
import { lostFrame } from '../counterexample/saved.ts';
import { folder } from './folder.ts';
import { type Ended, vmcheck, errorInVmcheck } from './terminal.ts';
import { counters, refcount } from './toys.ts';

const expected = { outcome: 'holds' };
const mended = { system: 'refcount', scenario: 'two', variant: 'fixed', expected };
const single = { ...mended, scenario: 'one' };

/** `refcount` whose scenario `one` cannot be built. */
function failing(error: () => Error): System {
  return {
    ...refcount,
    build(spec) {
      if (spec.scenario.name === 'one') throw error();
      return refcount.build(spec);
    },
  };
}

/** `code`: the expected exit code of the command. */
interface Told {
  readonly outcome: string;
  readonly code?: number;
  readonly said: string;
}

const errors: readonly (readonly [string, () => Error, object])[] = [
  ['that is refused', () => new InputError('too small'), { outcome: 'refused', said: 'too small' }],
  [
    'whose model is wrong',
    () => new ModelError('pc is 9'),
    { outcome: 'wrong-model', code: 65, said: 'an error in the model: pc is 9' },
  ],
  [
    'where vmcheck is wrong',
    () => errorInVmcheck('x is undefined'),
    { outcome: 'failed', code: 70, said: 'an error in vmcheck: x is undefined' },
  ],
];

async function gate(matrix: readonly object[], system: System, ...words: string[]): Promise<Ended> {
  const cwd = folder();
  writeFileSync(join(cwd, 'vmcheck.config.json'), JSON.stringify({ version: 1, matrix }));
  return vmcheck(['gate', ...words], { cwd, systems: [system, counters] });
}

test.for(errors)('gate goes on behind an entry %s, and names it', async ([, error, told]) => {
  const { outcome, said, code: own } = told as Told;
  const system = failing(error);
  const matrix = [single, mended, { ...single, fixes: [], expected: { outcome: 'violated' } }];
  const { code, stdout, stderr } = await gate(matrix, system);
  expect(stdout).toBe(
    [
      `✗ refcount fixed · one · plain: ${said} · 0.00 s`,
      '  · matrix[0] of the configuration',
      '✓ refcount fixed · two · plain: holds, 17 states · 0.00 s',
      `✗ refcount fixed · one · plain: ${said} · 0.00 s`,
      '  · matrix[2] of the configuration',
      '',
      '1 as expected, 2 not · 0.00 s',
      '',
    ].join('\n'),
  );
  expect(code).toBe(own ?? 1);
  expect(stderr.includes('internal error')).toBe(outcome === 'failed');
  expect(stderr.includes('is wrong: pc is 9\n')).toBe(outcome === 'wrong-model');
  const json = await gate(matrix, system, '--format', 'json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    verdict: own === undefined ? 'not-as-expected' : outcome,
    planned: 3,
    asExpected: 1,
    notAsExpected: 2,
    results: [{ entry: 0, outcome, sentence: said }, { outcome: 'holds' }, { entry: 2, outcome }],
  });
  const shard = await gate(matrix, system, '--shard', '2/3');
  expect(shard).toMatchObject({ code: 0, stderr: '' });
  expect((await gate(matrix, system, '--shard', '3/3')).stdout).toContain('matrix[2]');
});

test('an entry whose reduction is refused is distinct from the one without it', async () => {
  const plain = { ...mended, fixes: [] };
  const { code, stdout } = await gate([{ ...plain, reductions: ['symmetry'] }, plain], refcount);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^✗ refcount fixed · two · plain · with symmetry: Symmetry: the model /m);
  expect(stdout).toContain('✓ refcount fixed · two · plain: holds, 17 states');
  expect(stdout).toContain('1 as expected, 1 not');
});

test.for(errors)('replay goes on behind a counterexample %s', async ([, error, told]) => {
  const { cwd, file, content } = await lostFrame();
  const { said, code: own } = told as Told;
  const scenario = { ...content.scenario, name: 'one' };
  writeFileSync(join(cwd, 'found/first.json'), JSON.stringify({ ...content, scenario }));
  const systems = [failing(error), counters];
  const { code, stdout } = await vmcheck(['replay', 'found'], { cwd, systems });
  expect(stdout).toContain(`✗ found/first.json: ${said}`);
  expect(stdout).toContain(`✓ ${file}: violates`);
  expect(stdout).toContain('1 as expected, 1 not');
  expect(code).toBe(own ?? 64);
  const missed = { ...content, steps: content.steps.slice(0, -1) };
  writeFileSync(join(cwd, 'found/missed.json'), JSON.stringify(missed));
  const both = await vmcheck(['replay', 'found'], { cwd, systems });
  expect(both.code).toBe(own ?? 1);
});

test.for(errors)('explore goes on behind a scenario %s, and keeps the results', async (given) => {
  const [, error, told] = given;
  const { outcome, said, code: own } = told as Told;
  const systems = [failing(error)];
  const cwd = folder();
  const all = ['explore', '--scenario', 'all', '--variant', 'fixed'];
  const { code, stdout } = await vmcheck(all, { systems });
  expect(stdout).toMatch(/holds {5}17 states/);
  expect(stdout).toContain(`refcount r1 fixed · one · plain\n  ${outcome.padEnd(8)}  ${said}\n`);
  expect(stdout).toContain(`0 distinct violations in 1 scenario, 1 ${outcome} · 0.00 s`);
  expect(code).toBe(own ?? 64);

  // A violation is reported and saved, whatever becomes of the other scenarios.
  const broken = ['explore', '--scenario', 'all', '--save', 'found', '--format', 'json'];
  const found = await vmcheck(broken, { systems, cwd });
  expect(JSON.parse(found.stdout)).toMatchObject({
    verdict: own === undefined ? 'violated' : outcome,
    planned: 2,
    results: [
      { name: 'two', outcome: 'violated', breaches: [{ saved: expect.stringContaining('two') }] },
      { name: 'one', outcome, sentence: said, counts: null, breaches: [] },
    ],
    distinct: [{ scenario: 'two' }],
  });
  expect(found.code).toBe(own ?? 1);
  expect((await vmcheck(['replay', 'found'], { cwd })).code).toBe(0);
});

test('a single scenario that is refused ends the command with its sentence', async () => {
  const systems = [failing(() => new InputError('too small'))];
  for (const format of ['text', 'json']) {
    const words = ['explore', '--scenario', 'one', '--format', format];
    const refused = await vmcheck(words, { systems });
    expect(refused).toEqual({ code: 64, stdout: '', stderr: 'vmcheck: too small\n' });
  }
});

test('the total is the time on the clock, not the sum of the parts', async () => {
  const { cwd } = await lostFrame();
  const config = { version: 1, matrix: [mended, mended], counterexamples: ['found'] };
  writeFileSync(join(cwd, 'vmcheck.config.json'), JSON.stringify(config));
  for (const words of [['gate'], ['replay'].concat('found'), ['explore', '--scenario', 'all']]) {
    let time = 0;
    const now = (): number => (time += 1000);
    const { stdout } = await vmcheck([...words, '--format', 'json'], { cwd, now });
    const { seconds, results } = JSON.parse(stdout).measured;
    const sum = results.reduce((all: number, one: { seconds: number }) => all + one.seconds, 0);
    // The command reads the clock first and last.
    expect(seconds).toBe(time / 1000 - 1);
    expect(seconds).toBeGreaterThan(sum);
  }
});
