/** `vmcheck init`: what it writes is complete, is found wrong, and holds with the fix. */

import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { folder } from './folder.ts';
import { installedCommand, started, withPackage } from './installed.ts';
import { vmcheck } from './terminal.ts';

const root = resolve(import.meta.dirname, '../..');
const jsonIn = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

const written = [
  '.github/workflows/vmcheck.yml',
  'kernel.c',
  'kernel.mjs',
  'package.json',
  'scenarios/two.json',
  'test/kernel.test.mjs',
  'vmcheck.config.json',
];

test('a new folder gets a system, its C, a configuration, a test and CI', async () => {
  const cwd = folder();
  const { code, stdout, stderr } = await vmcheck(['init', 'new/kernel'], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(
    `${written.map((name) => `wrote new/kernel/${name}\n`).join('')}\n` +
      'next: cd new/kernel && npm install && npx vmcheck explore\n' +
      '(node_modules/vmcheck/docs/your-kernel.md goes on from there)\n',
  );
  for (const name of written) {
    const bytes = (...path: string[]) => readFileSync(join(...path, name));
    expect(bytes(cwd, 'new/kernel').equals(bytes(root, 'templates/start'))).toBe(true);
  }
});

test('the package has the start, and the start names this version of it', () => {
  const { files, version } = jsonIn(root, 'package.json');
  expect(files).toContain('templates');
  const { devDependencies } = jsonIn(root, 'templates/start/package.json');
  expect(devDependencies).toEqual({ vmcheck: `^${version}` });
});

test('a package.json and a repository that are there stay as they are', async () => {
  const cwd = folder();
  mkdirSync(join(cwd, '.git'));
  writeFileSync(join(cwd, 'package.json'), '{"type":"commonjs"}');
  const { code, stdout } = await vmcheck(['init'], { cwd });
  expect(code).toBe(0);
  expect(stdout).not.toContain('package.json');
  expect(stdout).toContain('next: npm install --save-dev vmcheck && npx vmcheck explore\n');
  expect(readFileSync(join(cwd, 'package.json'), 'utf8')).toBe('{"type":"commonjs"}');
});

test.each(['kernel.mjs', 'vmcheck.config.json'])('no file is overwritten: %s', async (name) => {
  const cwd = folder();
  writeFileSync(join(cwd, name), 'mine');
  expect(await vmcheck(['init'], { cwd })).toEqual({
    code: 64,
    stdout: '',
    stderr: `vmcheck: ${name} exists already, and init overwrites nothing: name another folder\n`,
  });
  expect(readdirSync(cwd)).toEqual([name]);
});

test('a file is no folder to write to', async () => {
  const cwd = folder();
  writeFileSync(join(cwd, 'x'), '');
  const { code, stderr } = await vmcheck(['init', 'x'], { cwd });
  expect({ code, stderr }).toEqual({ code: 64, stderr: 'vmcheck: x is not a folder\n' });
});

test('what is written is violated as it is, and holds with the fix', () => {
  const place = withPackage();
  expect(installedCommand(place, ['init']).stdout).toContain('\nnext: npx vmcheck explore\n');
  const found = installedCommand(place, ['explore']);
  expect(found.stderr).toBe('');
  expect(found.code).toBe(1);
  expect(found.stdout).toContain('violated  freed-once   15 steps');
  const fixed = installedCommand(place, ['explore', '--fix', 'test-under-lock']);
  expect(fixed.code).toBe(0);
  expect(fixed.stdout).toContain('holds  3 invariants');
  const gate = installedCommand(place, ['gate']);
  expect({ code: gate.code, stderr: gate.stderr }).toEqual({ code: 0, stderr: '' });
  const own = started(place, ['--test']);
  expect(own.stdout).toContain('# pass 3');
  expect(own.code).toBe(0);
  expect(existsSync(join(place, 'counterexamples'))).toBe(false);
});
