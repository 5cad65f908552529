/** `vmcheck/cli`: what commands do, as functions. */

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveSpec, runSearch } from '../../src/index.ts';
import {
  commandHost,
  EXIT,
  exitCode,
  loadCounterexample,
  readCounterexample,
  recordedTrace,
  replayCounterexample,
  reporters,
  runCommand,
  runGate,
  saveCounterexamples,
  searchHost,
  terminalOf,
  verdictOf,
} from '../../src/cli/index.ts';
import { folder } from './folder.ts';
import { broken, mended } from './gated.ts';
import { counters, refcount } from './toys.ts';

const systems = [refcount, counters];
const spec = resolveSpec(refcount, { invariants: ['no-lost-frame'] });

test('a search is saved, loaded and replayed', async () => {
  const place = folder();
  const result = await runSearch({ system: refcount, spec }, searchHost());
  const [file, ...others] = saveCounterexamples(result, place);
  expect(others).toEqual([]);
  expect(file).toBe(join(place, 'refcount/no-lost-frame.two.json'));
  expect(result.traces[0]).toMatchObject(recordedTrace(readCounterexample(file!)));
  const replayed = replayCounterexample(await loadCounterexample(file!, systems));
  expect(replayed).toMatchObject({ ok: true, remarks: [] });
  expect(replayed.reproduced?.trace.sentence).toBe(result.traces[0]?.sentence);
  expect(replayed.reproduced?.trace.steps).toHaveLength(6);
});

test('what cannot be saved or loaded is said in a sentence', async () => {
  const place = join(folder(), 'file');
  writeFileSync(place, '{}');
  const result = await runSearch({ system: refcount, spec }, searchHost());
  expect(() => saveCounterexamples(result, place)).toThrow(/^(?!--save)/);
  await expect(loadCounterexample(place, systems)).rejects.toThrow('no field "format"');
});

test('a gate runs without a terminal, and its results can be reported', async () => {
  const cwd = folder();
  const config = { version: 1, matrix: [broken, mended] };
  writeFileSync(join(cwd, 'gate.json'), JSON.stringify(config));
  const told: string[] = [];
  const run = await runGate('gate.json', {
    cwd,
    systems,
    onResult: ({ ok }, planned) => void told.push(`${ok} of ${planned}`),
    onRemark: (text) => void told.push(text),
  });
  expect(told).toEqual(['true of 2', 'true of 2']);
  expect(exitCode(verdictOf(run))).toBe(EXIT.fine);
  const text = reporters[0].checks?.end(run, terminalOf(80, false));
  expect(text).toContain('2 as expected');
});

test('a command runs with a host, which has its output', async () => {
  const cwd = folder();
  const written: string[] = [];
  const stdout = { write: (text: string) => void written.push(text), isTTY: false, columns: 80 };
  const host = commandHost({ systems, cwd, stdout });
  const words = ['explore', 'refcount', '--invariant', 'no-lost-frame', '--save', 'traces'];
  expect(await runCommand(words, host)).toBe(EXIT.violated);
  expect(written.join('')).toContain('no-lost-frame');
  expect(existsSync(join(cwd, 'traces/refcount/no-lost-frame.two.json'))).toBe(true);
  expect(await runCommand(['explore', 'nothing'], host)).toBe(EXIT.usage);
});
