/** The pages about mm0 say what the code says. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fixes } from '../../src/actions/codezero-mm0/fixes.ts';
import { reconstructed } from '../../src/actions/codezero-mm0/words.ts';
import { defects } from '../../src/model/codezero-mm0/defects.ts';
import { profileNames, rulesOf } from '../../src/model/codezero-mm0/options.ts';
import type { Rules } from '../../src/model/codezero-mm0/options.ts';
import '../../src/systems/codezero-mm0.ts';

const reconstruction = readFileSync('docs/codezero-mm0.md', 'utf8');
const found = readFileSync('docs/defects/codezero-mm0.md', 'utf8');

test('docs/codezero-mm0.md has each rule with its value in each profile, and its fix', () => {
  for (const rule of Object.keys(rulesOf.reference) as (keyof Rules)[]) {
    const values = profileNames.map((profile) => String(rulesOf[profile][rule])).join(' | ');
    const fix = fixes.find(({ rules }) => rules.includes(rule))!.name;
    expect(reconstruction).toContain(`| ${rule} | ${values} | \`${fix}\` |`);
  }
});

test('docs/codezero-mm0.md has each place, in its order', () => {
  const places = reconstructed().flatMap(({ statements }) => statements.map(({ token }) => token));
  const written = reconstruction.slice(reconstruction.indexOf('## Places')).split('\n* ').slice(1);
  expect(written.map((line) => line.split('\n')[0])).toEqual(places);
});

test('docs/defects/codezero-mm0.md has each defect, with the steps of its counterexamples', () => {
  const short = { 'written-aug08': 'aug', 'written-nov08': 'nov', later: 'later', reference: '' };
  for (const { name, invariant, scenario, profiles, consequence } of defects) {
    const row = found.split('\n').find((line) => line.startsWith(`| [${name}]`));
    expect(row, name).toContain(consequence);
    for (const profile of profiles) {
      const suffix = profile === 'written-nov08' ? '' : `.profile=${profile}`;
      const file = `counterexamples/codezero-mm0/${invariant}.${scenario}${suffix}.json`;
      const { steps } = JSON.parse(readFileSync(file, 'utf8')) as { steps: readonly unknown[] };
      expect(row, name).toContain(`${short[profile]} ${steps.length}`);
    }
  }
});
