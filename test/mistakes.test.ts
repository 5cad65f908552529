/** Everything that is wrong in a file is told at once, with line and column. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { placeOf } from '../src/json.ts';
import { Mistakes } from '../src/mistakes.ts';
import { systems } from '../src/systems.ts';
import { lostFrame } from './counterexample/saved.ts';
import { folder } from './cli/folder.ts';
import { vmcheck } from './cli/terminal.ts';

const text = `{
  "a": [1, {"b": "[,{:\\"", "c": []}, [[2], 3]],
  "d" : { "e":
    null, "f:": true }
}`;

test.each<[(string | number)[], line: number, column: number]>([
  [[], 1, 1],
  [['a'], 2, 8],
  [['a', 0], 2, 9],
  [['a', 1], 2, 12],
  [['a', 1, 'b'], 2, 18],
  [['a', 1, 'c'], 2, 33],
  [['a', 2], 2, 38],
  [['a', 2, 0, 0], 2, 40],
  [['a', 2, 1], 2, 44],
  [['d'], 3, 9],
  [['d', 'e'], 4, 5],
  [['d', 'f:'], 4, 17],
  // What is not there is looked for where it could be.
  [['d', 'x', 'y'], 3, 9],
  [['a', 3], 2, 8],
  [['a', 'b'], 2, 8],
  [['a', 1, 'c', 0], 2, 33],
  [['a', 0, 0], 2, 9],
])('the place of %j', (path, line, column) => {
  expect(placeOf(text, path)).toEqual({ line, column });
});

test('the place of the name of a field', () => {
  expect(placeOf(text, ['a', 1, 'c'], true)).toEqual({ line: 2, column: 28 });
  expect(placeOf(text, ['a', 1], true)).toEqual({ line: 2, column: 12 });
  expect(placeOf(`  ${text}`, ['d'], true)).toEqual({ line: 3, column: 3 });
});

test('ten mistakes are told, in the order of their lines, and how many more there are', () => {
  const mistake = (i: number) => ({ path: [i], sentence: `wrong ${i}` });
  const rows = Array.from({ length: 12 }, (_, i) => mistake(11 - i));
  const [first, ...others] = rows;
  const lines = { shown: 'x.json', text: `[${'0,\n'.repeat(11)}0]` };
  const told = new Mistakes([first!, ...others]).in(lines).report.split('\n');
  expect(told.slice(0, 3)).toEqual([
    'x.json has 12 mistakes:',
    '  x.json:1:2: [0]: wrong 0',
    '  x.json:2:1: [1]: wrong 1',
  ]);
  expect(told.slice(10)).toEqual(['  x.json:10:1: [9]: wrong 9', '  … and 2 more']);
  expect(new Mistakes([first!]).in(lines).report).toBe('x.json:12:1: [11]: wrong 11');
});

test('of a scenario file', async () => {
  const cwd = folder();
  const scenario = `{
  "name": "mine", "frames": 2,
  "pages": 99,
  "processes": [{ "nmae": "S" }],
  "actions": [{ "do": "raed", "process": "S" }, { "do": "exit", "process": "Q" }]
}`;
  writeFileSync(join(cwd, 'mine.json'), scenario);
  const words = ['explore', 'minix-vm', '--scenario', './mine.json'];
  const { code, stdout, stderr } = await vmcheck(words, { cwd, systems });
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  expect(stderr).toBe(`vmcheck: ./mine.json has 5 mistakes:
  ./mine.json:3:12: pages: expected a whole number from 1 to 32, found 99
  ./mine.json:4:17: processes[0].name: expected a text, found nothing
  ./mine.json:4:19: processes[0].nmae: there is no such field: did you mean name?
  ./mine.json:5:23: actions[0].do: expected one of ${actions}, found "raed": did you mean read?
  ./mine.json:5:76: actions[1].process: processes has no "Q": there is none
`);
});

const actions =
  'write, read, touch, fork, exit, exec, safemap, cowmap, unmap, safeunmap, revoke, munmap, ' +
  'mmap, brk, remap, check';

test('of a configuration', async () => {
  const cwd = folder();
  const config = `{
  "version": 1,
  "matrix": [
    { "system": "refcount", "scenari": "two", "expected": { "outcome": "hols" } }
  ]
}`;
  writeFileSync(join(cwd, 'vmcheck.config.json'), config);
  const { code, stderr } = await vmcheck(['gate'], { cwd });
  expect(code).toBe(64);
  expect(stderr).toBe(`vmcheck: vmcheck.config.json has 3 mistakes:
  vmcheck.config.json:4:5: matrix[0] has no field "scenario"
  vmcheck.config.json:4:29: matrix[0] has an unknown field "scenari": did you mean scenario?
  vmcheck.config.json:4:72: matrix[0].expected.outcome must be one of ${outcomes}, but is "hols"
`);
});

const outcomes = 'holds, violated, limited';

test('of a counterexample, and of the scenario in it', async () => {
  const { cwd, file, content, write } = await lostFrame();
  write(JSON.stringify({ ...content, steps: [{ statement: 3 }], more: 1 }, null, 2));
  const { code, stderr } = await vmcheck(['show', file], { cwd });
  expect(code).toBe(64);
  expect(stderr).toMatch(/^vmcheck: \S+ has \d mistakes:\n {2}\S+:\d+:\d+: /);
  expect(stderr).toContain('steps[0] has no field "thread"');
  const [{ name, scenarios }] = systems;
  const scenario = { ...scenarios[0], frames: 'one', page: 3 };
  write(JSON.stringify({ ...content, system: name, scenario }, null, 2));
  const replayed = await vmcheck(['show', file], { cwd, systems });
  expect(replayed.code).toBe(64);
  expect(replayed.stderr).toMatch(
    /:\d+:\d+: scenario\.frames: expected a whole number from 1 to 16, found "one"\n/,
  );
  expect(replayed.stderr).toMatch(/:\d+:\d+: scenario\.page: there is no such field: did you mean/);
});
