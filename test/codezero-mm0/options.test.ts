/** Every option is listed, recorded, and matters somewhere; the reference holds with each value. */

import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { explore } from '../../src/explore.ts';
import { options } from '../../src/model/codezero-mm0/options.ts';
import type { Choices } from '../../src/model/codezero-mm0/options.ts';
import type { Profile } from '../../src/model/codezero-mm0/profiles.ts';
import { codezeroMm0 } from '../../src/systems/codezero-mm0.ts';
import { build, scenarioNamed } from './build.ts';

interface Matter {
  readonly option: keyof Choices;
  readonly value: string | number;
  readonly profile: Profile;
  readonly scenario: string;
  readonly also?: Partial<Choices>;
  /** Option values that require more than any revision does, or undo a part of a fix. */
  readonly harms?: true;
}

/** With the option a violation is found that is not found without it, or the other way round. */
const matters: readonly Matter[] = [
  { option: 'freedRead', value: 'unchanged', profile: 'written-oct08', scenario: 'cow-3' },
  {
    option: 'pageReuse',
    value: 'first',
    profile: 'written-aug08',
    scenario: 'cow-3',
    also: { freedRead: 'unchanged' },
  },
  {
    option: 'objectBits',
    value: 256,
    profile: 'written-nov08',
    scenario: 'file-shared',
    harms: true,
  },
  { option: 'mmapReply', value: 'as-written', profile: 'written-aug08', scenario: 'munmap-exit' },
  { option: 'openSteps', value: 2, profile: 'written-aug08', scenario: 'open-while-faulting' },
  {
    option: 'flushReads',
    value: 'wild',
    profile: 'written-nov08',
    scenario: 'munmap-exit',
  },
  { option: 'unusedFile', value: 'cache', profile: 'later', scenario: 'shared-left' },
  { option: 'cutPages', value: 'leak', profile: 'reference', scenario: 'munmap', harms: true },
  {
    option: 'privateFile',
    value: 'unspecified',
    profile: 'written-nov08',
    scenario: 'file-offset',
  },
];

function found(profile: Profile, scenario: string, chosen: Partial<Choices>): string[] {
  const subject = build(scenarioNamed(scenario), { profile, options: chosen });
  return explore(subject, { keepGoing: true }).violations.map(({ sentence }) => sentence);
}

describe('an option', () => {
  test.each(matters)('$option=$value matters in $profile, $scenario', (matter) => {
    const { option, value, profile, scenario, also = {} } = matter;
    const before = found(profile, scenario, also);
    expect(found(profile, scenario, { ...also, [option]: value })).not.toEqual(before);
  });

  test('is none that the list above leaves out', () => {
    const values = options.flatMap(({ name, values: all, default: usual }) =>
      name === 'profile'
        ? []
        : all.filter((value) => value !== usual).map((value) => [name, value]),
    );
    expect(values).toEqual(matters.map(({ option, value }) => [option, value]));
    expect(codezeroMm0.options).toBe(options);
  });

  test('is refused if it is unknown, or its value is', () => {
    const wrong = (given: object) => () =>
      build(scenarioNamed('cow-2'), { options: given as never });
    expect(wrong({ weather: 1 })).toThrow(InputError);
    expect(wrong({ openSteps: 3 })).toThrow('option openSteps: one of 1, 2, not 3');
  });
});

const harmless = matters.filter(({ harms }) => harms !== true);

test.each(harmless)('the reference holds with $option=$value', ({ option, value, scenario }) => {
  expect(found('reference', scenario, { [option]: value })).toEqual([]);
});
