/**
 * Counterexamples are written completely or not at all, and violations are reported in any case.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { programOf } from '../cli/child.ts';
import { folder } from '../cli/folder.ts';
import { vmcheck } from '../cli/terminal.ts';

const entry = programOf();

const search = ['explore', '--invariant', 'no-lost-frame', '--save', 'found'];
const NAME = 'no-lost-frame.two.json';

/** A folder where nothing can be saved, and why. */
const hindrances: readonly (readonly [string, (found: string) => void, string])[] = [
  [
    'a file in place of a folder',
    (found) => writeFileSync(join(found, 'refcount'), ''),
    'has a file in its path where a folder is needed',
  ],
  [
    'a folder in place of the file',
    (found) => mkdirSync(join(found, 'refcount', NAME), { recursive: true }),
    'is a folder, but a file was expected',
  ],
  [
    'a device in place of the file',
    (found) => {
      mkdirSync(join(found, 'refcount'));
      symlinkSync('/dev/null', join(found, 'refcount', NAME));
    },
    'is a device, but a file was expected',
  ],
];

describe.each(hindrances)('%s', (_, hinder, why) => {
  test.each([
    ['one search', search, /^violated {2}no-lost-frame/m],
    ['several', [...search, '--scenario', 'all'], /^1 distinct violation/m],
    [
      'several as JSON',
      [...search, '--scenario', 'all', '--format', 'json'],
      /"verdict":\s*"violated"/,
    ],
  ])('takes no verdict from %s', async (_name, words, verdict) => {
    const cwd = folder();
    mkdirSync(join(cwd, 'found'));
    hinder(join(cwd, 'found'));
    const before = readdirSync(cwd, { recursive: true });
    const { code, stdout, stderr } = await vmcheck(words, { cwd });
    expect(stdout).toMatch(verdict);
    expect(stdout).not.toContain('replay with');
    const shown = join('found', 'refcount', NAME);
    expect({ code, stderr }).toEqual({ code: 64, stderr: `vmcheck: --save: ${shown} ${why}\n` });
    expect(readdirSync(cwd, { recursive: true })).toEqual(before);
  });
});

test('a file that does not fit leaves the old one as it was, and nothing else', async () => {
  const cwd = folder();
  await vmcheck(search, { cwd });
  const place = join(cwd, 'found', 'refcount');
  writeFileSync(join(place, NAME), 'old');
  const command = 'ulimit -f 1; exec "$0" "$@"';
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command, entry, ...search], {
    cwd,
    encoding: 'utf8',
  });
  expect(stdout).toMatch(/^violated {2}no-lost-frame/m);
  expect(stderr).toMatch(
    /^vmcheck: --save: .*two\.json does not fit: no file may be that large here\n$/,
  );
  expect(status).toBe(64);
  expect(readdirSync(place)).toEqual([NAME]);
  expect(readFileSync(join(place, NAME), 'utf8')).toBe('old');
});

test('names that are too long for a file are shortened, and stay different', async () => {
  const cwd = folder();
  const long = 'x'.repeat(400);
  for (const name of [`${long}y`, `${long}z`, `${long}y`]) {
    const scenario = { name, purpose: 'Is its name too long?', processes: 2 };
    writeFileSync(join(cwd, 'long.json'), JSON.stringify(scenario));
    const { code, stderr } = await vmcheck([...search, '--scenario', './long.json'], { cwd });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  }
  const names = readdirSync(join(cwd, 'found/refcount'));
  expect(names).toHaveLength(2);
  for (const name of names) expect(name).toMatch(/^no-lost-frame\.x{100,180}-[0-9a-f]{12}\.json$/);
  expect((await vmcheck(['replay', 'found'], { cwd })).code).toBe(0);
});

test('each violation of several scenarios names its own file, or none', async () => {
  const cwd = folder();
  const words = ['explore', '--keep-going', '--save', 'found', '--format', 'json'];
  const { stdout } = await vmcheck(words, { cwd });
  const { results } = JSON.parse(stdout) as {
    results: { breaches: { invariant: string; saved: string | null }[] }[];
  };
  const breaches = results.flatMap((result) => result.breaches);
  const files = breaches.flatMap(({ saved }) => saved ?? []);
  expect(files).toHaveLength(new Set(files).size);
  expect(files).toHaveLength(readdirSync(join(cwd, 'found/refcount')).length);
  for (const { invariant, saved } of breaches) {
    if (saved !== null) expect(saved).toContain(`/${invariant}.`);
  }
});
