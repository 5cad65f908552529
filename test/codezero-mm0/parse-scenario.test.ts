/** Scenarios from outside: missing fields have defaults, and errors name their place. */

import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { form } from '../../src/model/codezero-mm0/parse-scenario.ts';
import { codezeroMm0 } from '../../src/systems/codezero-mm0.ts';

const least = { name: 'x', pages: 2, spaces: [{ name: 'P' }] };

const withSteps = (...program: object[]): object => ({
  ...least,
  files: [{ name: 'f', pages: 1 }],
  segments: [{ name: 'S', pages: 1 }],
  threads: [{ space: 'P', program }],
});

describe('a scenario', () => {
  test('needs pages, a space and a thread, and no more', () => {
    const { budgets, bounds, shmPages, splitFaults } = form.parse(withSteps());
    expect({ budgets, shmPages, splitFaults }).toEqual({
      budgets: { alloc: 0, page: 0, server: 0 },
      shmPages: 0,
      splitFaults: false,
    });
    expect(bounds).toEqual({ objects: 7, links: 12, vmas: 4, frames: 8 });
  });

  test('gives each step its defaults', () => {
    const { threads } = form.parse(
      withSteps({ do: 'mmap', kind: 'private-anon' }, { do: 'shmget', segment: 'S' }),
    );
    expect(threads[0].program).toEqual([
      {
        do: 'mmap',
        kind: 'private-anon',
        page: 0,
        pages: 1,
        fd: 0,
        offset: 0,
        fixed: false,
        readOnly: false,
      },
      { do: 'shmget', segment: 'S', create: true, exclusive: false, pages: 0 },
    ]);
  });

  test('of the library is read back as it is', () => {
    for (const scenario of codezeroMm0.scenarios) expect(form.parse(scenario)).toEqual(scenario);
  });

  test.each([
    [{ ...least, threads: [] }, /threads: expected a list of 1 to 6/],
    [{ ...withSteps(), pages: 9 }, /pages: expected a whole number from 1 to 8, found 9/],
    [
      { ...withSteps(), colour: 1 },
      /colour: there is no such field: choose one of \$schema, name, /,
    ],
    [
      { ...withSteps(), spaces: [{ name: 'P' }, { name: 'P' }] },
      /spaces\[1\]\.name: expected each name once, found "P"/,
    ],
    [{ ...withSteps(), spaces: [{ name: 'P' }, { name: 'Q' }] }, /threads: expected one of Q/],
    [
      { ...withSteps(), budgets: { alloc: 4 } },
      /budgets\.alloc: expected a whole number from 0 to 3/,
    ],
    [withSteps({ do: 'jump' }), /program\[0\]\.do: expected one of open, .*, found "jump"/],
    [withSteps({ do: 'open', file: 'g' }), /program\[0\]\.file: files has no "g": there is only f/],
    [withSteps({ do: 'close', fd: 2 }), /fd: expected one of 0, 1, 32, found 2/],
    [withSteps({ do: 'open', file: 'f', fd: 32 }), /fd: expected one of 0, 1, found 32/],
    [
      { ...withSteps(), files: [{ name: 'f', pages: 2, room: 1 }] },
      /files\[0\]\.room: expected a whole number from 2 to 4, found 1/,
    ],
    [withSteps({ do: 'mmap', kind: 'anon' }), /kind: expected one of private-anon, /],
    [withSteps({ do: 'mmap', kind: 'private-anon', fixed: 1 }), /fixed: expected true or false/],
    [withSteps({ do: 'read', page: 3 }), /page: expected a whole number from 0 to 2, found 3/],
    [withSteps({ do: 'readFile', page: 1, cell: 0 }), /cell: there is no such field/],
    [withSteps({ do: 'shmget', segment: 'T' }), /segment: segments has no "T": there is only S/],
    [withSteps({ do: 'shmget', segment: 'S', pages: 13 }), /pages: expected .* from 0 to 12/],
    [
      withSteps({ do: 'fork', child: 'C' }),
      /child: spaces has no "C" with child: true: there is none/,
    ],
  ])('is refused with the place of what is wrong: %j', (json, sentence) => {
    expect(() => form.parse(json)).toThrow(sentence);
    expect(() => form.parse(json)).toThrow(InputError);
  });
});
