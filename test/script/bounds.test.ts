/**
 * Scripts with values that are too large, or are not numbers, operations or names, are refused at
 * once.
 */

import { describe, expect, test } from 'vitest';

import { InputError } from '../../src/errors.ts';
import { readScript } from '../../src/script/read.ts';
import { systems } from '../../src/systems.ts';

function perform(name: string, lines: string): unknown {
  const { script } = readScript(lines, 'a script');
  return systems.find((system) => system.name === name)!.run!(script);
}

const almos = 'init clusters=1 frames=2\nprocess P 0\n';
const minix = 'init frames=8\nprocess P0 2\n';
const mm0 = 'task P\nmmap P private-anon 1 2\n';

/** Names that every object has, and numbers that no state holds. */
const names = ['toString', 'constructor 5', '__proto__ P', 'hasOwnProperty', 'valueOf P 1'];

const refused: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'almos-mkh',
    almos,
    [
      ...names,
      'read P -1',
      'read P 0 -1',
      'read P 0 12345678',
      'read P 0 1e3',
      'write P 0 8 99999999',
      'mmap P 0 ANON -1',
      'mmap P 0 ANON 99999999',
      'mmap P 0 ANON 1 at=-1',
      'mmap P 0 FILE 1 offset=99999999',
      'mmap P 0 ANON 1 fail=constructor:1',
      'mmap P 0 ANON 1 fail=frame:1 fail=io:1',
      'munmap P 0 -8 1',
      'munmap P 0 8 -1',
      'vseg P 0 CODE 99999999 1',
      'vseg P 0 CODE 1 99999999',
      'stack P 0 30',
      'delete P 0 -1',
      'fork P C 0 stack=0:99999999',
      'copy P 99999999',
      'lockpte P 0 -1',
    ],
  ],
  ['almos-mkh', '', ['init frames=1000000 clusters=1', 'init frames=1 clusters=1 x=99999999']],
  ['almos-mkh', `#layout {"VSPACE": 0}\n${almos}`, ['exit P']],
  ['almos-mkh', `#layout {"VSPACE": 30, "STACK_BASE": 31}\n${almos}`, ['exit P']],
  ['almos-mkh', `#layout {"VSPACE": 64, "STACK_SIZE": 1}\n${almos}`, ['exit P']],
  ['almos-mkh', `#layout {"STACK_SIZE": 0}\n${almos}`, ['exit P']],
  ['almos-mkh', `#options {"toString": 1}\n${almos}`, ['exit P']],
  ['almos-mkh', `#options {"__proto__": 1}\n${almos}`, ['exit P']],
  [
    'minix-vm',
    minix,
    [
      ...names,
      'read P0 -1',
      'write P0 0 99999999',
      'write P0 99999999 1',
      'process P1 3000000',
      'process P1 2 at=-1',
      'process P1 2 at=99999999',
      'process P1 2 at=',
      'touchRange P0 0 0',
      'safemap P0 P0 0 0 1 2',
      'brk P0 99999999',
      'safeunmap -1',
      'read P0 1 fail=toString',
      'mmap P0 12345678901234567890 1',
      'read P6 0',
    ],
  ],
  ['minix-vm', `#layout {"frames": 9}\n${minix}`, ['exit P0']],
  ['minix-vm', `#layout {"frames": "8"}\n${minix}`, ['exit P0']],
  ['minix-vm', `#layout {"processes": 7}\n${minix}`, ['exit P0']],
  ['minix-vm', `#layout {"firstPage": null}\n${minix}`, ['exit P0']],
  ['minix-vm', `#layout {"pages": 8}\n${minix}`, ['exit P0']],
  ['minix-vm', `#layout {"constructor": 8}\n${minix}`, ['exit P0']],
  ['minix-vm', '', ['init frames=1000000', 'init frames=0', 'init frames=-1', 'init']],
  [
    'codezero-mm0',
    mm0,
    [
      ...names,
      'read P -1',
      'read P 99999999',
      'write P 1 99999999',
      'file f 99999999',
      'segment s -1',
      'munmap P 1 -1',
      'close P fd=-1',
      'close P fd=99999999',
      'read P 1 cell=99999999',
      'read P 1 fail=toString',
      'task __proto__',
      'task P2 x=1',
    ],
  ],
];

describe.each(refused)('%s: %j', (system, head, lines) => {
  test.each(lines)('%j is refused with its place', (line) => {
    expect(() => perform(system, head + line)).toThrow(InputError);
    expect(() => perform(system, head + line)).toThrow(/^a script\b/);
  });
});

test('the largest scripts that are allowed end', () => {
  const births = Array.from({ length: 31 }, (_, i) => `process Q${i} ${i % 16}`).join('\n');
  const first = `init clusters=16 frames=256\nprocess P 0\n${births}`;
  const big = `${first}\nmmap P 0 ANON 16\nwrite P 0 8 1`;
  expect(perform('almos-mkh', `#layout {"VSPACE": 64}\n${big}`)).toHaveLength(35);
  const regions = Array.from({ length: 5 }, (_, i) => `process P${i + 1} 64 at=64`).join('\n');
  const wide = `init frames=256\n${regions}\nwrite P1 100 65535\nread P1 127`;
  expect(perform('minix-vm', wide)).toHaveLength(8);
});

test('directives of a script are understood or refused', () => {
  const read = (head: string) => readScript(`${head}\nexit P`, 'a script');
  expect(read('#layout{"words": 2}').script.layout).toEqual({ words: 2 });
  expect(() => read('#layout {}\n#layout {}')).toThrow('line 2: #layout is given twice');
  expect(() => read('#options')).toThrow(/line 1: what follows #options/);
  expect(() => readScript('exit P\n'.repeat(2001), 's')).toThrow('at most 2000 operations');
  expect(() => readScript('x'.repeat(201), 's')).toThrow('at most 200 characters');
});

const vector = (steps: unknown): string => JSON.stringify({ name: 'v', script: steps });

test.each([
  [[{ op: 'a', result: 'ok' }], 'step 0: a list of strings "events" is needed for the comparison'],
  [[{ op: 'a', result: 'ok', events: '' }], 'step 0: a list of strings "events"'],
  [[{ op: 'a', result: 'ok', events: [1] }], 'step 0: a list of strings "events"'],
  [[{ op: 'a', result: 'ok', events: [] }, { op: 'b' }], 'step 1: a string "result"'],
  [[{ op: 'a', result: {}, events: [] }], 'step 0: a string "result"'],
  [[{ op: 'a', result: 'ok', events: [], value: {} }], 'step 0: a string or number "value"'],
  [[], 'it contains no operation'],
])('a vector with the steps %j is refused', (steps, sentence) => {
  expect(() => readScript(vector(steps), 'v.json')).toThrow(sentence);
  expect(() => readScript(vector(steps), 'v.json')).toThrow(InputError);
});

const step = { op: 'exit P', result: 'ok', events: [] };

test.each([
  [{ script: [step], steps: [step] }, 'it has "script" and "steps"'],
  [{ script: [step], options: null }, '"options" is not an object, but null'],
  [{ script: [step], layout: null }, '"layout" is not an object, but null'],
  [{ script: [step], family: ['almos'] }, '"family" is not a string, but ["almos"]'],
  [{ script: [step], family: null }, '"family" is not a string, but null'],
  [{ script: [step], name: null }, '"name" is not a string'],
])('the vector %j is refused', (content, sentence) => {
  expect(() => readScript(JSON.stringify(content), 'v.json')).toThrow(sentence);
});
