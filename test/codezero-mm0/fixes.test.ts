/** The fixes turn each profile into the reference, and each fix is necessary. */

import { describe, expect, test } from 'vitest';
import { fixedRules, fixes } from '../../src/actions/codezero-mm0/fixes.ts';
import { explore } from '../../src/explore.ts';
import { defects } from '../../src/model/codezero-mm0/defects.ts';
import { profileNames, rulesOf } from '../../src/model/codezero-mm0/profiles.ts';
import type { Choices } from '../../src/model/codezero-mm0/options.ts';
import type { Profile } from '../../src/model/codezero-mm0/profiles.ts';
import { build, scenarioNamed } from './build.ts';

const names = fixes.map(({ name }) => name);

test.each(profileNames)('all fixes together turn %s into the reference', (profile) => {
  expect(fixedRules(profile, names)).toEqual(rulesOf.reference);
});

test('every rule is the subject of exactly one fix', () => {
  const fixed = fixes.flatMap(({ rules }) => rules);
  expect([...fixed].sort()).toEqual(Object.keys(rulesOf.reference).sort());
});

// A scenario in which the profile with all fixes but this one is violated.
const needed: readonly (readonly [
  fix: string,
  profile: Profile,
  scenario: string,
  options?: Partial<Choices>,
])[] = [
  ['whole-system', 'written-aug08', 'munmap'],
  ['find-open-files', 'written-aug08', 'reopen'],
  ['ask-the-server', 'written-aug08', 'open-while-faulting', { openSteps: 2 }],
  ['check-descriptors', 'later', 'descriptor-32'],
  ['answer-mmap', 'written-aug08', 'munmap-exit', { mmapReply: 'as-written' }],
  ['fault-buffers-in', 'written-nov08', 'file-io'],
  ['count-openers', 'written-nov08', 'clone-files'],
  ['close-deletes', 'later', 'shared-left'],
  ['offset-in-pages', 'written-nov08', 'file-offset'],
  ['choose-address', 'written-nov08', 'choose'],
  ['unmap-overlap', 'written-nov08', 'overlap'],
  ['anonymous-segment', 'written-nov08', 'anon-shared'],
  ['populate-shared', 'later', 'anon-shared'],
  ['undo-on-failure', 'written-nov08', 'mmap-out-of-memory'],
  ['kill-not-stop', 'written-nov08', 'wrong-access'],
  ['current-entry', 'written-nov08', 'clone'],
  ['ordered-cache', 'later', 'cache-order'],
  ['zero-unfilled', 'later', 'file-grow'],
  ['drop-links', 'written-nov08', 'cow-2'],
  ['write-back', 'written-nov08', 'write-back'],
  ['freeze-entries', 'written-nov08', 'munmap-file'],
  ['clone-apart', 'written-nov08', 'clone-apart'],
  ['segment-address', 'later', 'shm-twice'],
  ['split-areas', 'written-nov08', 'munmap'],
  ['unmap-exactly', 'later', 'munmap'],
];

describe('each fix is needed', () => {
  const rows = needed.map(([fix, profile, scenario, options = {}]) => {
    return { fix, profile, scenario, options };
  });

  test.each(rows)('$fix, in $profile: without it $scenario is violated', (row) => {
    const { fix, profile, scenario, options } = row;
    const others = names.filter((name) => name !== fix);
    const model = { profile, options };
    const found = explore(build(scenarioNamed(scenario), { ...model, fixes: others }));
    expect(found.outcome).toBe('violated');
    const all = explore(build(scenarioNamed(scenario), { ...model, fixes: names }));
    expect(all.outcome).toBe('holds');
  });

  test('none is left out', () => {
    expect(needed.map(([fix]) => fix)).toEqual(names);
  });
});

test('the reference itself would lose data if a flush cleaned what is mapped writable', () => {
  const found = explore(build(scenarioNamed('write-back'), { rules: { flush: 'cleans-all' } }));
  expect(found.violations.map(({ invariant }) => invariant)).toEqual(['dirty-data-not-lost']);
});

describe('each defect', () => {
  const rows = defects.flatMap(({ name, fix, shown }) =>
    shown.map(({ scenario, invariant, options = {}, fixes }) => {
      const { profile, ...more } = options;
      const others = fixes === 'all but its own' ? names.filter((other) => other !== fix) : [];
      return { name, scenario, profile, options: more, invariant, others };
    }),
  );

  test.each(rows)('$name is in $profile, not in the reference', (row) => {
    const { scenario, profile, invariant, options, others } = row;
    const only = { invariants: [invariant], options: options as Partial<Choices> };
    const written = { ...only, profile: profile as Profile, fixes: others };
    expect(explore(build(scenarioNamed(scenario), written)).outcome).toBe('violated');
    expect(explore(build(scenarioNamed(scenario), only)).outcome).toBe('holds');
  });
});
