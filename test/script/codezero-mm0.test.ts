/** The script language of mm0: operations, output, and errors. */

import { describe, expect, it } from 'vitest';

import { InputError } from '../../src/errors.ts';
import { readScript } from '../../src/script/read.ts';
import type { Observation } from '../../src/system.ts';
import { codezeroMm0 } from '../../src/systems/codezero-mm0.ts';

function perform(lines: string, profile = 'reference'): readonly Observation[] {
  const head = `#options {"profile": "${profile}"}`;
  return codezeroMm0.run?.(readScript(`${head}\n${lines}`, 'a script').script) ?? [];
}

/** The result of each operation: `ok`, `ok 5`, `EINVAL`. */
function answers(lines: string, profile?: string): string[] {
  return perform(lines, profile).map(({ result, value }) =>
    value === undefined ? result : `${result} ${value}`,
  );
}

const last = (lines: string, profile?: string): string => answers(lines, profile).at(-1) ?? '';

const mapped = 'task P\nmmap P private-anon 1 2\n';

describe('a script of mm0', () => {
  it('performs every operation', () => {
    const script = `
      file f 2
      segment S 1
      task P
      open P f
      mmap P shared-file 1 1 offset=1
      write P 1 9
      mmap P private-anon 2 2
      write P 2 5 cell=1
      read P 2 cell=1
      fork P C
      write C 2 6 cell=1
      read P 2 cell=1
      shmget P S
      shmat P S
      shmdt P S
      munmap P 3 1
      clone P
      read P/t1 2
      exit P/t1
      close P
      exit C
      exit P`;
    expect(answers(script).join(', ')).toBe(
      'ok, ok, ok, ok, ok 1, ok, ok 2, ok, ok 5, ok, ok, ok 5, ok, ok 5, ok, ok, ok, ok 0, ok, ' +
        'ok, ok, ok',
    );
  });

  it('shows chains, counts, caches and entries after each operation', () => {
    const state = perform(`${mapped}write P 1 5\nfork P C\nwrite C 1 6`).at(-1)?.state;
    expect(state).toMatchObject({
      tasks: {
        P: { areas: [[1, 3, 'rw anonymous private', 0, ['s1', 'devzero']]], pte: [[1, 'p1', 'r']] },
        C: {
          areas: [[1, 3, 'rw anonymous private', 0, ['s2', 'devzero']]],
          pte: [[1, 'p2', 'rw']],
        },
      },
      objects: {
        s1: { flags: 'r', nlinks: 1, shadows: 0, orig_obj: 'devzero', page_cache: [[0, 'p1']] },
        s2: { flags: 'w', nlinks: 1, shadows: 0, orig_obj: 'devzero', page_cache: [[0, 'p2']] },
      },
      pages: { p1: ['5|0', 0, 's1'], p2: ['6|0', 0, 's2'] },
    });
  });

  it('lists the steps of the reconstruction that an operation passes', () => {
    const events = perform(`${mapped}write P 1 5`).at(-1)?.events ?? [];
    expect(events[0]).toBe('access a fault: no entry');
    expect(events).toContain('copy_on_write 5.9/2a a shadow goes in front of the old top');
    expect(events.at(-1)).toBe('writes 5');
  });

  it('raises and handles a fault in two operations, with the entry seen when raised', () => {
    const race = `${mapped}clone P\nraise P write 1 5\nraise P/t1 read 1\nhandle P\nretry P
      handle P\nretry P\nhandle P/t1\nretry P/t1`;
    expect(answers(race).slice(2).join(', ')).toBe('ok, fault, fault, ok, fault, ok, ok, ok, ok 5');
    // The late read fault of t1 removes the write access of P.
    const entry = (profile: string): unknown => {
      const { state } = perform(race, profile)[9];
      return (state as { tasks: { P: { pte: unknown } } }).tasks.P.pte;
    };
    expect(entry('written-nov08')).toEqual([[1, 'p1', 'r']]);
    expect(entry('reference')).toEqual([[1, 'p1', 'rw']]);
  });

  it('ends with the operation that never returns', () => {
    const script = `task P\nread P 1\nmmap P private-anon 1 1`;
    const done = perform(script, 'written-nov08');
    expect(done.map(({ result }) => result)).toEqual(['ok', 'stop']);
    expect(done.at(-1)?.state).toBeUndefined();
    expect(answers(script.split('\n').slice(0, 2).join('\n'))).toEqual(['ok', 'killed']);
  });

  it('lets the n-th allocation of an operation fail', () => {
    const script = `segment S 1\ntask P\nshmget P S\nshmat P S fail=alloc:3\nshmat P S`;
    expect(answers(script).join(', ')).toBe('ok, ok, ok, ENOMEM, ok 5');
    expect(last(`${mapped}write P 1 5 fail=page`, 'written-aug08')).toBe('wild');
  });

  it('takes the profile, and the default is that of the search', () => {
    const script = `${mapped}munmap P 1 2`;
    expect(last(script, 'written-aug08')).toBe('ok');
    expect(last(script, 'written-nov08')).toBe('kernel-stop');
    expect(codezeroMm0.run?.(readScript(script, 'a').script).at(-1)?.result).toBe('kernel-stop');
  });

  it.each([
    [
      'mmap P private-anon 1 1',
      /operation 0 \(mmap P private-anon 1 1\): there is no task P; none/,
    ],
    ['task P\ndance P', /operation 1 \(dance P\): there is no operation dance; there are file, /],
    ['task P\ntask P', /there is task P already/],
    ['task 1', /task is a letter, then letters and digits/],
    ['task P\nread Q 1', /there is no task Q; P/],
    ['task P\nread P', /a page is missing/],
    ['task P\nread P one', /a page is a whole number, not "one"/],
    ['task P\nread P 7', /a page: from 0 to 6, not 7/],
    ['task P\nread P 1 2', /"2" does not belong here/],
    ['task P\nread P 1 sell=1', /there is no option sell here/],
    ['task P\nread P 1 cell=2', /cell: from 0 to 1, not 2/],
    ['task P\nwrite P 1 70000', /a value: from 0 to 65535/],
    ['task P\nmmap P anon 1 1', /a mapping is private-anon, shared-anon, .*, not "anon"/],
    ['task P\nopen P g', /there is no file g; none was made/],
    ['task P\nclone P files=few', /files is one of shared, copied, not "few"/],
    ['task P\nread P 1 fail=disk', /fail=KIND or fail=KIND:n with alloc, page or server/],
    [`${mapped}read P 1 fail=page`, /the failure is never reached/],
    [`${mapped}raise P jump 1`, /an access is read or write, not "jump"/],
    [`${mapped}handle P`, /P\/t0 has no fault to be handled/],
    [`${mapped}retry P`, /P\/t0 has no access under way/],
    [`${mapped}raise P read 1\nread P 2`, /has an access under way: handle P\/t0 first/],
    [`${mapped}raise P read 1\nretry P`, /first handle the fault of P\/t0/],
    [`${mapped}exit P\nread P 1`, /P\/t0 does not run any more/],
    ['file f 9\ntask P', /pages: from 1 to 8, not 9/],
    ['file f 1', /a script: no task is made in it; task P/],
  ])('refuses %j with its place and the way out', (lines, sentence) => {
    expect(() => perform(lines)).toThrow(sentence);
    expect(() => perform(lines)).toThrow(InputError);
  });

  it('refuses more values than pages can distinguish', () => {
    const writes = Array.from({ length: 1100 }, (_, i) => `write P 1 ${i}`).join('\n');
    expect(() => perform(`${mapped}${writes}`)).toThrow(/1024 different values are the most/);
    expect(last(`${mapped}${'write P 1 7\n'.repeat(1100)}read P 1`)).toBe('ok 7');
  });

  it.each([
    ['#layout {"frames": 3}', /layout has pages, shmPages, and no frames/],
    ['#layout {"pages": 9}', /layout pages is a whole number from 1 to 8, not 9/],
    ['#options {"profile": "dec08"}', /option profile: one of written-aug08, .*, not "dec08"/],
    ['#options {"weather": 1}', /no option weather|option weather is not one of/],
  ])('refuses %s', (head, sentence) => {
    const read = readScript(`${head}\ntask P`, 'a script');
    expect(() => codezeroMm0.run?.(read.script)).toThrow(sentence);
    expect(() => codezeroMm0.run?.(read.script)).toThrow(InputError);
  });
});
