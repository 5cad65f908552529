/** Where checkpoints are written, and which files are overwritten. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { programOf } from './child.ts';
import { folder } from './folder.ts';
import { vmcheck } from './terminal.ts';

const entry = programOf();

const short = ['explore', 'counters', '--depth', '6', '--format', 'json'];

function verdict(stdout: string): unknown {
  const { results } = JSON.parse(stdout);
  const [{ counts, coverage, breaches, outcome, limit }] = results;
  const { states, transitions, depth, frontier } = counts;
  return { states, transitions, depth, frontier, coverage, breaches, outcome, limit };
}

/** The whole file of a search to this depth. */
async function checkpoint(depth = '4'): Promise<string> {
  const file = join(folder(), 'search');
  const { stderr } = await vmcheck(['explore', 'counters', '--depth', depth, '--checkpoint', file]);
  expect(stderr).toBe('');
  return file;
}

/** After a search, the folder contains nothing but its checkpoint. */
function alone(file: string): void {
  expect(readdirSync(dirname(file))).toEqual([basename(file)]);
}

describe('a search resumed from the checkpoint of a limit ends like one without limits:', () => {
  test.each([
    ['--depth', '3'],
    ['--max-states', '500'],
    ['--max-states', '77'],
  ])('%s %s', async (name, value) => {
    const whole = await vmcheck(short);
    const file = join(folder(), 'search');
    const first = await vmcheck(['explore', 'counters', name, value, '--checkpoint', file]);
    expect(first.code).toBe(2);
    alone(file);
    const { stdout } = await vmcheck([...short, '--resume', file]);
    expect(verdict(stdout)).toEqual(verdict(whole.stdout));
  });

  test('SIGINT and SIGTERM', async () => {
    const words = ['explore', 'counters', '--depth', '15', '--format', 'json'];
    const whole = spawnSync(entry, words, { encoding: 'utf8' });
    const file = join(folder(), 'search');
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGINT'] as const) {
      const kept = statSync(file, { throwIfNoEntry: false }) ? '--resume' : '--checkpoint';
      const child = start([...words, kept, file]);
      child.once('message', () => child.kill(signal));
      expect(await ended(child)).toEqual({ code: 2, signal: null, stderr: '' });
      alone(file);
    }
    const last = spawnSync(entry, [...words, '--resume', file], { encoding: 'utf8' });
    expect(verdict(last.stdout)).toEqual(verdict(whole.stdout));
  });
});

describe('a limit that leaves nothing to save says so', () => {
  const words = ['explore', 'counters', '--memory-limit', '24M'];
  const small = 'the memory limit is too small for even the initial state: raise it';

  test('with a checkpoint, and without', async () => {
    const file = join(folder(), 'search');
    const kept = await vmcheck([...words, '--checkpoint', file]);
    const stderr = `vmcheck: ${small}; no checkpoint was written to ${file}\n`;
    expect(kept).toMatchObject({ code: 2, stderr });
    expect(readdirSync(dirname(file))).toEqual([]);
    expect(await vmcheck(words)).toMatchObject({ code: 2, stderr: `vmcheck: ${small}\n` });
  });

  test('but not if the search is resumed from a checkpoint, or has begun', async () => {
    const file = await checkpoint();
    const refused = await vmcheck([...words, '--resume', file]);
    expect(refused).toMatchObject({ code: 64, stdout: '' });
    expect(refused.stderr).not.toContain('no checkpoint');
    expect(await vmcheck(['explore', 'counters', '--max-states', '1'])).toMatchObject({
      stderr: '',
    });
  });
});

function start(words: readonly string[]): ChildProcess {
  return spawn(entry, words, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
}

function ended(child: ChildProcess): Promise<unknown> {
  let stderr = '';
  child.stderr?.on('data', (part) => (stderr += part));
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stderr }));
  });
}

describe('a file that is not a checkpoint is not overwritten:', () => {
  const refused = async (file: string, said: RegExp): Promise<void> => {
    const { code, stdout, stderr } = await vmcheck([...short, '--checkpoint', file]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toMatch(said);
    expect(stderr.match(/\n/g)).toHaveLength(1);
  };

  test('a device', async () => {
    await refused('/dev/null', /^vmcheck: \/dev\/null is a device, but a file was expected$/m);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('a folder, a name in a file, a link to nothing', async () => {
    const here = folder();
    await refused(here, /is a folder, but a file was expected/);
    await refused('/dev/full/search', /has a file in its path where a folder is needed/);
    symlinkSync('nothing', join(here, 'link'));
    await refused(join(here, 'link'), /does not exist/);
    await refused(join(here, 'x'.repeat(400)), /has too long a name/);
  });

  test('the file of another program, under its name or that of a part', async () => {
    for (const name of ['search', 'search.part']) {
      const here = folder();
      writeFileSync(join(here, name), '{"format":"vmcheck checkpoint 1"}');
      await refused(
        join(here, 'search'),
        /is not a checkpoint of this version .* name another file$/m,
      );
      expect(readFileSync(join(here, name), 'utf8')).toBe('{"format":"vmcheck checkpoint 1"}');
      alone(join(here, name));
    }
  });

  test('but an empty file, an old checkpoint and the rest of a killed search are', async () => {
    const file = await checkpoint();
    writeFileSync(`${file}.part`, readFileSync(file).subarray(0, 300));
    expect((await vmcheck([...short, '--checkpoint', file])).stderr).toBe('');
    alone(file);
    writeFileSync(file, '');
    expect((await vmcheck([...short, '--checkpoint', file])).stderr).toBe('');
    expect(statSync(file).size).toBeGreaterThan(0);
  });

  test('the rest of a killed search is removed even if the next one writes nothing', async () => {
    const file = join(folder(), 'search');
    const words = ['explore', 'refcount', '--variant', 'fixed'];
    await vmcheck([...words, '--depth', '2', '--checkpoint', file]);
    writeFileSync(`${file}.part`, readFileSync(file).subarray(0, 300));
    const before = statSync(file).mtimeMs;
    expect(await vmcheck([...words, '--resume', file])).toMatchObject({ code: 0, stderr: '' });
    expect(statSync(file).mtimeMs).toBe(before);
    alone(file);
  });

  test('and behind a link the file is, not the link', async () => {
    const here = folder();
    mkdirSync(join(here, 'disk'));
    writeFileSync(join(here, 'disk/search'), '');
    symlinkSync('disk/search', join(here, 'link'));
    await vmcheck([...short, '--checkpoint', join(here, 'link')]);
    expect(statSync(join(here, 'disk/search')).size).toBeGreaterThan(0);
    expect(readdirSync(here).sort()).toEqual(['disk', 'link']);
  });
});

describe('one search at a time', () => {
  test.each(['--checkpoint', '--spill'])(
    'has %s, and a killed one leaves it to the next',
    async (name) => {
      const here = folder();
      const place = name === '--spill' ? here : join(here, 'search');
      const left = name === '--spill' ? [] : ['search'];
      const child = start(['explore', 'counters', name, place]);
      await new Promise((resolve) => child.once('message', resolve));
      const second = await vmcheck([...short, name, place]);
      expect(second).toMatchObject({ code: 64, stdout: '' });
      expect(second.stderr).toContain(`is in use by another search (process ${child.pid}):`);
      child.kill('SIGKILL');
      await ended(child);
      expect((await vmcheck([...short, name, place])).stderr).toBe('');
      expect(readdirSync(here)).toEqual(left);
    },
  );

  test('also if the lock cannot be judged from here, or is none', async () => {
    const file = join(folder(), 'search');
    const owner = { format: 'vmcheck lock 1', process: 1, started: '1', boot: '', space: '' };
    writeFileSync(`${file}.lock`, JSON.stringify({ ...owner, host: 'elsewhere' }));
    const far = await vmcheck([...short, '--checkpoint', file]);
    expect(far.code).toBe(64);
    expect(far.stderr).toContain(
      'is locked by process 1 on elsewhere, which cannot be seen from here',
    );
    writeFileSync(`${file}.lock`, 'notes');
    const foreign = await vmcheck([...short, '--checkpoint', file]);
    expect(foreign.code).toBe(64);
    expect(foreign.stderr).toContain('exists and is not a lock of vmcheck');
    expect(readFileSync(`${file}.lock`, 'utf8')).toBe('notes');
  });
});

test('a disk that is full later ends the search as limited, with what was found', () => {
  const file = join(folder(), 'search');
  // No file of more than 64 KiB, until which there is a checkpoint or two.
  const command = 'ulimit -f 128; exec "$0" "$@"';
  const often = ['--checkpoint', file, '--checkpoint-interval', '0.000001'];
  const words = ['-c', command, entry, 'explore', 'counters', '--format', 'json', ...often];
  const { status, stdout, stderr } = spawnSync('sh', words, { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /^vmcheck: .*search does not fit: no file may be that large here: [^\n]*\n$/,
  );
  expect(verdict(stdout)).toMatchObject({ outcome: 'limited', limit: 'disk' });
  alone(file);
  const again = spawnSync(entry, [...short, '--resume', file], { encoding: 'utf8' });
  expect(again.stderr).toBe('');
  expect(verdict(again.stdout)).toMatchObject({ limit: 'depth' });
});
