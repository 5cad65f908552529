/** JSON that is nested thousands of levels deep, in each place that reads JSON from outside. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { quote } from '../../src/safe-text.ts';
import { systems } from '../../src/systems.ts';
import { lostFrame } from '../counterexample/saved.ts';
import { folder } from './folder.ts';
import { vmcheck } from './terminal.ts';

const DEEP = 5000;
const deep = '['.repeat(DEEP) + ']'.repeat(DEEP);
const objects = '{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP);

test.each([
  ['explore', (json: string) => ['explore', '--scenario', `./${json}`]],
  ['replay', (json: string) => ['replay', json]],
  ['show', (json: string) => ['show', json]],
  ['gate', (json: string) => ['gate', '--config', json]],
  ['run', (json: string) => ['run', json]],
])('%s refuses deep nesting with its place', async (_, words) => {
  const cwd = folder();
  for (const [name, nested] of Object.entries({ deep, objects })) {
    const file = `${name}.json`;
    writeFileSync(join(cwd, file), `{"format": "x", "script": ${nested}, "op": "\\"[[[["}`);
    const { code, stdout, stderr } = await vmcheck(words(file), { cwd });
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toMatch(
      /^vmcheck: .*\.json.* is nested more than 64 levels deep at line 1, column/,
    );
    expect(stderr.length).toBeLessThan(200);
  }
});

test('a field of a counterexample may not be nested deeply either', async () => {
  const { cwd, file, content, write } = await lostFrame();
  write(JSON.stringify({ ...content, scenario: 0 }).replace('"scenario":0', `"scenario":${deep}`));
  const { code, stderr } = await vmcheck(['replay', file], { cwd });
  expect(code).toBe(64);
  expect(stderr).toContain('levels deep');
});

test('brackets in texts are no nesting', async () => {
  const { cwd, file, content, write } = await lostFrame();
  write({ ...content, breach: `${'['.repeat(100)}"\\`, toolVersion: '{'.repeat(100) });
  expect((await vmcheck(['show', file], { cwd })).code).toBe(0);
});

test('a scenario handed over as a value is refused in a short sentence, however deep', () => {
  let value: unknown = 1;
  for (let i = 0; i < DEEP; i++) value = [value];
  for (const { parseScenario } of systems) {
    for (const wrong of [value, { name: value, clusters: value, pages: value }]) {
      expect(() => parseScenario(wrong)).toThrow(/^.{20,400}$/);
    }
  }
  expect(quote(value)).toHaveLength(80);
});
