/**
 * Is every statement where it says it is? Lines are checked against the functions always; the words
 * on them only where a checkout of the kernel is at hand, named by the environment variable VMM_C:
 * a plain vmm.c at r632, or a listing of it in which each line follows its number.
 *
 *     VMM_C=~/almos-mkh/kernel/mm/vmm.c npx vitest run test/almos-mkh/citations.test.ts
 */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { build, resolveSpec } from '../../src/core/spec.ts';
import { asWritten } from '../../src/systems/almos-mkh.ts';
import { systems } from '../../src/systems.ts';

interface Citation {
  readonly where: string;
  readonly line: number;
  readonly token: string;
  /** The last line of a section. */
  readonly through: number;
  readonly lines: readonly [number, number];
}

/** Two steps of one line are distinguished by a fraction: 2338.1 is on line 2338. */
const citations: readonly Citation[] = asWritten
  .filter(({ file }) => file === 'vmm.c')
  .flatMap(({ name, lines, statements }) =>
    statements.map(({ line, token, through }) => {
      const whole = Math.floor(line);
      const where = `${name} vmm.c:${line} '${token}'`;
      return { where, line: whole, token, through: through ?? whole, lines };
    }),
  );

/** A listing from the web has other kinds of blanks. */
const blanks = (text: string): string => text.replace(/\s+/g, ' ');

/** Index n is line n of the file. */
function linesOf(path: string): readonly string[] {
  const text = readFileSync(path, 'utf8').split('\n');
  const first = text.findIndex((line) => /^1(\D|$)/.test(line));
  const numbered = first >= 0 && /^2(\D|$)/.test(text[first + 1] ?? '');
  if (!numbered) return ['', ...text].map(blanks);
  const lines: string[] = [];
  for (let n = 1; text[first + n - 1]?.startsWith(`${n}`) === true; n++) {
    lines[n] = blanks(text[first + n - 1].slice(`${n}`.length));
  }
  return lines;
}

test('every statement of vmm.c lies between the first and the last line of its function', () => {
  expect(citations.length).toBeGreaterThan(100);
  const outside = citations
    .filter(({ line, through, lines: [first, last] }) => line < first || through > last)
    .map(({ where, lines: [first, last] }) => `${where} is outside ${first}..${last}`);
  expect(outside).toEqual([]);
});

test('a section ends behind its first line', () => {
  const sections = citations.filter(({ line, through }) => through !== line);
  expect(sections.length).toBeGreaterThan(15);
  expect(sections.filter(({ line, through }) => through < line)).toEqual([]);
});

test('statements stand in the order of the lines of their function', () => {
  for (const { name, statements } of asWritten) {
    const lines = statements.map(({ line }) => line);
    expect(lines, name).toEqual([...lines].sort((a, b) => a - b));
  }
});

/** The fixes of codezero-mm0 set rules: they have no lines of their own. */
const patchedSystems = systems.filter(({ name }) => name !== 'codezero-mm0');

describe.each(patchedSystems)('$name with all fixes', (system) => {
  const [scenario] = system.scenarios;
  const statementsWith = (fixes: readonly string[]) =>
    build(system, resolveSpec(system, { scenario, fixes })).statements;
  const written = statementsWith([]);
  const fixed = statementsWith(system.fixes.map(({ name }) => name));

  test('cites no line of the source that is not in the source', () => {
    expect(written.filter(({ fix }) => fix !== undefined)).toEqual([]);
    const own = fixed.filter(({ fix }) => fix === undefined);
    const place = ({ operation, file, line, token }: (typeof fixed)[number]): string =>
      `${operation} ${file}:${line} ${token}`;
    const known = new Set(written.map(place));
    // Programs and system calls have no file, so they cite nothing.
    expect(
      own
        .filter(({ file }) => file !== '')
        .map(place)
        .filter((one) => !known.has(one)),
    ).toEqual([]);
  });

  test('names the fix of each line that is changed', () => {
    const names = new Set(system.fixes.map(({ name }) => name));
    const unknown = fixed
      .flatMap(({ fix }) => fix?.split(', ') ?? [])
      .filter((name) => !names.has(name));
    expect(unknown).toEqual([]);
  });
});

const path = process.env['VMM_C'];
if (path === undefined) {
  console.warn('test/almos-mkh/citations.test.ts: SKIPPED, no C: set VMM_C to a vmm.c of r632');
}

describe.skipIf(path === undefined)('with the C source', () => {
  test('the token of every statement occurs on its line', () => {
    const source = linesOf(path!);
    expect(source.length, `${path} is too short to be vmm.c`).toBeGreaterThan(2400);
    const wrong = citations
      .filter(({ line, token }) => source[line]?.includes(token) !== true)
      .map(({ where, line }) => `${where}, but the line is: ${source[line]?.trim() ?? 'missing'}`);
    expect(wrong).toEqual([]);
  });

  test('every function begins and ends at the lines that are given for it', () => {
    const source = linesOf(path!);
    const wrong = asWritten
      .filter(({ file }) => file === 'vmm.c')
      .filter(({ name, lines: [first, last] }) => {
        const body = source.slice(first, last + 1).join('\n');
        const isLast = source[last]?.startsWith('}') === true;
        return !isLast || !new RegExp(`\\b${name}\\s*\\(`).test(body.split('{')[0]);
      })
      .map(({ name, lines: [first, last] }) => `${name} vmm.c:${first}-${last}`);
    expect(wrong).toEqual([]);
  });
});
