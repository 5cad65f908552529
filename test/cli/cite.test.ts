/** `vmcheck cite`, and citations in a gate: drift of the source is told by line. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { told } from '../report/validated.ts';
import { folder } from './folder.ts';
import { ownSystem } from './own-system.ts';
import { vmcheck } from './terminal.ts';

const TICKET_C = [
  '/* Tickets. */',
  'int take(void) {',
  '\tint n =   next;',
  '  next = n + 1;',
  '}',
];

/** A folder with the system and these files. */
function withFiles(files: Readonly<Record<string, readonly string[]>>): string {
  const cwd = folder();
  writeFileSync(join(cwd, 'tickets.mjs'), ownSystem());
  for (const [name, lines] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), lines.join('\n'));
  }
  return cwd;
}

async function cite(cwd: string, ...more: string[]) {
  return vmcheck(['cite', './tickets.mjs', '--source', 'kernel', ...more], { cwd });
}

test('lines that are as they were, whatever their blanks, are fine', async () => {
  const cwd = withFiles({ 'kernel/ticket.c': TICKET_C });
  expect(await cite(cwd)).toEqual({
    code: 0,
    stdout: 'tickets r7: 2 of 2 cited lines unchanged below kernel\n',
    stderr: '',
  });
});

test('a file is found anywhere below the folder, if it is the only one of its name', async () => {
  expect((await cite(withFiles({ 'kernel/mm/ticket.c': TICKET_C }))).code).toBe(0);
  const twice = withFiles({ 'kernel/mm/ticket.c': TICKET_C, 'kernel/old/ticket.c': TICKET_C });
  const { code, stdout } = await cite(twice);
  expect(code).toBe(1);
  expect(stdout).toContain('several such files below kernel: mm/ticket.c, old/ticket.c');
});

test('a line that moved is told with the place where it is now', async () => {
  const moved = withFiles({ 'kernel/ticket.c': ['', '', ...TICKET_C] });
  const { code, stdout } = await cite(moved);
  expect(code).toBe(1);
  expect(stdout).toContain('✗ ticket.c:3 take  n = next: now on line 5\n');
  expect(stdout).toContain('✗ ticket.c:4 take  next = n + 1: now on line 6\n');
  expect(stdout).toContain('0 of 2 cited lines unchanged');
});

test('a line that is gone, and a file that is, are told', async () => {
  const gone = withFiles({ 'kernel/ticket.c': TICKET_C.slice(0, 3) });
  expect((await cite(gone)).stdout).toContain('next = n + 1: not found within 300 lines');
  const none = withFiles({ 'kernel/other.c': TICKET_C });
  expect((await cite(none)).stdout).toContain('there is no such file below kernel');
});

test('JSON says the same, and is as its schema says', async () => {
  const moved = withFiles({ 'kernel/ticket.c': ['', ...TICKET_C] });
  expect(told('cite', await cite(moved, '--format', 'json'))).toMatchObject({
    verdict: 'not-as-expected',
    system: 'tickets',
    cited: 2,
    drifts: [{ at: 'ticket.c:3', sentence: 'now on line 4' }, { at: 'ticket.c:4' }],
  });
});

test('a gate fails where the source has drifted, and names the line', async () => {
  const config = {
    version: 1,
    matrix: [],
    citations: [{ system: './tickets.mjs', source: 'kernel' }],
  };
  const gate = async (lines: readonly string[]) => {
    const cwd = withFiles({
      'kernel/ticket.c': lines,
      'vmcheck.config.json': [JSON.stringify(config)],
    });
    return vmcheck(['gate'], { cwd });
  };
  const fine = await gate(TICKET_C);
  expect(fine.code).toBe(0);
  expect(fine.stdout).toContain(
    '✓ tickets · cited lines below kernel: 2 of 2 cited lines unchanged',
  );
  const drifted = await gate(['', ...TICKET_C]);
  expect(drifted.code).toBe(1);
  expect(drifted.stdout).toContain('✗ tickets · cited lines below kernel: 0 of 2 cited lines');
  expect(drifted.stdout).toContain('ticket.c:3 take  n = next: now on line 4');
});

test('where no system is named, it is the configured one', async () => {
  const cwd = withFiles({
    'kernel/ticket.c': TICKET_C,
    'vmcheck.config.json': [JSON.stringify({ version: 1, matrix: [], systems: ['./tickets.mjs'] })],
  });
  const cited = await vmcheck(['cite', '--source', 'kernel'], { cwd });
  expect(cited.stdout).toBe('tickets r7: 2 of 2 cited lines unchanged below kernel\n');
});

test('a system that cites nothing is refused: there would be nothing to fail', async () => {
  const cwd = withFiles({ 'kernel/ticket.c': TICKET_C });
  writeFileSync(join(cwd, 'tickets.mjs'), ownSystem().replaceAll("file: 'ticket.c'", "file: ''"));
  expect(await cite(cwd)).toMatchObject({
    code: 64,
    stderr: 'vmcheck: tickets cites no line of any file\n',
  });
});

test.each([
  [[], 'cite needs --source: name the source folder'],
  [['--source', 'nowhere'], 'nowhere: there is no such folder: name the one with the source'],
  [['--source', 'tickets.mjs'], 'tickets.mjs: there is no such folder'],
])('%j is refused', async (more, message) => {
  const cwd = withFiles({});
  const { code, stderr } = await vmcheck(['cite', './tickets.mjs', ...more], { cwd });
  expect(code).toBe(64);
  expect(stderr).toContain(message);
});
