import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { programOf } from './child.ts';
import { folder } from './folder.ts';

const entry = programOf();
const main = programOf('src/cli/main.ts');

function start(words: readonly string[]): ChildProcess {
  return spawn(entry, words, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function ended(child: ChildProcess): Promise<Ended> {
  const read = { stdout: '', stderr: '' };
  child.stdout?.on('data', (part) => (read.stdout += part));
  child.stderr?.on('data', (part) => (read.stderr += part));
  return new Promise((end) => child.on('close', (code) => end({ code, ...read })));
}

test('a reader that leaves early changes neither the exit code nor stderr', async () => {
  const child = start(['explore', '--format', 'json']);
  child.stdout?.destroy();
  const { code, stderr } = await ended(child);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
});

test('a second Ctrl-C ends the process at once', async () => {
  const child = spawn(entry, [], {
    env: { ...process.env, VMCHECK_TEST_HANG: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const said: string[] = [];
  const signal = await new Promise((resolve) => {
    child.on('close', (_code, reason) => resolve(reason));
    child.stdout?.on('data', (part) => {
      said.push(String(part));
      child.kill('SIGINT');
    });
  });
  expect({ said, signal }).toEqual({ said: ['ready', 'heard'], signal: 'SIGINT' });
});

const gate = JSON.stringify({
  version: 1,
  matrix: [
    { system: 'refcount', scenario: 'one', expected: { outcome: 'holds' } },
    { system: 'counters', scenario: 'six', expected: { outcome: 'holds' } },
  ],
});

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  test('ends a search in its middle', async () => {
    const child = start(['explore', 'counters']);
    const end = ended(child);
    child.once('message', () => child.kill(signal));
    const { code, stdout, stderr } = await end;
    expect(stdout).toMatch(/^limited {2}nothing is proved: interrupted, /m);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  });

  test('ends a gate in the middle of a check, with its summary', async () => {
    const config = join(folder(), 'gate.json');
    writeFileSync(config, gate);
    const child = start(['gate', '--config', config]);
    const end = ended(child);
    let searches = 0;
    child.on('message', () => ++searches === 2 && child.kill(signal));
    const { code, stdout, stderr } = await end;
    expect(stdout).toMatch(/^✓ refcount .*\n\n1 as expected, 0 not/m);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'vmcheck: interrupted: 1 check not run\n',
    });
  });

  // Node's own listener has just been called; the rest of the program is not loaded yet.
  test.each([
    ['explore counters', 2, /^limited {2}nothing is proved: interrupted/m, ''],
    ['explore --keep-going', 2, /interrupted/, 'vmcheck: interrupted: 1 scenario not run\n'],
    ['replay', 2, /^0 as expected, 0 not/m, 'vmcheck: interrupted: 1 check not run\n'],
    ['gate', 2, /^0 as expected, 0 not/m, 'vmcheck: interrupted: 2 checks not run\n'],
  ])('is heard before %s has begun', (words, status, stdout, stderr) => {
    const cwd = folder();
    spawnSync(entry, ['explore', '--save', 'counterexamples'], { cwd });
    writeFileSync(join(cwd, 'vmcheck.config.json'), gate);
    const found = spawnAndSignal(words, signal, cwd);
    expect({ status: found.status, stderr: found.stderr }).toEqual({ status, stderr });
    expect(found.stdout).toMatch(stdout);
  });

  test('ends a script at once, because it reports nothing before its end', () => {
    const vector = resolve('test/conformance/almos-mkh/53_easy_read_write.json');
    const found = spawnAndSignal(`run ${vector}`, signal, '.', main);
    const { signal: reason, stdout, stderr } = found;
    expect({ reason, stdout, stderr }).toEqual({ reason: signal, stdout: '', stderr: '' });
  });
});

/** Runs a command that is sent a signal as soon as it listens for them. */
function spawnAndSignal(words: string, signal: string, cwd: string, program = entry) {
  const code = `
    const on = process.on;
    process.on = function (name, callback) {
      on.call(this, name, callback);
      if (name === 'SIGTERM') process.kill(process.pid, '${signal}');
      return this;
    };`;
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(code)}`;
  const env = { ...process.env, NODE_OPTIONS };
  return spawnSync(program, words.split(' '), { cwd, encoding: 'utf8', env });
}

describe('output that cannot be written', () => {
  const full = openSync('/dev/full', 'w');
  afterAll(() => closeSync(full));

  test.each(['list', '--help', 'explore', 'explore --keep-going --format json', 'replay', 'gate'])(
    'of %s is told in a sentence, with an exit code that no verdict has',
    (words) => {
      const cwd = folder();
      spawnSync(entry, ['explore', '--save', 'counterexamples'], { cwd });
      const small = gate.replace('counters', 'refcount').replace('six', 'two');
      writeFileSync(join(cwd, 'vmcheck.config.json'), small);
      const stdio = ['ignore', full, 'pipe'] as const;
      const { status, stderr } = spawnSync(entry, words.split(' '), {
        cwd,
        encoding: 'utf8',
        stdio: [...stdio],
      });
      expect({ status, stderr }).toEqual({
        status: 64,
        stderr:
          'vmcheck: the output is incomplete: standard output does not fit: the disk is full\n',
      });
    },
  );

  test('is reported even if a part of it still fits', () => {
    const file = join(folder(), 'out');
    // At most 512 bytes, of which Node writes as many as fit and then reports success.
    const command = `ulimit -f 1; exec "$0" list > "$1"`;
    const { status, stderr } = spawnSync('sh', ['-c', command, entry, file], {
      encoding: 'utf8',
    });
    expect(stderr).toMatch(
      /^vmcheck: the output is incomplete: standard output does not fit: .*\n$/,
    );
    expect(status).toBe(64);
    expect(statSync(file).size).toBeGreaterThan(0);
  });
});

describe('a standard output that is closed', () => {
  const start = (redirection: string, words: string) =>
    spawnSync('sh', ['-c', `exec "$0" ${words} ${redirection}`, entry], { encoding: 'utf8' });

  test.each(['list', '--help', 'explore', 'explore --format json'])(
    'makes %s end in one sentence, as a full disk does',
    (words) => {
      const { status, stderr } = start('>&-', words);
      expect({ status, stderr }).toEqual({
        status: 64,
        stderr: 'vmcheck: standard output is closed: leave it open, or redirect it to a file\n',
      });
    },
  );

  test('is not one that is thrown away on purpose', () => {
    const { status, stderr } = start('>/dev/null', 'explore --scenario one');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

test('no live line is written into a pipe', async () => {
  const { code, stderr } = await ended(start(['explore', 'counters', '--time-limit', '1']));
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
});
