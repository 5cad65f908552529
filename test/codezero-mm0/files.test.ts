/** Descriptors, and read and write of several pages: the behaviour of the C of each revision. */

import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { explore } from '../../src/explore.ts';
import { form } from '../../src/model/codezero-mm0/parse-scenario.ts';
import type { Profile } from '../../src/model/codezero-mm0/profiles.ts';
import type { Observation } from '../../src/system.ts';
import { codezeroMm0 } from '../../src/systems/codezero-mm0.ts';
import { build } from './build.ts';

const all = ['written-aug08', 'written-oct08', 'written-nov08', 'later', 'reference'] as const;

function run(profile: Profile, ...operations: string[]): readonly Observation[] {
  const options = { profile };
  return codezeroMm0.run!({ name: 'test', layout: { pages: 4, shmPages: 2 }, options, operations });
}

/** The result of the last operation, or the halt that ended the system before. */
function result(profile: Profile, ...operations: string[]): string {
  return run(profile, ...operations).at(-1)!.result;
}

const three = ['file f 3', 'task P', 'mmap P private-anon 1 3', 'open P f'];
const touched = ['write P 1 7', 'write P 2 8', 'write P 3 9'];

describe('several pages of a file', () => {
  test.each([
    ['written-aug08', 'wild'],
    ['written-oct08', 'wild'],
    ['written-nov08', 'wild'],
    ['later', 'ok'],
    ['reference', 'ok'],
  ] as const)('are read in %s: %s', (profile, outcome) => {
    expect(result(profile, ...three, ...touched, 'readFile P 1 pages=2')).toBe(outcome);
  });

  test('stop 61751a8 where the cache holds one that does not follow', () => {
    const cached = ['readFile P 1 offset=2', 'readFile P 1 offset=0'];
    const done = run(
      'written-nov08',
      ...three,
      ...touched,
      ...cached,
      'readFile P 1 offset=1 pages=2',
    );
    expect(done.at(-1)!.result).toBe('stop');
    expect(done.at(-1)!.events.join()).toContain('the next page of the cache is not the next');
  });

  test('are mixed up at 6fa4884, or stop it, after others were cached first', () => {
    const cached = 'readFile P 1 offset=1 pages=2';
    const values = (profile: Profile): unknown[] =>
      run(profile, ...three, ...touched, cached, 'readFile P 1 pages=2', 'read P 1', 'read P 2')
        .slice(-2)
        .map(({ value }) => value);
    expect(values('later')).toEqual(['f.1a', 'f.0a']);
    expect(values('reference')).toEqual(['f.0a', 'f.1a']);
    expect(result('later', ...three, ...touched, cached, 'readFile P 1')).toBe('stop');
  });

  test.each(all)(
    'beyond the end: %s shows what the memory held, but for the reference',
    (profile) => {
      const one = ['file f 1 room=3', 'task P', 'mmap P private-anon 1 2', 'open P f'];
      const done = run(
        profile,
        ...one,
        'write P 1 7',
        'write P 2 8',
        'writeFile P 1 offset=2',
        'readFile P 2 offset=1',
        'read P 2',
      );
      expect(done.at(-1)!.value).toBe(profile === 'reference' ? '0' : 'beyond the end');
    },
  );

  test.each(['later', 'reference'] as const)(
    'may come from the file itself: in %s a fault in the middle repeats no page',
    (profile) => {
      const own = ['file f 2 room=3', 'task P', 'open P f', 'mmap P private-file 1 2'];
      const copied = ['writeFile P 1 offset=1 pages=2', 'mmap P private-anon 3 1'];
      const done = run(profile, ...own, ...copied, 'readFile P 3 offset=2', 'read P 3');
      expect(done.at(-1)!.value).toBe('f.0a');
    },
  );

  test.each([
    ['readFile', 'private-anon', 2],
    ['writeFile', 'shared-anon', 1],
  ] as const)(
    'are transferred all or none by a %s of the reference that is killed for want of memory',
    (kind, buffer, length) => {
      const scenario = form.parse({
        name: 'killed',
        pages: 3,
        files: [{ name: 'f', pages: length, room: 3 }],
        spaces: [{ name: 'P' }],
        threads: [
          {
            space: 'P',
            program: [
              { do: 'mmap', kind: buffer, page: 1, pages: 2 },
              { do: 'write', page: 1 },
              { do: 'open', file: 'f' },
              { do: 'clone', space: 'P' },
              { do: kind, page: 1, pages: 2 },
            ],
          },
          { space: 'P', program: [] },
        ],
        budgets: { page: 1 },
        bounds: { objects: 15, links: 31, vmas: 12, frames: 15 },
      });
      const { violations } = explore(build(scenario, { profile: 'reference', options: {} }));
      expect(violations).toEqual([]);
    },
  );

  test('beyond what the scenario has room for are refused', () => {
    const grown = (): unknown => run('later', ...three, ...touched, 'writeFile P 1 offset=3');
    expect(grown).toThrow(InputError);
    expect(grown).toThrow('file f: room: it grows to 4 pages');
  });
});

describe('a descriptor', () => {
  const opened = ['file f 1', 'task P', 'mmap P private-anon 1 1', 'open P f'];

  test.each(all)('in use is never given out again in %s', (profile) => {
    const [, , , , second] = run(profile, ...opened, 'open P f');
    expect(second!.result).toBe('ok');
    expect(second!.events.join()).not.toContain('no descriptor is free');
  });

  test.each([
    ['written-aug08', 'stop'],
    ['written-oct08', 'stop'],
    ['written-nov08', 'stop'],
    ['later', 'stop'],
    ['reference', 'EMFILE'],
  ] as const)('is asked for in %s when all are taken: %s', (profile, outcome) => {
    expect(result(profile, ...opened, 'open P f', 'open P f')).toBe(outcome);
  });

  test.each([
    ['written-aug08', 'EBADF'],
    ['written-oct08', 'wild'],
    ['written-nov08', 'wild'],
    ['later', 'ok'],
    ['reference', 'EBADF'],
  ] as const)('that was never opened is closed in %s: %s', (profile, outcome) => {
    expect(result(profile, 'file f 1', 'task P', 'close P')).toBe(outcome);
  });

  test('no open returns 32', () => {
    expect(() => run('later', 'file f 1', 'task P', 'open P f fd=32')).toThrow('fd: from 0 to 1');
  });

  test('of a clean file is closed at 6fa4884 without asking anybody', () => {
    const closed =
      (...before: string[]) =>
      (): string =>
        result('later', ...opened, 'write P 1 7', ...before, 'close P fail=server');
    expect(closed('readFile P 1')).toThrow('the failure is never reached');
    // A write() does not mark its page either; a write through a mapping does.
    expect(closed('writeFile P 1')).toThrow('the failure is never reached');
    const mapped = ['mmap P shared-file 2 1', 'write P 2 8', 'close P fail=server'];
    expect(result('later', ...opened, ...mapped)).toBe('EIO');
  });

  test('whose page cannot be written is closed all the same at b20fda9', () => {
    const dirty = ['write P 1 7', 'writeFile P 1', 'close P fail=server'];
    expect(result('written-oct08', ...opened, ...dirty)).toBe('ok');
    expect(result('written-nov08', ...opened, ...dirty)).toBe('EIO');
  });
});

describe('a munmap', () => {
  const area = ['task P', 'mmap P private-anon 1 3'];

  test('stops 6fa4884 if the last page cut was never touched, whatever the others were', () => {
    expect(result('later', ...area, 'write P 2 7', 'munmap P 2 2')).toBe('stop');
    expect(result('later', ...area, 'write P 3 7', 'munmap P 2 2')).toBe('ok');
  });

  test('puts the upper part of a split in front, so that a fork finds pages below it', () => {
    const split = ['write P 1 7', 'write P 2 8', 'munmap P 2 1'];
    const [state] = run('later', ...area, ...split).slice(-1);
    const { areas } = (state!.state as { tasks: { P: { areas: number[][] } } }).tasks.P;
    expect(areas.map(([start]) => start)).toEqual([3, 1]);
    expect(result('later', ...area, ...split, 'fork P C')).toBe('stop');
    expect(result('reference', ...area, ...split, 'fork P C')).toBe('ok');
  });
});
