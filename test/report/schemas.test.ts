/** The JSON output matches `docs/*.schema.json`, for every command and outcome. */

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { citationsOf } from '../../src/core/citations.ts';
import { InputError, ModelError } from '../../src/errors.ts';
import { OUTCOME_FORMAT } from '../../src/report/text/phrases.ts';
import type { System } from '../../src/system.ts';
import { systems } from '../../src/systems.ts';
import { folder } from '../cli/folder.ts';
import { errorInVmcheck, vmcheck } from '../cli/terminal.ts';
import { counters, refcount } from '../cli/toys.ts';
import { lostFrame } from '../counterexample/saved.ts';
import { validators, told, asJson, vector } from './validated.ts';

/** Fails where a scenario has this name. */
function failing(bad: Readonly<Record<string, Error>>): System {
  const names = ['two', 'refused', 'wrong', 'failed'];
  const scenarios = names.map((name) => ({ ...refcount.scenarios[0], name }));
  return {
    ...refcount,
    scenarios,
    build(spec) {
      const error = bad[spec.scenario.name];
      if (error !== undefined) throw error;
      return refcount.build(spec);
    },
  };
}

const partly = failing({
  refused: new InputError('no'),
  wrong: new ModelError('wrong'),
  failed: errorInVmcheck('x is undefined'),
});

test.each([
  [['explore', 'refcount'], 'violated'],
  [['explore', 'refcount', '--variant', 'fixed'], 'holds'],
  [['explore', 'refcount', '--variant', 'fixed', '--require-coverage', '99'], 'not-covered'],
  [['explore', 'refcount', '--keep-going', '--save', 'found'], 'violated'],
  [['explore', 'refcount', '--scenario', 'all', '--variant', 'fixed'], 'holds'],
  [['explore', 'counters', '--max-states', '100'], 'limited'],
  [['explore', 'counters', '--depth', '6', '--storage', 'fingerprint'], 'limited'],
  [['explore', 'counters', '--strategy', 'random', '--walks', '2'], 'limited'],
] as const)('%j', async (words, verdict) => {
  const ended = await vmcheck([...words, ...asJson], { cwd: folder() });
  expect(told('explore', ended)['verdict']).toBe(verdict);
});

test('explore where scenarios are refused and fail', async () => {
  const words = ['explore', '--scenario', 'all', '--variant', 'fixed', ...asJson];
  expect(told('explore', await vmcheck(words, { systems: [partly] }))).toMatchObject({
    verdict: 'failed',
    results: ['holds', 'refused', 'wrong-model', 'failed'].map((outcome) => ({ outcome })),
  });
});

test('gate, with every outcome that there is', async () => {
  const { cwd, content } = await lostFrame();
  const moved = { ...content, steps: content.steps.slice(1) };
  writeFileSync(join(cwd, 'found/moved.json'), JSON.stringify(moved));
  const entry = { system: 'refcount', scenario: 'two', expected: { outcome: 'violated' } };
  const matrix = [
    entry,
    { ...entry, variant: 'fixed' },
    { ...entry, scenario: 'refused' },
    { ...entry, scenario: 'wrong' },
    { ...entry, scenario: 'failed' },
    { ...entry, system: 'counters', scenario: 'six', limits: { maxStates: 10 } },
    { ...entry, reductions: ['symmetry'] },
  ];
  const cited = { ...refcount, name: 'cited' };
  mkdirSync(join(cwd, 'kernel'));
  const lines: string[] = [];
  for (const { line, token } of citationsOf(cited)) lines[line - 1] = token;
  writeFileSync(join(cwd, 'kernel/toy.c'), lines.join('\n'));
  const citations = ['kernel', 'found'].map((source) => ({ system: 'cited', source }));
  const config = { version: 1, matrix, counterexamples: ['found'], citations };
  writeFileSync(join(cwd, 'vmcheck.config.json'), JSON.stringify(config));
  const world = { cwd, systems: [partly, counters, cited] };
  const json = told('gate', await vmcheck(['gate', ...asJson], world));
  expect(json).toMatchObject({ verdict: 'failed', planned: 11, asExpected: 3, notAsExpected: 8 });
  const outcomes = (json['results'] as { outcome: string }[]).map(({ outcome }) => outcome);
  expect(new Set(outcomes)).toEqual(new Set(Object.keys(OUTCOME_FORMAT)));
});

test('replay, show and list', async () => {
  const { cwd, file } = await lostFrame();
  expect(told('replay', await vmcheck(['replay', 'found', ...asJson], { cwd }))).toMatchObject({
    verdict: 'as-expected',
    results: [{ name: file, ok: true, outcome: 'violated', breaches: [{ saved: file }] }],
  });
  for (const more of [[], ['--view', 'full'], ['--thread', 'P1']]) {
    told('show', await vmcheck(['show', file, ...more, ...asJson], { cwd }));
  }
  told('list', await vmcheck(['list', ...asJson]));
});

test('run, and run --compare', async () => {
  told('script', await vmcheck(['run', vector, ...asJson], { systems }));
  told('compare', await vmcheck(['run', vector, '--compare', ...asJson], { systems }));
  for (const kind of ['almos-mkh', 'minix-vm']) {
    const at = join('test/conformance', kind);
    for (const file of readdirSync(at).slice(0, 20)) {
      validators.script(JSON.parse(readFileSync(join(at, file), 'utf8')));
      expect(validators.script.errors ?? [], file).toEqual([]);
    }
  }
});

test('the real systems', async () => {
  told('list', await vmcheck(['list', ...asJson], { systems }));
  for (const { name } of systems) {
    const words = ['explore', name, '--keep-going', '--max-states', '3000', ...asJson];
    told('explore', await vmcheck([...words, '--scenario', scenarioOf(name)], { systems }));
    const [file] = readdirSync(join('counterexamples', name)).sort();
    const saved = join('counterexamples', name, file!);
    told('replay', await vmcheck(['replay', saved, ...asJson], { systems }));
    told('show', await vmcheck(['show', saved, '--view', 'full', ...asJson], { systems }));
  }
});

function scenarioOf(name: string): string {
  return systems.find((system) => system.name === name)!.defaultScenario;
}

test('one scenario, many, gate and replay have the same fields for the same things', async () => {
  const { cwd } = await lostFrame();
  const entry = { system: 'refcount', scenario: 'two', expected: { outcome: 'violated' } };
  const config = { version: 1, matrix: [entry], counterexamples: ['found'] };
  writeFileSync(join(cwd, 'vmcheck.config.json'), JSON.stringify(config));
  const fields = async (...words: string[]): Promise<string[][]> => {
    const { stdout } = await vmcheck([...words, ...asJson], { cwd });
    const json = JSON.parse(stdout);
    expect(typeof json.verdict).toBe('string');
    return json.results.map((result: object) => Object.keys(result).sort());
  };
  const [one] = await fields('explore');
  const others = [
    ...(await fields('explore', '--scenario', 'all')),
    ...(await fields('gate')),
    ...(await fields('replay', 'found')),
  ];
  expect(others).toHaveLength(5);
  for (const each of others) expect(each).toEqual(one);
});

test('an interrupt is reported in the same object', async () => {
  const { cwd } = await lostFrame();
  const entry = { system: 'refcount', scenario: 'two', expected: { outcome: 'violated' } };
  const config = { version: 1, matrix: [entry, entry], counterexamples: ['found'] };
  writeFileSync(join(cwd, 'vmcheck.config.json'), JSON.stringify(config));
  const commands = [['gate'], ['explore', '--scenario', 'all'], ['replay', 'found']] as const;
  for (const words of commands) {
    let asked = 0;
    // The interrupt is handled before the second job; a replay has only one.
    const interrupted = (): boolean => ++asked > (words[0] === 'replay' ? 0 : 1);
    const ended = await vmcheck([...words, ...asJson], { cwd, interrupted });
    const { verdict, planned, results } = told(words[0], ended) as unknown as {
      verdict: string;
      planned: number;
      results: unknown[];
    };
    expect(results).toHaveLength(words[0] === 'replay' ? 0 : 1);
    expect(planned).toBeGreaterThan(results.length);
    // A violation found before the interrupt still counts.
    expect(verdict).toBe(words[0] === 'explore' ? 'violated' : 'limited');
    expect(ended.code).toBe(words[0] === 'explore' ? 1 : 2);
  }
});

test('two runs differ only in measured values', async () => {
  const { cwd } = await lostFrame();
  const entry = { system: 'refcount', scenario: 'two', expected: { outcome: 'violated' } };
  const config = { version: 1, matrix: [entry], counterexamples: ['found'] };
  writeFileSync(join(cwd, 'vmcheck.config.json'), JSON.stringify(config));
  const run = async (words: readonly string[], tick: number) => {
    let time = 0;
    const now = (): number => (time += tick);
    const ended = await vmcheck([...words, ...asJson], { cwd, now });
    return JSON.parse(ended.stdout);
  };
  for (const words of [['explore'], ['explore', '--keep-going'], ['gate'], ['replay', 'found']]) {
    const { measured, ...first } = await run(words, 1);
    const { measured: later, ...second } = await run(words, 77);
    expect(second).toEqual(first);
    expect(later.seconds).toBeCloseTo(77 * measured.seconds, 6);
    expect(later.results).not.toEqual(measured.results);
  }
});
