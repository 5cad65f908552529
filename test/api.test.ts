/** What the package exports: all types that its signatures mention, each name with a docstring. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { api } from '../scripts/api.js';

test('docs/api.md is up to date, and nothing in it is missing or undocumented', async () => {
  const { page, problems } = await api();
  expect(problems).toEqual([]);
  const kept = readFileSync(join(import.meta.dirname, '../docs/api.md'), 'utf8');
  expect(kept, 'run npm run api').toBe(page);
});
