// Writes docs/verdicts/<system>.md: every scenario of the library, as written and with all fixes,
// or in each profile if there are profiles, explored to the end with every invariant, with the time
// it took. Run `npm run verdicts -- SYSTEM`; tests check everything except times. A row that says
// the same as before keeps its time, so that the diff shows what changed; `--times` measures all.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { build, resolveSpec } from '../dist-modules/core/spec.js';
import { explore, systems } from '../dist-modules/index.js';
import { duration, grouped } from '../dist-modules/report/numbers.js';

const [name, flag, ...more] = process.argv.slice(2);
const system = systems.find((one) => one.name === name);
if (system === undefined || (flag ?? '--times') !== '--times' || more.length > 0) {
  const names = systems.map((one) => one.name).join(' | ');
  console.error(`usage: npm run verdicts -- ${names} [--times]`);
  process.exit(64);
}

const page = new URL(`../docs/verdicts/${name}.md`, import.meta.url);
const before = flag === undefined && existsSync(page) ? readFileSync(page, 'utf8') : '';
/** The row that says the same, whatever its time; undefined if there is none. */
const known = (row) => before.split('\n').find((line) => line.startsWith(`${row} | `));

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
    const row = `| ${cells.join(' | ')}`;
    rows.push(known(row) ?? `${row} | ${duration(seconds)} |`);
    console.log(rows.at(-1));
  }
}

mkdirSync(new URL('.', page), { recursive: true });
const ways = profiles === undefined ? 'as written and with all\nfixes. ' : 'in each profile.\n';
const exception = discipline.size === 0 ? '' : ', of the lock discipline only if there is no other';
const measured = `${duration(total)} in one thread, Node ${process.versions.node}`;
const together = /All together ([^.]+(?:\.\d+)*)\.\n/.exec(before)?.[1] ?? measured;
const named =
  'A breach is an invariant and a statement that breaks it; named is the one of the shortest';
const text = `# Verdicts of ${system.title} ${system.revision}

Every scenario of the library with every invariant, explored to its end ${ways}${named}
trace${exception}, with its steps. All together ${together}.

Written by \`npm run verdicts -- ${system.name}\`; do not edit.

| scenario | variant | verdict | shortest breach, steps | breaches | states | depth | time |
|---|---|---|---|---:|---:|---:|---:|
${rows.join('\n')}
`;
writeFileSync(page, text);
