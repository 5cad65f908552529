/**
 * The pages of verdicts agree with the tests row by row, except for times. `npm run verdicts`
 * rewrites them.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { systems } from '../src/systems.ts';

/** An entry of `test/<system>/verdicts.json`. */
interface Entry {
  readonly outcome: string;
  readonly states: number;
  readonly depth: number;
  readonly breaches: readonly (readonly [invariant: string, statement: string, length: number])[];
}

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const tables = {
  'almos-mkh': read('test/almos-mkh/verdicts.json') as Record<string, Entry>,
  'minix-vm': read('test/minix-vm/verdicts.json') as Record<string, Entry>,
  'codezero-mm0': read('test/codezero-mm0/verdicts.json') as Record<string, Record<string, Entry>>,
};
const gate = read('vmcheck.config.json') as {
  readonly matrix: readonly {
    readonly system: string;
    readonly scenario: string;
    readonly variant: string;
    readonly expected: { readonly outcome: string; readonly states: number };
  }[];
};

/** The known result of a row; for ALMOS-MKH with all fixes, from the configuration of the gate. */
function known(system: string, scenario: string, variant: string): Partial<Entry> | undefined {
  if (system === 'codezero-mm0') return tables[system][variant]?.[scenario];
  const name = variant === 'fixed' ? 'fixed' : 'as written';
  if (system === 'minix-vm') return tables[system][`${scenario}, ${name}`];
  if (variant === 'as-written') return tables['almos-mkh'][scenario];
  const rows = gate.matrix.filter((row) => row.system === system && row.variant === variant);
  const { outcome, states } = rows.find((row) => row.scenario === scenario)!.expected;
  return { outcome, states, breaches: [] };
}

describe.each(systems)('$name', ({ name, scenarios, options, invariants }) => {
  const page = readFileSync(`docs/verdicts/${name}.md`, 'utf8');
  const rows = page
    .split('\n')
    .filter((line) => /^\| .* s \|$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -2)
        .map((cell) => cell.trim()),
    );
  const hint = `run npm run verdicts -- ${name}`;

  test('its page of verdicts has every scenario in every variant', () => {
    const profiles = options.find((option) => option.name === 'profile')?.values;
    const variants = profiles ?? ['as-written', 'fixed'];
    const named = scenarios.flatMap((scenario) => variants.map((one) => [scenario.name, one]));
    expect(
      rows.map((row) => row.slice(0, 2)),
      hint,
    ).toEqual(named);
  });

  const discipline = invariants.filter(({ group }) => group === 'discipline');
  const disciplines = discipline.map((invariant) => invariant.name);

  test.each(rows)('%s %s: the page agrees with the searches', (scenario, variant, ...cells) => {
    const { outcome, states, depth, breaches = [] } = known(name, scenario, variant)!;
    const first = breaches.find(([invariant]) => !disciplines.includes(invariant)) ?? breaches[0];
    expect(cells, hint).toEqual([
      outcome,
      first === undefined ? '' : `${first[0]}, ${first[2]}`,
      String(breaches.length),
      states!.toLocaleString('en-US'),
      depth === undefined ? cells.at(-1) : String(depth),
    ]);
  });
});
