/** The benchmark as a user runs it: compiled, and in processes of its own. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';

import { ALLOCATOR } from '../../scripts/launcher.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, ...given: string[]): Ended {
  return spawnSync(command, given, { cwd: root, encoding: 'utf8' });
}

/** A run of the command that compiles; `bench` runs what it has compiled. */
let first: Ended;
beforeAll(() => {
  first = run('npm', 'run', '--silent', 'bench', '--', '--setting', '2,2,2');
});

function bench(...given: string[]): Ended {
  return run(process.execPath, 'dist-bench/bench/run.js', ...given);
}

test('the largest published setting has its counts', () => {
  const { status, stdout } = bench('--setting', '4,2,3', '--json');
  expect(status).toBe(0);
  const found = JSON.parse(stdout);
  expect(found).toMatchObject({
    setting: '4,2,3',
    bug: 0,
    states: 4_271_077,
    transitions: 18_827_983,
    depth: 37,
    verdict: 'holds',
    invariant: null,
    trace: null,
  });
  expect(found.transitionsPerSecond).toBeCloseTo(found.transitions / found.seconds, -2);
  expect(found.bytesPerState).toBeLessThan(200);
});

test('fingerprints count the same states in less memory', () => {
  const { status, stdout } = bench('--setting', '3,2,3', '--storage', 'fingerprint', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ storage: 'fingerprint', states: 121_978, depth: 32 });
});

test('a seeded bug comes with its trace', () => {
  const { status, stdout } = bench('--setting', '3,2,3', '--bug', '1', '--json', '--repeat', '2');
  expect(status).toBe(0);
  const found = JSON.parse(stdout);
  expect(found).toMatchObject({ bug: 1, verdict: 'violated', invariant: 'ii', traceLength: 7 });
  expect(found.trace).toHaveLength(7);
  expect(found.trace[0]).toBe('P0 faultStart 0');
});

test('a table has a row for each setting', () => {
  const { status, stdout } = first;
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ *P,V,F +states +transitions/m);
  expect(stdout).toMatch(/^ *2,2,2 +1,014 +2,245 +19 +holds/m);
});

test.each([
  [['--setting', '3,3'], '--setting takes processes, pages and frames, each 1 to 9'],
  [['--setting', '0,1,1'], "found '0,1,1'"],
  [['--bug', '4'], "--bug takes a whole number 0 to 3, found '4'"],
  [['--storage', 'small'], "--storage must be exact or fingerprint, found 'small'"],
  [['--repeat', 'often'], "--repeat takes a whole number 1 to 100, found 'often'"],
  [['--settings', '3,3,3'], "Unknown option '--settings'"],
  [['3,3,3'], "Unexpected argument '3,3,3'"],
])('%j is answered with one sentence and exit code 64', (given, sentence) => {
  const { status, stdout, stderr } = bench(...given);
  expect(status).toBe(64);
  expect(stdout).toBe('');
  expect(stderr).toContain(sentence);
  expect(stderr.split('\n')).toHaveLength(2);
});

test('peers are compared in a table of their own, without a bug', () => {
  const { status, stderr } = bench('--peers', '--bug', '1');
  expect(status).toBe(64);
  expect(stderr).toContain('--peers compares the model without a bug');
});

test('the allocator of the peers is set only where there are peers', () => {
  const { status, stderr } = bench('--same-allocator');
  expect(status).toBe(64);
  expect(stderr).toContain('it goes with --peers only');
});

test('systems are compared in a table of their own', () => {
  const { status, stderr } = bench('--systems', '--workers', '2');
  expect(status).toBe(64);
  expect(stderr).toContain('--systems has one table');
});

const spin = spawnSync('sh', ['-c', 'command -v spin rumur gcc && test -x /usr/bin/time']).status;
if (spin !== 0) {
  console.warn(
    'test/bench/run.test.ts: SKIPPED beside SPIN and Rumur: install spin, rumur, gcc, time',
  );
}
test.skipIf(spin !== 0)('SPIN and Rumur count the states that we count', () => {
  const { status, stdout } = bench('--peers', '--setting', '2,2,2', '--same-allocator');
  expect(status).toBe(0);
  expect(stdout).toContain(`everybody with GLIBC_TUNABLES=${ALLOCATOR}`);
  for (const name of ['vmcheck', 'SPIN depth first', 'SPIN breadth first', 'Rumur, one thread']) {
    expect(stdout).toMatch(new RegExp(`^${name} +1,014 `, 'm'));
  }
});
