/** The script language of ALMOS-MKH: errors, and behaviour that the vectors do not show. */

import { describe, expect, it } from 'vitest';

import { InputError } from '../../src/errors.ts';
import { readScript } from '../../src/script/read.ts';
import type { Observation } from '../../src/system.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';

function perform(lines: string, head = ''): readonly Observation[] {
  return almosMkh.run?.(readScript(`${head}\n${lines}`, 'a script').script) ?? [];
}

function results(lines: string, head = ''): string[] {
  return perform(lines, head).map(({ result }) => result);
}

describe('a script', () => {
  it('refuses the value of an option that is not implemented', () => {
    expect(() => perform('init clusters=1 frames=1', '#options {"allocRefcount": "add1"}')).toThrow(
      'a script: option allocRefcount is implemented as "set1", not as "add1"',
    );
  });

  it('refuses an option that it does not know', () => {
    expect(() => perform('init clusters=1 frames=1', '#options {"weather": "fine"}')).toThrow(
      /no option weather/,
    );
  });

  it.each([
    ['process P 0', /init must be the first operation/],
    ['init clusters=1', /init needs frames=/],
    ['init clusters=1 frames=1\nprocess P 1', /a cluster: from 0 to 0, not 1/],
    ['init clusters=1 frames=1\nread P 0 8', /there is no process P/],
    ['init clusters=1 frames=1\nprocess P 0\nread P 0 8.5', /pages have one word/],
    ['init clusters=1 frames=1\nprocess P 0\nread P 0 32', /a page: from 0 to 31.5, not 32/],
    ['init clusters=1 frames=1\nprocess P 0\nexit P\nread P 0 8', /no descriptor in cluster 0/],
    ['init clusters=1 frames=1\nprocess P 0 root', /"root" does not belong here/],
    ['init clusters=1 frames=1\nprocess P 0\nmmap P 0 ANON 1 fail=disk:1', /fail=KIND:n/],
    ['init clusters=1 frames=1\nprocess P 0\nwrite P 0 8 65536', /from 1 to 65535/],
    ['init clusters=1 frames=1\ndance P', /there is no operation dance/],
  ])('refuses %j', (lines, sentence) => {
    expect(() => perform(lines)).toThrow(sentence);
    expect(() => perform(lines)).toThrow(InputError);
  });

  it('ends with the operation that never returns', () => {
    const start = 'init clusters=1 frames=2\nprocess P 0\n';
    expect(results(`${start}mmap P 0 ANON 16\nmmap P 0 ANON 1\nexit P`)).toEqual([
      'ok',
      'ok',
      'error',
      'deadlock',
    ]);
  });

  it('panics over a stack slot that is taken, or beyond the stack zone', () => {
    const start = 'init clusters=1 frames=2\nprocess P 0\n';
    expect(results(`${start}stack P 0 1\nstack P 0 1`).at(-1)).toBe('assert');
    expect(results(`${start}stack P 0 4`).at(-1)).toBe('ok');
    expect(results(`${start}stack P 0 5`).at(-1)).toBe('assert');
  });

  it('keeps the readers of a lock apart, one for each operation that leaked it', () => {
    const start = 'init clusters=1 frames=2\nprocess P 0\nmmap P 0 ANON 1\n';
    const options = '#options {"childVmm": "init"}';
    const done = perform(`${start}fork P C 0 fail=desc:1\nfork P D 0 fail=desc:1`, options);
    expect(done.at(-1)?.state).toMatchObject({ locks: ['vsl P@0 read 2'] });
  });

  it('wraps sizes at 2^32: the rest of a file mapping cut in two gets no pages', () => {
    const start = 'init clusters=1 frames=2\nmapper F 0\nprocess P 0\nmmap P 0 FILE 4 file=F\n';
    const done = perform(`${start}munmap P 0 9 1`);
    expect(done.at(-1)?.result).toBe('error');
    expect(done.at(-1)?.state).toMatchObject({ locks: ['mmap P@0'] });
  });
});
