/** What JavaScript throws in a model is its author's error, with the place and the trace. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folder } from './folder.ts';
import { ownSystem } from './own-system.ts';
import { errorInVmcheck, vmcheck } from './terminal.ts';
import { refcount } from './toys.ts';

const FILE = 'tickets.mjs';

/** The system with a slip in it, in a folder of its own, and the line of the slip. */
function slip(written: string, instead: string): { readonly cwd: string; readonly line: number } {
  const right = ownSystem();
  expect(right).toContain(written);
  const wrong = right.replace(written, () => instead);
  const cwd = folder();
  writeFileSync(join(cwd, FILE), wrong);
  const upTo = right.slice(0, right.indexOf(written) + instead.indexOf('oops'));
  return { cwd, line: upTo.split('\n').length };
}

const slips: readonly [where: string, written: string, instead: string][] = [
  ['a statement', 'cells[NEXT] = cells[n] + 1;', 'cells[NEXT] = cells.oops.n;'],
  ['an invariant', 'violation: () => sentence(scratch)', 'violation: () => oops()'],
  ['applies', 'applies: () => done(scratch)', 'applies: () => oops()'],
  ['the initial state', 'scratch.fill(0);', 'oops();'],
  ['the end', 'isFinal: () => done(scratch)', 'isFinal: () => oops()'],
  ['the replay', 'initial: () => [new Int32Array(5)]', 'initial: () => oops()'],
];

test.each(slips)('a slip in %s', async (_, written, instead) => {
  const { cwd, line } = slip(written, instead);
  const { code, stdout, stderr } = await vmcheck(
    ['explore', `./${FILE}`, '--scenario', 'two', '--keep-going'],
    { cwd },
  );
  expect({ code, stdout, stderr }).toMatchObject({ code: 65, stdout: '' });
  const [first] = stderr.split('\n');
  expect(first).toMatch(/^vmcheck: the model tickets is wrong: .*(TypeError|ReferenceError): /);
  expect(first).toContain(`(${FILE}:${line})`);
  expect(stderr).not.toMatch(/report|^ +at /m);
});

test('a slip in a statement is told after the steps that lead there', async () => {
  const [, written, instead] = slips[0];
  const { cwd } = slip(written, instead);
  const { stderr } = await vmcheck(['explore', `./${FILE}`], { cwd });
  expect(stderr).toContain('\n  after this trace:\n  1  A  take, ticket.c:3 n = next\n');
});

test('the stack is shown with --verbose, and what other commands run is told alike', async () => {
  const [, written, instead] = slips[0];
  const { cwd } = slip(written, instead);
  const verbose = await vmcheck(['explore', `./${FILE}`, '--verbose'], { cwd });
  expect(verbose.code).toBe(65);
  expect(verbose.stderr).toMatch(/^ +at .*tickets\.mjs/m);
  const entry = { system: 'tickets', scenario: 'two', expected: { outcome: 'holds' } };
  writeFileSync(
    join(cwd, 'vmcheck.config.json'),
    JSON.stringify({ version: 1, systems: [`./${FILE}`], matrix: [entry] }),
  );
  const gate = await vmcheck(['gate'], { cwd });
  expect(gate.code).toBe(65);
  expect(gate.stdout + gate.stderr).toContain('TypeError');
  expect(gate.stderr).not.toMatch(/report|^ +at /m);
});

test('an error of vmcheck itself is still one to be reported', async () => {
  const build = (): never => {
    throw errorInVmcheck('gone');
  };
  const { code, stderr } = await vmcheck(['explore', 'refcount'], {
    systems: [{ ...refcount, build }],
  });
  expect(code).toBe(70);
  expect(stderr).toContain('please report it');
});
