// Writes the matrix of vmcheck.config.json from present searches: every scenario of every system,
// as written and, if there are fixes, fixed. Use it after a deliberate change of a model and review
// the diff. Run `npm run modules` first, then `node scripts/gate-config.js`; if systems are named,
// only these are searched, and the rows of others are kept.
import { readFileSync, writeFileSync } from 'node:fs';
import { explore, systems } from '../dist-modules/index.js';
import { resolveSpec, build } from '../dist-modules/core/spec.js';

const file = new URL('../vmcheck.config.json', import.meta.url);
const named = process.argv.slice(2);
const unknown = named.find((name) => systems.every((system) => system.name !== name));
if (unknown !== undefined) throw new Error(`there is no system ${unknown}`);
const { matrix: before } = JSON.parse(readFileSync(file, 'utf8'));
const rows = [];
for (const system of systems) {
  if (named.length > 0 && !named.includes(system.name)) {
    rows.push(...before.filter((row) => row.system === system.name));
    continue;
  }
  const variants = system.fixes.length > 0 ? ['as-written', 'fixed'] : ['as-written'];
  for (const scenario of system.scenarios) {
    for (const variant of variants) {
      const fixes = variant === 'fixed' ? system.fixes.map(({ name }) => name) : [];
      // Profiles are separate revisions; with all fixes they are the same.
      const profiles = system.options.find(({ name }) => name === 'profile')?.values ?? [];
      const settings =
        profiles.length > 0 && variant === 'as-written'
          ? profiles.map((profile) => ({ options: { profile } }))
          : [{}];
      for (const setting of settings) {
        const spec = resolveSpec(system, { scenario, fixes, invariants: ['all'], ...setting });
        const subject = build(system, spec);
        const { outcome, violations, states } = explore(subject, { maxStates: 2_000_000 });
        if (outcome === 'limited') continue; // too large for a gate
        const [violation] = violations;
        const expected =
          violation === undefined
            ? { outcome, states }
            : { outcome, invariant: violation.invariant, steps: violation.trace.length, states };
        const what = { system: system.name, scenario: scenario.name, variant, ...setting };
        rows.push({ ...what, invariants: ['all'], expected });
      }
    }
  }
}
const matrix = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
const text = `{
  "$schema": "./docs/config.schema.json",
  "version": 1,
  "matrix": [
${matrix}
  ],
  "counterexamples": ["counterexamples"]
}
`;
writeFileSync(file, text);
console.log(`${rows.length} rows`);
