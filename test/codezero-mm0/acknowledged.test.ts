/**
 * The problems that the author of mm0 acknowledges in the commit log (section 8 of the
 * reconstruction), each with the counterexample that shows it, in its profiles; the reference has
 * none of them.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fileOf } from '../../src/docs/evidence.ts';
import { load } from '../../src/counterexample/load.ts';
import { explore } from '../../src/explore.ts';
import { defects, notShown } from '../../src/model/codezero-mm0/defects.ts';
import type { Choices } from '../../src/model/codezero-mm0/options.ts';
import type { Profile } from '../../src/model/codezero-mm0/profiles.ts';
import { codezeroMm0 } from '../../src/systems/codezero-mm0.ts';
import { build, scenarioNamed } from './build.ts';

const aug: Profile = 'written-aug08';
const nov: Profile = 'written-nov08';
const later: Profile = 'later';

/** Topic of the log, the defects that show it, and the profiles in which each must be shown. */
const problems: readonly (readonly [topic: string, shows: Readonly<Record<string, Profile[]>>])[] =
  [
    ['split', { 'split-forgets-objects': [nov] }],
    ['offset unit', { 'offset-kept-in-bytes': [aug, nov] }],
    [
      'cloned threads',
      { 'duplicate-fault-stops-pager': [nov], 'read-fault-takes-write-away': [nov, later] },
    ],
    ['shm address', { 'second-attach-stops-pager': [nov, later] }],
    [
      'deletion',
      { 'exit-after-munmap-stops-pager': [nov], 'file-delete-stops-pager': ['written-oct08'] },
    ],
    ['anonymous shared', { 'shared-anonymous-writes-devzero': [aug, nov] }],
    ['overlap test', { 'overlap-test-wrong': [aug] }],
    [
      'unmap',
      { 'unmap-of-absent-entry-stops-kernel': [nov], 'partial-unmap-stops-pager': [later] },
    ],
    ['mapped address', { 'mmap-not-answered': [aug] }],
    ['list of files', { 'file-in-memory-twice': [aug] }],
    ['open and deadlock', { 'server-and-pager-wait-for-each-other': [aug] }],
  ];

const rows = problems.flatMap(([topic, shows]) =>
  Object.entries(shows).flatMap(([name, profiles]) =>
    profiles.map((profile) => ({ topic, name, profile })),
  ),
);

describe.each(rows)('$topic: $name in $profile', ({ name, profile }) => {
  const defect = defects.find((one) => one.name === name)!;
  const showing = defect.shown.find(({ options }) => options?.['profile'] === profile)!;

  test('its counterexample is saved and ends in its violation', () => {
    const path = fileOf(codezeroMm0, showing);
    const { saved } = load(path, path, [codezeroMm0]);
    expect(saved.options['profile']).toBe(profile);
    expect(saved.invariant).toBe(showing.invariant);
    expect(saved.fixes).toEqual([]);
  });

  test('it is gone in the reference', () => {
    const { profile: _, ...options } = showing.options as Partial<Choices> & { profile: Profile };
    const { scenario, invariant } = showing;
    const subject = build(scenarioNamed(scenario), { options, invariants: [invariant] });
    expect(explore(subject).outcome).toBe('holds');
  });
});

test('every problem that a defect shows is in the list, and the others have a reason', () => {
  const shown = defects.filter(({ acknowledged }) => acknowledged !== undefined);
  expect(shown.map(({ name }) => name).sort()).toEqual(
    [...new Set(rows.map(({ name }) => name))].sort(),
  );
  const page = readFileSync('docs/codezero-mm0.md', 'utf8');
  expect(notShown.length).toBe(4);
  for (const { problem, why } of notShown) expect(page).toContain(`* ${problem}: ${why}.`);
});
