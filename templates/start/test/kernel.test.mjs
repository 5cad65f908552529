// @ts-check
// Run by `node --test`.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { explore, resolveSpec } from 'vmcheck';
import kernel from '../kernel.mjs';

/** @param {readonly string[]} fixes */
const modelWith = (fixes) => kernel.build(resolveSpec(kernel, { fixes }));

test('kfree as written frees a frame twice', () => {
  const { outcome, violations } = explore(modelWith([]));
  assert.equal(outcome, 'violated');
  assert.equal(violations[0]?.invariant, 'freed-once');
});

test('with the fix, everything holds', () => {
  assert.equal(explore(modelWith(['test-under-lock'])).outcome, 'holds');
});

test('each statement cites a line of the C that has its words', () => {
  for (const { file, line, through = line, token } of modelWith([]).statements) {
    if (file === '') continue; // a step of the user program
    const lines = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8').split('\n');
    assert.ok(
      lines
        .slice(line - 1, through)
        .join('\n')
        .includes(token),
      `${file}:${line} ${token}`,
    );
  }
});
