/** `vmcheck schema`: the JSON Schema of the scenarios of a system. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { systems } from '../../src/systems.ts';
import { folder } from './folder.ts';
import { ownSystem } from './own-system.ts';
import { vmcheck } from './terminal.ts';

test.each(systems.map(({ name }) => name))('of %s is the one that is published', async (name) => {
  const { code, stdout, stderr } = await vmcheck(['schema', name], { systems });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(readFileSync(`docs/scenario.${name}.schema.json`, 'utf8'));
});

test('of a system of one’s own', async () => {
  const cwd = folder();
  const schema = { type: 'object', properties: { threads: { type: 'integer' } } };
  const own = ownSystem().replace(
    'export default system;',
    `export default { ...system, scenarioSchema: ${JSON.stringify(schema)} };`,
  );
  writeFileSync(join(cwd, 'kernel.mjs'), own);
  const { code, stdout } = await vmcheck(['schema', './kernel.mjs'], { cwd });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(schema);
});

test.each([
  [[], /^schema needs a system: refcount, counters, or a module$/],
  [['refcuont'], /^unknown system "refcuont": did you mean refcount\?$/],
  [['refcount'], /^refcount does not say what its scenarios may hold: it has no scenarioSchema, /],
  [['--source', 'cow.vmcheck.json'], /^--source: C has no scenario files: its scenarios are in /],
  [['./none.js'], /^\.\/none\.js: there is no such file$/],
])('is refused in a sentence: %j', async (words, says) => {
  const { code, stdout, stderr } = await vmcheck(['schema', ...words], { cwd: folder() });
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  const [, sentence] = /^vmcheck: (.*)\n$/.exec(stderr) ?? [];
  expect(sentence).toMatch(says);
});
