/**
 * `npm run bench -- --systems`: a large scenario of ALMOS-MKH beside MiniCOW, in one run. Their
 * states differ in size, so the bytes of states per second of processor time are compared.
 *
 * Programs run in turns, so that the load of the machine affects both, each in its own process.
 * This file is also the program that measures the scenario.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { explore } from '../src/explore.ts';
import type { Scenario } from '../src/system.ts';
import { almosMkh } from '../src/systems/almos-mkh.ts';

/** What both programs print, as one line of JSON. */
interface Run {
  readonly states: number;
  readonly transitions: number;
  /** The size of a state in 32-bit words. */
  readonly words: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** The first million states: 20 million are reachable. */
const MOST_STATES = 1_000_000;
const SETTING = '4,2,3';

const self = fileURLToPath(import.meta.url);
const miniCow = fileURLToPath(new URL('./measure.js', import.meta.url));

const PROGRAMS: readonly (readonly [name: string, ...command: string[]])[] = [
  [`MiniCOW ${SETTING}`, miniCow, ...SETTING.split(','), '0', '1'],
  ['ALMOS-MKH large', self],
];

/** Measures all programs in turns, `repeat` times, and prints the medians by processor time. */
export function compareSystems(repeat: number): void {
  const runs = PROGRAMS.map((): Run[] => []);
  for (let turn = 0; turn < repeat; turn++) {
    PROGRAMS.forEach(([name, ...command], i) => runs[i].push(measured(name, command)));
  }
  const medians = runs.map(
    (of) => of.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds)[(repeat - 1) >> 1],
  );
  console.log(`exact storage, one thread, all invariants; medians of ${repeat} by processor time`);
  console.log(
    row([
      '',
      'states',
      'transitions',
      'words',
      'cpu s',
      'trans./s',
      'µs/trans.',
      'MB/s',
      'ratio',
      'peak MB',
    ]),
  );
  medians.forEach((run, i) => console.log(row([PROGRAMS[i][0], ...cellsOf(run, medians[0])])));
  console.log(
    'MB/s: transitions per second of processor time, each with the bytes of the state that it ' +
      'makes;\nratio: of that to MiniCOW.',
  );
}

function measured(name: string, [program, ...given]: readonly string[]): Run {
  const { stdout, status, signal } = spawnSync(program, given, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`The run of ${name} ended with ${signal ?? status}.`);
  return JSON.parse(stdout) as Run;
}

function bytesPerSecond({ transitions, words, cpuSeconds }: Run): number {
  return (transitions * words * 4) / cpuSeconds;
}

function cellsOf(run: Run, miniCowRun: Run): string[] {
  const { states, transitions, words, cpuSeconds, peakBytes } = run;
  return [
    states.toLocaleString('en-US'),
    transitions.toLocaleString('en-US'),
    String(words),
    cpuSeconds.toFixed(2),
    Math.round(transitions / cpuSeconds).toLocaleString('en-US'),
    ((cpuSeconds / transitions) * 1e6).toFixed(2),
    (bytesPerSecond(run) / 1e6).toFixed(1),
    (bytesPerSecond(run) / bytesPerSecond(miniCowRun)).toFixed(2),
    (peakBytes / 2 ** 20).toFixed(0),
  ];
}

function row([name, ...cells]: readonly string[]): string {
  const widths = [10, 12, 6, 8, 11, 10, 8, 7, 8];
  return [name.padEnd(16), ...cells.map((cell, i) => cell.padStart(widths[i]))].join('');
}

/** The scenario, with all fixes and all invariants. */
function measure(): Run {
  const file = new URL('../../scenarios/almos-mkh/large.json', import.meta.url);
  const model = almosMkh.build({
    system: almosMkh.name,
    scenario: JSON.parse(readFileSync(file, 'utf8')) as Scenario,
    fixes: almosMkh.fixes.map(({ name }) => name),
    hardware: almosMkh.defaultHardware,
    options: {},
    invariants: almosMkh.invariants.map(({ name }) => name),
  });
  const cpu = process.cpuUsage();
  const { states, transitions } = explore(model, { maxStates: MOST_STATES });
  const { user, system } = process.cpuUsage(cpu);
  return {
    states,
    transitions,
    words: model.words,
    cpuSeconds: (user + system) / 1e6,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
}

if (process.argv[1] === self) console.log(JSON.stringify(measure()));
