import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, expect, test } from 'vitest';

import { compile } from './child.ts';

const compiled = await compile();
afterAll(() => compiled.remove());

function start(words: readonly string[]): ChildProcess {
  return spawn(compiled.entry, words, {
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
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...read })));
}

test('a reader that leaves early changes neither the exit code nor stderr', async () => {
  const child = start(['explore', '--format', 'json']);
  child.stdout?.destroy();
  const { code, stderr } = await ended(child);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
});

test('the first Ctrl-C prints what was found as limited', async () => {
  const child = start(['explore', 'counters']);
  const end = ended(child);
  child.once('message', () => child.kill('SIGINT'));
  const { code, stdout, stderr } = await end;
  expect(stdout).toMatch(/^limited {2}nothing is proved: interrupted, [\d,]+ states not expanded/m);
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
});

test('a second Ctrl-C ends the process at once', async () => {
  const child = spawn(compiled.entry, [], {
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

test('no live line is written into a pipe', async () => {
  const { code, stderr } = await ended(start(['explore', 'counters', '--time-limit', '1']));
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
});
