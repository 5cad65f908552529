/** examples/cow-kernel: short, true to its C, and found wrong where it is wrong. */

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { OperationInfo } from '../src/system.ts';
import type { Statement } from '../src/explorer/statement.ts';
import { installedCommand, started, withPackage } from './cli/installed.ts';

const home = resolve(import.meta.dirname, '../examples/cow-kernel');
const linesOf = (name: string): string[] => readFileSync(join(home, name), 'utf8').split('\n');

function copied(): string {
  const place = withPackage();
  cpSync(home, place, { recursive: true });
  return place;
}

test('the model is at most 200 lines long, invariants and fix included', () => {
  const lines = linesOf('kernel.mjs').filter((line) => line.trim() !== '');
  expect(lines.length).toBeLessThanOrEqual(200);
});

const told = `
  import { resolveSpec } from 'vmcheck';
  import system from './kernel.mjs';
  const { statements } = system.build(resolveSpec(system, {}));
  console.log(JSON.stringify({ statements, operations: system.operations }));
`;

test('each statement cites a line on which its words are, within its function', () => {
  const place = copied();
  writeFileSync(join(place, 'told.mjs'), told);
  const { statements, operations } = JSON.parse(started(place, ['told.mjs']).stdout) as {
    readonly statements: readonly Statement[];
    readonly operations: readonly OperationInfo[];
  };
  const cited = statements.filter(({ file }) => file !== '');
  expect(new Set(cited.map(({ file }) => file))).toEqual(new Set(['kalloc.c', 'vm.c']));
  expect(cited.length).toBeGreaterThan(30);
  for (const { operation, file, line, through = line, token } of cited) {
    const text = linesOf(file).slice(Math.floor(line) - 1, through);
    expect(text.join('\n'), `${file}:${line}`).toContain(token);
    const { lines } = operations.find(({ name }) => name === operation)!;
    expect(line).toBeGreaterThanOrEqual(lines[0]);
    expect(through).toBeLessThanOrEqual(lines[1]);
  }
  for (const { name, file, lines } of operations.filter((one) => one.file !== '')) {
    expect(linesOf(file)[lines[0] - 1]).toContain(`${name}(`);
    expect(linesOf(file)[lines[1] - 1]).toBe('}');
  }
});

test('its gate holds: two bugs as written, none with the fix, and the saved counterexample', () => {
  const { code, stdout, stderr } = installedCommand(copied(), ['gate']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('7 as expected, 0 not');
});
