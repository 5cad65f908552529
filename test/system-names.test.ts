/**
 * Systems use the same file names for the same ideas. The failures of a system that has just been
 * added to `src/systems.ts` are the list of what it still lacks, in the order of writing.
 */

import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { systems } from '../src/systems.ts';
import { parts, wrongNames } from './system-names.ts';

const folders = ['src', 'scenarios', 'defects', 'counterexamples', 'docs', 'test'];
const names = systems.map(({ name }) => name);
const paths = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
);

test('every system has the files that one supplies, under the same names', () => {
  expect(wrongNames(paths, names)).toEqual([]);
});

test('every file is listed once, with the idea that it holds', () => {
  const listed = parts.map(({ path }) => path);
  expect(listed).toEqual([...new Set(listed)]);
  expect(parts.filter(({ path, idea }) => !path.includes('NAME') || idea === '')).toEqual([]);
});

test('a file that is missing is named with its idea, and of a new system all of them', () => {
  const fewer = paths.filter((path) => path !== 'src/model/minix-vm/state.ts');
  expect(wrongNames(fewer, names)).toEqual([
    'src/model/minix-vm/state.ts is missing: declares the state',
  ]);
  const supplied = parts.filter(({ optional }) => optional === undefined);
  expect(wrongNames(paths, [...names, 'other-vm'])).toEqual(
    supplied.map(({ path, idea }) => `${path.replace('NAME', 'other-vm')} is missing: ${idea}`),
  );
});

test('a name that two systems share is listed, and one is optional only if it is', () => {
  const both = ['almos-mkh', 'minix-vm'].map((name) => `src/model/${name}/tables.ts`);
  expect(wrongNames([...paths, ...both], names)).toEqual([
    'src/model/NAME/tables.ts is in 2 systems: list it',
  ]);
  expect(wrongNames([...paths, 'src/model/minix-vm/threads.ts'], names)).toEqual([
    'src/model/NAME/threads.ts is in every system: it is not optional',
  ]);
  const fewer = paths.filter((path) => path !== 'src/model/almos-mkh/threads.ts');
  expect(wrongNames(fewer, names)).toEqual([
    'src/model/NAME/threads.ts is in fewer than two systems: take it out',
  ]);
});
