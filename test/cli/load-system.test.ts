/** Systems of a user's own, which a module exports: named on the command line, or configured. */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

import { folder } from './folder.ts';
import { ownSystem } from './own-system.ts';
import { vmcheck } from './terminal.ts';

/** A folder with these files. */
function withFiles(files: Readonly<Record<string, string | object>>): string {
  const cwd = folder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(
      join(cwd, name),
      typeof content === 'string' ? content : JSON.stringify(content, null, 2),
    );
  }
  return cwd;
}

const CONFIG = 'vmcheck.config.json';
const holds = { outcome: 'holds', states: 5 };
const violated = { outcome: 'violated', invariant: 'own-ticket', steps: 4 };

test('a file is explored, listed and saved from as a system that is built in', async () => {
  const cwd = withFiles({ 'lib/tickets.mjs': ownSystem() });
  const explored = await vmcheck(['explore', './lib/tickets.mjs', '--save', 'found'], { cwd });
  expect(explored.stderr).toBe('');
  expect(explored.code).toBe(1);
  expect(explored.stdout).toContain('tickets r7 as written · two: 2 threads · plain\n');
  expect(explored.stdout).toContain('violated  own-ticket   4 steps');
  const listed = await vmcheck(['list', './lib/tickets.mjs'], { cwd });
  expect(listed.stdout).toContain('Two threads take tickets.');
  expect(listed.stdout).not.toContain('Reference counts');
  const file = join(cwd, 'found/tickets/own-ticket.two.json');
  expect(JSON.parse(readFileSync(file, 'utf8')).module).toBe('../../lib/tickets.mjs');
});

test('a counterexample is replayed from any folder, and says what is missing', async () => {
  const cwd = withFiles({ 'tickets.mjs': ownSystem() });
  await vmcheck(['explore', './tickets.mjs', '--save', 'found'], { cwd });
  const elsewhere = folder();
  const file = join(cwd, 'found/tickets/own-ticket.two.json');
  const replayed = await vmcheck(['replay', file], { cwd: elsewhere });
  expect(replayed.stderr).toBe('');
  expect(replayed.code).toBe(0);
  expect(replayed.stdout).toContain('own-ticket after 4 steps');
  // What is loaded stays loaded: a name that was never seen has to be missing.
  renameSync(join(cwd, 'tickets.mjs'), join(cwd, 'moved.mjs'));
  const lost = await vmcheck(['replay', file], { cwd: elsewhere });
  expect(lost.code).toBe(64);
  expect(lost.stderr).toBe(
    `vmcheck: ${file}: the system tickets comes from a module: ../../tickets.mjs: ` +
      'there is no such file\n',
  );
});

test('a counterexample is shown where its system is not', async () => {
  const cwd = withFiles({ 'tickets.mjs': ownSystem() });
  await vmcheck(['explore', './tickets.mjs', '--save', 'found'], { cwd });
  renameSync(join(cwd, 'tickets.mjs'), join(cwd, 'moved.mjs'));
  const { code, stdout } = await vmcheck(['show', 'found/tickets/own-ticket.two.json'], { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "tickets r7 as written · two · plain
    violated  own-ticket   4 steps

      two have the ticket 0

       1  A  ticket.c:3  n = next
       2  B  ticket.c:3  n = next
       3  B  ticket.c:4  next = n + 1
       4  A  ticket.c:4  next = n + 1
    "
  `);
  const full = ['show', 'found/tickets/own-ticket.two.json', '--view', 'full'];
  expect((await vmcheck(full, { cwd })).code).toBe(64);
});

test('a configuration makes names known to every command, the gate included', async () => {
  const cwd = withFiles({
    'tickets.mjs': ownSystem(),
    'node_modules/vm-tickets/package.json': { name: 'vm-tickets', exports: './main.mjs' },
    'node_modules/vm-tickets/main.mjs': ownSystem('packed'),
    'node_modules/vm-old/package.json': { name: 'vm-old', main: 'old.mjs' },
    'node_modules/vm-old/old.mjs': ownSystem('old'),
    'found/.keep': '',
    [CONFIG]: {
      version: 1,
      systems: ['./tickets.mjs', 'vm-tickets'],
      matrix: [
        { system: 'tickets', scenario: 'two', expected: violated },
        { system: 'packed', scenario: 'one', expected: { ...holds, states: 3 } },
        { system: 'vm-old', scenario: 'one', expected: { ...holds, states: 3 } },
      ],
    },
  });
  const explored = await vmcheck(['explore', 'packed', '--save', 'found'], { cwd });
  expect(explored.code).toBe(1);
  const saved = join(cwd, 'found/packed/own-ticket.two.json');
  expect(JSON.parse(readFileSync(saved, 'utf8')).module).toBe('vm-tickets');
  expect((await vmcheck(['replay', 'found/packed'], { cwd })).code).toBe(0);
  const listed = await vmcheck(['list'], { cwd });
  for (const name of ['refcount', 'tickets', 'packed']) expect(listed.stdout).toContain(name);
  const gate = await vmcheck(['gate'], { cwd });
  expect(gate.stderr).toBe('');
  expect(gate.code).toBe(0);
});

test('a scenario file of a system that is configured needs no name', async () => {
  const cwd = withFiles({
    'tickets.mjs': ownSystem(),
    'mine.json': { name: 'mine', purpose: 'x', threads: 1 },
    [CONFIG]: { version: 1, systems: ['./tickets.mjs'], matrix: [] },
  });
  const { code, stdout } = await vmcheck(['explore', '--scenario', './mine.json'], { cwd });
  expect(stdout).toContain('tickets r7 as written · mine: 1 threads');
  expect(code).toBe(0);
});

const system = (fields: string): string =>
  ownSystem('odd').replace('export default system;', `export default { ...system, ${fields} };`);

const refused: readonly (readonly [name: string, files: Record<string, string>, says: RegExp])[] = [
  ['./none.mjs', {}, /^\.\/none\.mjs: there is no such file$/],
  ['./folder.js', { 'folder.js/x': '' }, /^\.\/folder\.js is not a file$/],
  [
    './a.mjs',
    { 'a.mjs': 'throw new Error("no luck")' },
    /throws while it is loaded: Error: no luck$/,
  ],
  ['./b.mjs', { 'b.mjs': 'export default {' }, /is no module that Node can read: /],
  ['./c.mjs', { 'c.mjs': 'export const x = 1' }, /exports no system: export what defineSystem/],
  ['./d.mjs', { 'd.mjs': 'export default () => 1' }, /exports a function as default, which is no/],
  ['./e.mjs', { 'e.mjs': 'export default [3]' }, /exports 3 as default, which is no system/],
  ['./f.mjs', { 'f.mjs': 'export default []' }, /exports an empty list of systems$/],
  [
    './g.mjs',
    { 'g.mjs': system('scenarios: []') },
    /the system odd has no scenarios: give it one$/,
  ],
  ['./h.mjs', { 'h.mjs': system('name: "a b"') }, /the name of a system consists of letters/],
  ['./i.mjs', { 'i.mjs': system('build: 7') }, /system odd: build must be a function, and is 7$/],
  [
    './j.mjs',
    { 'j.mjs': system('hardware: undefined') },
    /hardware must be a list, and is missing$/,
  ],
  [
    './k.mjs',
    { 'k.mjs': system('defaultScenario: "x"') },
    /defaultScenario is "x", which there is/,
  ],
  ['./l.mjs', { 'l.mjs': system('fixes: [{ name: "f" }]') }, /fixes\[0\]: sentence must be a text/],
  [
    './m.mjs',
    { 'm.mjs': system('hardware: [...system.hardware, ...system.hardware]') },
    /hardware has two of the name "plain"$/,
  ],
  ['./n.mjs', { 'n.mjs': ownSystem('refcount') }, /there are two systems named refcount: give one/],
  [
    './o.mjs',
    { 'o.mjs': ownSystem('o').replace('default system', 'default [system, system]') },
    /there are two systems named o: give one another name$/,
  ],
  ['./p.mjs', { 'p.mjs': 'import "./q.mjs"' }, /imports what is not there: /],
  ['vm-none', {}, /^unknown system "vm-none": choose one of refcount, counters$/],
  [
    'vm-empty',
    { 'node_modules/vm-empty/package.json': '{"exports": {"require": "./x.cjs"}}' },
    /^the package vm-empty has no module to import: undefined$/,
  ],
];

test.each(refused)(
  'a module that is no system is refused in a sentence: %s',
  async (name, files, says) => {
    const cwd = withFiles(files);
    for (const words of [
      ['explore', name],
      ['list', name],
    ]) {
      const { code, stdout, stderr } = await vmcheck(words, { cwd });
      expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
      const [, sentence, rest] = /^vmcheck: (.*)\n([^]*)$/.exec(stderr) ?? [];
      expect(sentence).toMatch(says);
      expect(rest).toBe('');
    }
  },
);

test('a list of systems is chosen from by the configuration', async () => {
  const several = ownSystem('a').replace(
    'default system',
    'default [system, { ...system, name: "b" }]',
  );
  const cwd = withFiles({ 'several.mjs': several });
  expect((await vmcheck(['list', './several.mjs'], { cwd })).code).toBe(0);
  const { code, stderr } = await vmcheck(['explore', './several.mjs'], { cwd });
  expect(code).toBe(64);
  expect(stderr).toContain('./several.mjs has 2 systems (a, b): list it under "systems" of');
  writeFileSync(
    join(cwd, CONFIG),
    JSON.stringify({ version: 1, systems: ['./several.mjs'], matrix: [] }),
  );
  expect((await vmcheck(['explore', 'b'], { cwd })).code).toBe(1);
});

test.each([
  [7, 'systems must be a list of modules, and is 7'],
  [['./none.mjs'], 'systems[0]: ./none.mjs: there is no such file'],
  [['vm-none'], 'systems[0]: "vm-none" is neither a file nor an installed package'],
])('a configuration that names no system is refused: %j', async (systems, says) => {
  const cwd = withFiles({ [CONFIG]: { version: 1, systems, matrix: [] } });
  for (const words of [['explore'], ['list'], ['run', 'x']]) {
    const { code, stderr } = await vmcheck(words, { cwd });
    expect({ code, stderr }).toEqual({ code: 64, stderr: `vmcheck: ${CONFIG}: ${says}\n` });
  }
});

test('the bare command explores the system of the configuration, if it is one', async () => {
  const config = (systems: readonly string[]) => ({ version: 1, systems, matrix: [] });
  const cwd = withFiles({
    'tickets.mjs': ownSystem(),
    'other.mjs': ownSystem('other'),
    [CONFIG]: config(['./tickets.mjs']),
  });
  const one = await vmcheck(['explore', '--scenario', 'one'], { cwd });
  expect(one.code).toBe(0);
  expect(one.stdout).toContain('tickets r7 as written · one: 1 threads');
  writeFileSync(join(cwd, CONFIG), JSON.stringify(config(['./tickets.mjs', './other.mjs'])));
  expect(await vmcheck(['explore'], { cwd })).toEqual({
    code: 64,
    stdout: '',
    stderr: `vmcheck: ${CONFIG} names 2 systems: name one of tickets, other\n`,
  });
});
