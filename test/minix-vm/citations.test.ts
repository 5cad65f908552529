/**
 * Is every statement where it says it is? Lines are checked against the functions always; the words
 * on them only where a checkout of servers/vm at cb176df60f is at hand, named by the variable
 * VM_DIR.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asWritten } from '../../src/systems/minix-vm.ts';

const cited = asWritten.filter(({ file }) => file !== '');

test('statements lie within their function, in the order of its lines', () => {
  for (const {
    name,
    lines: [first, last],
    statements,
  } of cited) {
    const lines = statements.map(({ line }) => line);
    expect(lines, name).toEqual([...lines].sort((a, b) => a - b));
    expect(lines[0], name).toBeGreaterThanOrEqual(first);
    expect(lines.at(-1), name).toBeLessThanOrEqual(last);
  }
});

const folder = process.env['VM_DIR'];
if (folder === undefined) {
  console.warn('test/minix-vm/citations.test.ts: SKIPPED, no C source: set VM_DIR to servers/vm');
}

describe.skipIf(folder === undefined)('with the C source', () => {
  test('the token of every statement occurs on its line', () => {
    const wrong = cited.flatMap(({ name, file, statements }) => {
      const source = ['', ...readFileSync(join(folder!, file), 'utf8').split('\n')];
      return statements
        .filter(({ line, token }) => source[Math.floor(line)]?.includes(token) !== true)
        .map(
          ({ line, token }) => `${name} ${file}:${line} '${token}': ${source[Math.floor(line)]}`,
        );
    });
    expect(wrong).toEqual([]);
  });

  test('every function has its name in its first two lines, and ends with its last', () => {
    const wrong = cited.flatMap(({ name, file, lines: [first, last] }) => {
      const source = ['', ...readFileSync(join(folder!, file), 'utf8').split('\n')];
      const named = source
        .slice(first, first + 2)
        .join(' ')
        .includes(name);
      return named && source[last]?.startsWith('}') === true
        ? []
        : [`${name} ${file}:${first}-${last}`];
    });
    expect(wrong).toEqual([]);
  });
});
