// Writes docs/verdicts/<system>.md: every scenario of the library, as written and with all fixes,
// or in each profile if there are profiles, explored to the end with every invariant, with the time
// it took. Run `npm run verdicts -- SYSTEM`; tests check everything except times.
import { mkdirSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { build, resolveSpec } from '../dist-modules/core/spec.js';
import { explore, systems } from '../dist-modules/index.js';
import { duration, grouped } from '../dist-modules/report/numbers.js';

const [name, ...more] = process.argv.slice(2);
const system = systems.find((one) => one.name === name);
if (system === undefined || more.length > 0) {
  console.error(`usage: npm run verdicts -- ${systems.map((one) => one.name).join(' | ')}`);
  process.exit(64);
}

const discipline = new Set(
  system.invariants.filter(({ group }) => group === 'discipline').map((one) => one.name),
);
const profiles = system.options.find((option) => option.name === 'profile')?.values;
const fixes = system.fixes.map((fix) => fix.name);
const variants =
  profiles === undefined
    ? [
        ['as-written', { fixes: [] }],
        ['fixed', { fixes }],
      ]
    : profiles.map((profile) => [profile, { options: { profile } }]);
const rows = [];
let total = 0;
for (const scenario of system.scenarios) {
  for (const [variant, settings] of variants) {
    const spec = resolveSpec(system, { scenario, ...settings, invariants: ['all'] });
    const subject = build(system, spec);
    const began = performance.now();
    const { outcome, states, depth, violations } = explore(subject, { keepGoing: true });
    const seconds = (performance.now() - began) / 1000;
    total += seconds;
    // The lock discipline is violated nearly everywhere, at the first step that reads a VSL.
    const first = violations.find((one) => !discipline.has(one.invariant)) ?? violations[0];
    const breach = first === undefined ? '' : `${first.invariant}, ${first.trace.length}`;
    const cells = [
      scenario.name,
      variant,
      outcome,
      breach,
      violations.length,
      grouped(states),
      depth,
    ];
    rows.push(`| ${[...cells, duration(seconds)].join(' | ')} |`);
    console.log(rows.at(-1));
  }
}

const folder = new URL('../docs/verdicts/', import.meta.url);
mkdirSync(folder, { recursive: true });
const ways = profiles === undefined ? 'as written and with all\nfixes. ' : 'in each profile.\n';
const exception = discipline.size === 0 ? '' : ', of the lock discipline only if there is no other';
const together = `${duration(total)} in one thread`;
const named =
  'A breach is an invariant and a statement that breaks it; named is the one of the shortest';
const text = `# Verdicts of ${system.title} ${system.revision}

Every scenario of the library with every invariant, explored to its end ${ways}${named}
trace${exception}, with its steps. All together ${together}, Node ${process.versions.node}.

Written by \`npm run verdicts -- ${system.name}\`; do not edit.

| scenario | variant | verdict | shortest breach, steps | breaches | states | depth | time |
|---|---|---|---|---:|---:|---:|---:|
${rows.join('\n')}
`;
writeFileSync(new URL(`${system.name}.md`, folder), text);
