/**
 * Random programs: every invariant holds in the reference, and no profile reaches a case that its
 * model does not handle.
 */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { explore } from '../../src/explore.ts';
import type { Verdict } from '../../src/explorer/verdict.ts';
import { mapKinds } from '../../src/model/codezero-mm0/most.ts';
import { form } from '../../src/model/codezero-mm0/parse-scenario.ts';
import { profileNames } from '../../src/model/codezero-mm0/profiles.ts';
import type { Choices } from '../../src/model/codezero-mm0/options.ts';
import type { Profile } from '../../src/model/codezero-mm0/profiles.ts';
import { build } from './build.ts';

const does = <T extends object>(name: string, rest: fc.Arbitrary<T>): fc.Arbitrary<object> =>
  rest.map((fields) => ({ do: name, ...fields }));

const page = fc.integer({ min: 1, max: 5 });
const pages = fc.integer({ min: 1, max: 3 });
const upTo2 = fc.integer({ min: 1, max: 2 });
const segment = fc.constantFrom('S', 'T');
const cell = fc.integer({ min: 0, max: 1 });

const step: fc.Arbitrary<object> = fc.oneof(
  { weight: 3, arbitrary: does('write', fc.record({ page, cell })) },
  does('read', fc.record({ page })),
  does('readFile', fc.record({ page, offset: fc.integer({ min: 0, max: 2 }), pages: upTo2 })),
  does('writeFile', fc.record({ page, offset: fc.integer({ min: 0, max: 2 }), pages: upTo2 })),
  {
    weight: 3,
    arbitrary: does(
      'mmap',
      fc.record({
        kind: fc.constantFrom(...mapKinds),
        page: fc.integer({ min: 0, max: 3 }),
        pages,
        offset: fc.integer({ min: 0, max: 1 }),
        fixed: fc.boolean(),
        readOnly: fc.boolean(),
      }),
    ),
  },
  { weight: 2, arbitrary: does('munmap', fc.record({ page, pages })) },
  { weight: 2, arbitrary: does('fork', fc.record({ child: fc.constantFrom('C', 'D') })) },
  does('clone', fc.record({ space: fc.constantFrom('P', 'C'), files: fc.boolean() })),
  does('shmget', fc.record({ segment, exclusive: fc.boolean(), pages: fc.nat({ max: 2 }) })),
  does('shmat', fc.record({ segment, page: fc.constantFrom(0, 4, 5), readOnly: fc.boolean() })),
  does('shmdt', fc.record({ segment })),
  fc.constant({ do: 'open', fd: 0, file: 'f' }),
  fc.constant({ do: 'close', fd: 0 }),
  fc.constant({ do: 'exit' }),
);

const program = (most: number): fc.Arbitrary<object[]> =>
  fc.array(fc.oneof({ weight: 3, arbitrary: step }, fc.tuple(step, step)), { maxLength: most });

const starts: readonly object[][] = [
  [
    { do: 'mmap', kind: 'private-anon', page: 1, pages: 3 },
    { do: 'write', page: 1 },
  ],
  [
    { do: 'open', fd: 0, file: 'f' },
    { do: 'mmap', kind: 'private-file', page: 1, pages: 2 },
  ],
  [
    { do: 'shmget', segment: 'S' },
    { do: 'shmat', segment: 'S' },
  ],
];

const budget = fc.integer({ min: 0, max: 1 });

const scenarios = fc
  .record({
    first: fc.constantFrom(...starts),
    own: program(6),
    child: program(4),
    other: program(3),
    second: program(2),
    splitFaults: fc.boolean(),
    budgets: fc.record({ alloc: budget, page: budget, server: budget }),
  })
  .map(({ first, own, child, other, second, splitFaults, budgets }) =>
    form.parse({
      name: 'random',
      pages: 3,
      shmPages: 3,
      files: [{ name: 'f', pages: 2, room: 4 }],
      segments: [
        { name: 'S', pages: 1 },
        { name: 'T', pages: 2 },
      ],
      spaces: [{ name: 'P' }, { name: 'C', child: true }, { name: 'D', child: true }],
      threads: [
        { space: 'P', program: [...first, ...own] },
        { space: 'C', program: child },
        { space: 'D', program: other },
        { space: 'P', program: second },
      ],
      splitFaults,
      budgets,
      bounds: { objects: 15, links: 31, vmas: 12, frames: 15 },
    }),
  );

/** All invariants except those that require more than the reference does. */
const choices: fc.Arbitrary<Partial<Choices>> = fc.record({
  freedRead: fc.constantFrom('wild' as const, 'unchanged' as const),
  pageReuse: fc.constantFrom('last' as const, 'first' as const),
  mmapReply: fc.constantFrom('assumed' as const, 'as-written' as const),
  openSteps: fc.constantFrom(1 as const, 2 as const),
  privateFile: fc.constantFrom('follows' as const, 'unspecified' as const),
});

/** The verdict; undefined if the programs exceed the pools of the state. */
function search(
  profile: Profile,
  scenario: ReturnType<typeof form.parse>,
  options: Partial<Choices>,
): Verdict | undefined {
  try {
    return explore(build(scenario, { profile, options }), { maxStates: 1_500 });
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

test('the reference holds, whatever the programs', () => {
  let judged = 0;
  fc.assert(
    fc.property(scenarios, choices, (scenario, options) => {
      const verdict = search('reference', scenario, options);
      if (verdict === undefined) return;
      judged += 1;
      expect(verdict.violations.map(({ sentence }) => sentence)).toEqual([]);
    }),
    { numRuns: 200 },
  );
  expect(judged).toBeGreaterThan(150);
});

test('every profile can be explored, whatever the programs', () => {
  fc.assert(
    fc.property(fc.constantFrom(...profileNames), scenarios, choices, (...[profile, ...model]) => {
      const verdict = search(profile, ...model);
      for (const { sentence } of verdict?.violations ?? []) {
        expect(sentence).not.toMatch(/undefined|NaN|null/);
      }
    }),
    { numRuns: 120 },
  );
});
