/**
 * `npm run bench`: measures time and memory of exploring MiniCOW with all four invariants.
 *
 *     npm run bench                                        a table of several settings
 *     npm run --silent bench -- --setting 3,3,3 --json     one setting (processes, pages, frames)
 *     --bug N       with a seeded bug, 1 to 3
 *     --workers N   threads that search
 *     --storage S   exact or fingerprint
 *     --repeat N    the median of N runs by processor time
 *     --json        one object per setting instead of the table
 *     --peers       SPIN and Rumur beside it, on 3,2,3, 3,3,3 and 4,2,3 unless a setting is named
 *     --same-allocator   with --peers: they get the settings of the allocator that ours starts with
 *     --systems     a large scenario of ALMOS-MKH beside it
 *
 * Each run is a separate process, started like the command `vmcheck`. Exit code 64 for arguments
 * that make no sense.
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { InputError } from '../src/errors.ts';
import { MOST_WORKERS } from '../src/explorer/options.ts';
import type { Measurement } from './measure.ts';
import { BUGS } from './minicow.ts';
import { compare } from './beside.ts';
import { compareSystems } from './systems.ts';

const SETTINGS = ['2,1,1', '2,2,2', '2,3,3', '3,2,3', '3,3,3', '4,2,3'];
/** Large enough that the start of a program does not matter. */
const SETTINGS_WITH_PEERS = ['3,2,3', '3,3,3', '4,2,3'];
/** Larger values are far out of reach of a search. */
const MOST = 9;
const MOST_REPEATS = 100;

interface Request {
  readonly settings: readonly string[];
  readonly bug: number;
  readonly workers: number;
  readonly storage: 'exact' | 'fingerprint';
  readonly repeat: number;
  readonly json: boolean;
  readonly peers: boolean;
  readonly sameAllocator: boolean;
  readonly systems: boolean;
}

function requestOf(argv: readonly string[]): Request {
  const { 'same-allocator': sameAllocator, ...given } = parsed(argv);
  const { setting, bug, workers, storage, repeat, json, peers, systems } = given;
  if (setting !== undefined && !new RegExp(`^[1-${MOST}],[1-${MOST}],[1-${MOST}]$`).test(setting)) {
    throw new InputError(
      `--setting takes processes, pages and frames, each 1 to ${MOST}, as in 3,3,3; ` +
        `found '${setting}'.`,
    );
  }
  if (peers && (json || bug !== '0' || storage !== 'exact')) {
    throw new InputError(
      '--peers compares the model without a bug, stored exactly, in a table: no --json, no ' +
        '--bug, no --storage.',
    );
  }
  if (sameAllocator && !peers) {
    throw new InputError(
      '--same-allocator is about the other checkers: it goes with --peers only.',
    );
  }
  if (storage !== 'exact' && storage !== 'fingerprint') {
    throw new InputError(`--storage must be exact or fingerprint, found '${storage}'.`);
  }
  const plain = bug === '0' && workers === '1' && storage === 'exact' && setting === undefined;
  if (systems && (json || peers || !plain)) {
    throw new InputError(
      '--systems has one table, measured with one thread: only --repeat goes with it.',
    );
  }
  const usual = peers ? SETTINGS_WITH_PEERS : SETTINGS;
  return {
    settings: setting === undefined ? usual : [setting],
    bug: wholeNumber('--bug', bug, 0, BUGS.length - 1),
    workers: wholeNumber('--workers', workers, 1, MOST_WORKERS),
    storage,
    repeat: wholeNumber('--repeat', repeat, 1, MOST_REPEATS),
    json,
    peers,
    sameAllocator,
    systems,
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        setting: { type: 'string' },
        bug: { type: 'string', default: '0' },
        workers: { type: 'string', default: '1' },
        storage: { type: 'string', default: 'exact' },
        repeat: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        peers: { type: 'boolean', default: false },
        'same-allocator': { type: 'boolean', default: false },
        systems: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\.? To specify|\n/);
    const known =
      '--setting P,V,F, --bug N, --workers N, --storage S, --repeat N, --json, --peers, ' +
      '--same-allocator and --systems';
    throw new InputError(`${sentence}; ${known} are known.`);
  }
}

function wholeNumber(option: string, given: string, min: number, max: number): number {
  const number = Number(given);
  if (/^\d+$/.test(given) && number >= min && number <= max) return number;
  throw new InputError(`${option} takes a whole number ${min} to ${max}, found '${given}'.`);
}

/** The median by processor time of several runs, each in its own process. */
function run(setting: string, { bug, workers, storage, repeat }: Request): Measurement {
  const measure = fileURLToPath(new URL('./measure.js', import.meta.url));
  const runs = Array.from({ length: repeat }, (): Measurement => {
    const { stdout, status, signal } = spawnSync(
      measure,
      [...setting.split(','), String(bug), String(workers), storage],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    );
    if (status !== 0) throw new Error(`The run of ${setting} ended with ${signal ?? status}.`);
    return JSON.parse(stdout) as Measurement;
  });
  runs.sort((a, b) => a.cpuSeconds - b.cpuSeconds);
  return runs[Math.floor((repeat - 1) / 2)];
}

const count = (n: number): string => n.toLocaleString('en-US');
const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

type Row = readonly [heading: string, width: number, cell: (of: Measurement) => string];
const COLUMNS: readonly Row[] = [
  ['P,V,F', 6, (m) => m.setting],
  ['states', 10, (m) => count(m.states)],
  ['transitions', 11, (m) => count(m.transitions)],
  ['depth', 5, (m) => count(m.depth)],
  [
    'verdict',
    14,
    ({ verdict, invariant, traceLength }) =>
      invariant === null ? verdict : `${invariant} in ${traceLength} steps`,
  ],
  ['seconds', 8, (m) => m.seconds.toFixed(3)],
  ['cpu s', 7, (m) => m.cpuSeconds.toFixed(3)],
  ['states/s', 9, (m) => count(m.statesPerSecond)],
  ['trans./s', 9, (m) => count(m.transitionsPerSecond)],
  ['B/state', 9, (m) => count(m.bytesPerState)],
  ['above', 9, (m) => count(m.bytesPerStateAboveStart)],
  ['stored', 7, (m) => count(m.bytesPerStateStored)],
  ['peak MB', 7, (m) => megabytes(m.peakBytes)],
];

function line(cells: readonly string[]): string {
  return cells.map((cell, i) => cell.padStart(COLUMNS[i][1])).join('  ');
}

function main(argv: readonly string[]): void {
  const request = requestOf(argv);
  const { settings, bug, workers, storage, repeat, json, peers, systems, sameAllocator } = request;
  if (systems) {
    compareSystems(repeat);
    return;
  }
  if (peers) {
    compare(settings, repeat, sameAllocator);
    return;
  }
  if (json) {
    for (const setting of settings) console.log(JSON.stringify(run(setting, request)));
    return;
  }
  const threads = workers === 1 ? 'one thread' : `${workers} threads`;
  console.log(`MiniCOW, ${storage} storage, ${threads}, invariants i to iv; bug: ${BUGS[bug]}`);
  console.log(line(COLUMNS.map(([heading]) => heading)));
  for (const setting of settings) {
    const measured = run(setting, request);
    console.log(line(COLUMNS.map(([, , cell]) => cell(measured))));
  }
  console.log(
    'B/state: peak resident memory per state, Node included; above: what the search added to it; ' +
      '\nstored: states, parents and visited set as the search counts them.',
  );
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 70);
});
try {
  main(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = error instanceof InputError ? 64 : 70;
}
