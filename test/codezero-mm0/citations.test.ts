/** A trace cites the C of its revision, and lists each effect at the place where it happens. */

import { describe, expect, test } from 'vitest';
import { cited } from '../../src/actions/codezero-mm0/lines.ts';
import { ranges, rangesOf, requests, sourceIn } from '../../src/actions/codezero-mm0/ranges.ts';
import { keyedPlaces } from '../../src/actions/codezero-mm0/reconstruction.ts';
import { describeTrace } from '../../src/core/trace.ts';
import type { Trace } from '../../src/core/trace.ts';
import { explore } from '../../src/explore.ts';
import { profileNames, rulesOf } from '../../src/model/codezero-mm0/profiles.ts';
import type { Profile } from '../../src/model/codezero-mm0/profiles.ts';
import { listingLines } from '../../src/report/text/listing.ts';
import { terminalOf } from '../../src/report/terminal.ts';
import { codezeroMm0 } from '../../src/systems/codezero-mm0.ts';
import { build, scenarioNamed } from './build.ts';

const written = profileNames.filter((name) => name !== 'reference');

/** Places outside of mm0: in the MMU, or in the file server, which assigned descriptors. */
const outside = (operation: string, key: string): boolean =>
  operation === 'access' ||
  (operation === 'file_open' && key === 'server') ||
  (operation === 'vfs_receive_sys_open' && key === 'full');

/** 63e9d05 never frees a segment. */
const never = (profile: Profile, key: string): boolean =>
  profile === 'written-aug08' && key === 'noAddress';

describe.each(written)('%s', (profile) => {
  test('has a line for each of its places', () => {
    const without = keyedPlaces()
      .filter(({ operation, key }) => !outside(operation, key) && !never(profile, key))
      .filter(({ place }) => place.exists(rulesOf[profile]))
      .filter(({ place }) => sourceIn(place.row, profile) === undefined)
      .map(({ operation, key }) => `${operation} ${key}`);
    expect(without).toEqual([]);
  });

  test('cites no line for what it does not have', () => {
    const places = keyedPlaces().filter(({ place }) => !place.exists(rulesOf[profile]));
    const lines = places.flatMap(({ operation, key, place }) =>
      sourceIn(place.row, profile) === undefined ? [] : [`${operation} ${key}`],
    );
    expect(lines).toEqual([]);
  });
});

test('each row belongs to a place, and each range to a function', () => {
  const keys = new Set(keyedPlaces().map(({ operation, key }) => `${operation} ${key}`));
  const rows = Object.entries(cited).flatMap(([operation, all]) =>
    Object.keys(all).map((key) => `${operation} ${key}`),
  );
  expect(rows.filter((row) => !keys.has(row))).toEqual([]);
  const functions = new Set(keyedPlaces().map(({ operation }) => operation));
  expect(Object.keys(ranges).filter((name) => !functions.has(name))).toEqual([]);
});

test('reference has no C, and cites none', () => {
  for (const { place } of keyedPlaces()) {
    expect(sourceIn(place.row, 'reference')).toBeUndefined();
  }
  for (const row of Object.values(requests)) expect(sourceIn(row, 'reference')).toBeUndefined();
});

test('list gives the range of a function in each revision, under its own name', () => {
  expect(rangesOf('insert_page_olist')).toEqual([
    ['63e9d05', 'file.c:155-191'],
    ['b20fda9', 'file.c:194-230'],
    ['61751a8', 'file.c:189-226'],
    ['6fa4884', 'file.c:233-270'],
  ]);
  const lines = listingLines([codezeroMm0], terminalOf(400, false));
  const sys_exit = lines.find((line) => line.startsWith('    sys_exit'));
  expect(sys_exit).toContain('exit.c:68-101 (b20fda9)');
  expect(sys_exit).not.toContain('63e9d05'); // there is no exit
});

function told(profile: Profile, scenario: string, invariant: string): Trace {
  const subject = build(scenarioNamed(scenario), { profile, invariants: [invariant] });
  return describeTrace(subject, explore(subject).violations[0]);
}

test.each([
  ['written-nov08', 'unmapped-stays-unmapped', 'munmap.c:160', 'munmap.c:58'],
  ['later', 'pager-never-stops', 'munmap.c:212', 'munmap.c:77'],
] as const)(
  'in %s a range that changes is told at its line',
  (profile, invariant, request, shrink) => {
    const { steps } = told(profile, 'munmap-file', invariant);
    const { statement, notes } = steps.find(({ statement: { token } }) => token === 'sys_munmap')!;
    expect(`${statement.file}:${statement.line}`).toBe(request);
    const note = notes.find((one) => one.startsWith(shrink))!;
    expect(note).toMatch(/area 0 \[1, 3\[ .* → \[2, 3\[ /);
  },
);

test.each(written)('in %s the changes of a step are those of its places', (profile) => {
  for (const [scenario, invariant] of [
    [
      'fork-twice',
      profile === 'written-aug08' ? 'one-list-per-shadow' : 'private-content-isolated',
    ],
    ['shm', 'shared-writes-visible'],
    ['file-grow', 'private-content-isolated'],
  ] as const) {
    for (const { statement, changes, notes } of told(profile, scenario, invariant).steps) {
      const after = notes.join(' | ');
      const untold = changes.filter(({ path }) => !after.includes(`${path} `));
      expect(untold.map(({ path }) => `${statement.token} ${path}`)).toEqual([]);
    }
  }
});

test('a place that a fix brings cites no line of the revision, and is marked', () => {
  const fixes = ['freeze-entries'];
  const subject = build(scenarioNamed('munmap-fork'), { profile: 'written-nov08', fixes });
  const brought = subject.statements.find(({ token }) => token.startsWith('5.11 a writable'))!;
  expect(brought).toMatchObject({ file: '', line: 0, fix: 'freeze-entries' });
  const kept = subject.statements.find(({ token }) => token.startsWith('5.11/2 the top shadow'))!;
  expect(kept).toMatchObject({ file: 'fault.c', line: 740 });
  expect(kept.fix).toBeUndefined();
});
