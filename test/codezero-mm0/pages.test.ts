/** The page about mm0 says what the code says. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fixes } from '../../src/actions/codezero-mm0/fixes.ts';
import { reconstructed } from '../../src/actions/codezero-mm0/reconstruction.ts';
import { notShown } from '../../src/model/codezero-mm0/defects.ts';
import { profileNames, rulesOf } from '../../src/model/codezero-mm0/profiles.ts';
import type { Rules } from '../../src/model/codezero-mm0/rules.ts';
import { readScript } from '../../src/script/read.ts';
import { codezeroMm0 } from '../../src/systems/codezero-mm0.ts';

const reconstruction = readFileSync('docs/codezero-mm0.md', 'utf8');

test('docs/codezero-mm0.md has each rule with its value in each profile, and its fix', () => {
  for (const rule of Object.keys(rulesOf.reference) as (keyof Rules)[]) {
    const values = profileNames.map((profile) => String(rulesOf[profile][rule])).join(' | ');
    const fix = fixes.find(({ rules }) => rules.includes(rule))!.name;
    expect(reconstruction).toContain(`| ${rule} | ${values} | \`${fix}\` |`);
  }
});

test('docs/codezero-mm0.md has each place, in its order', () => {
  const places = reconstructed().flatMap(({ statements }) => statements.map(({ token }) => token));
  const list = reconstruction.slice(reconstruction.indexOf('## Places')).split('<!-- end')[0];
  const written = list.split('\n* ').slice(1);
  const lines = written.map((line) => line.split('\n')[0]);
  expect(lines.map((line) => line.split(' · ')[0])).toEqual(places);
  const cited = lines.filter((line) => / · .*\w+\.c:\d+/.test(line));
  expect(cited.length).toBeGreaterThan(places.length * 0.9);
});

test('docs/codezero-mm0.md has what the author acknowledges and no defect shows', () => {
  for (const { problem, why } of notShown) {
    expect(reconstruction).toContain(`* ${problem}: ${why}.\n`);
  }
});

test.each([
  'private-content-isolated.fork-twice.json',
  'read-never-downgrades.clone.profile=later.json',
])('docs/codezero-mm0.md reads %s place by place', (name) => {
  const { steps } = JSON.parse(readFileSync(`counterexamples/codezero-mm0/${name}`, 'utf8')) as {
    steps: readonly { readonly notes?: readonly string[] }[];
  };
  const places = new Set(
    reconstructed().flatMap((operation) =>
      operation.statements.map(({ token }) => `${operation.name} ${token}`),
    ),
  );
  const passed = steps.flatMap(({ notes = [] }, i) =>
    notes.flatMap((note) => {
      const [line = '', text = note] = /^(\S+\.c:\d+) (.*)$/.exec(note)?.slice(1) ?? [];
      const place = [...places].find((one) => text === one || text.startsWith(`${one}: `));
      return place === undefined ? [] : [`| ${i + 1} | ${place} | ${line} |`];
    }),
  );
  const told = reconstruction.split(`counterexamples/codezero-mm0/${name}`)[1].split('\n\n')[1];
  const rows = told.split('\n').slice(2);
  expect(rows.map((row) => row.split(' | ').slice(0, 3).join(' | ').replaceAll('`', ''))).toEqual(
    passed.map((row) => row.slice(0, -2)),
  );
});

test('docs/codezero-mm0.md shows a script that runs', () => {
  const block = /((?: {4}.*\n)+)/.exec(reconstruction.split('## Scripts')[1])![1];
  const script = readScript(block.replaceAll(/^ {4}/gm, ''), 'the page').script;
  const done = codezeroMm0.run!(script);
  expect(done.map(({ op, result }) => `${op}: ${result}`).at(-1)).toBe('read C 1: ok');
  expect(done.length).toBe(6);
});
