// Searches each saved counterexample again, except those of defects (`npm run defects -- --search`
// has these): the shortest trace that violates the same invariant at the same statement, with the
// saved scenario, fixes and options. Use it after a change of a model, when traces no longer apply.
// It lists the files whose violation no search finds any more, or finds only after an earlier
// violation of the same invariant; these need a decision by hand. Run `npm run modules` first, then
// `node scripts/saved.js SYSTEM`. Review the diff.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { toolVersion } from '../dist-modules/core/version.js';
import { format, toCounterexample } from '../dist-modules/counterexample/file.js';
import { build, findScenario, resolveSpec } from '../dist-modules/core/spec.js';
import { describeTrace } from '../dist-modules/core/trace.js';
import { explore, systems } from '../dist-modules/index.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const [name, ...more] = process.argv.slice(2);
const system = systems.find((one) => one.name === name);
if (system === undefined || more.length > 0) {
  console.error(`usage: node scripts/saved.js ${systems.map((one) => one.name).join(' | ')}`);
  process.exit(64);
}

const known = new Map();

/** All violations of the search of a file. */
function searched({ scenario, fixes, hardware, options }) {
  const parts = { scenario: findScenario(system, scenario.name), fixes, hardware, options };
  const spec = resolveSpec(system, { ...parts, invariants: ['all'] });
  const key = JSON.stringify(spec);
  if (!known.has(key)) {
    const subject = build(system, spec);
    known.set(key, { subject, violations: explore(subject, { keepGoing: true }).violations });
  }
  return known.get(key);
}

/** Function and line of the last step; the token may have changed. */
const placeOf = ({ operation, line }) => `${operation}:${line}`;
const lastPlace = ({ steps }) => {
  const { operation, at } = steps.at(-1);
  return placeOf({ operation, line: at.slice(at.lastIndexOf(':') + 1) || 0 });
};

const folder = `${root}counterexamples/${system.name}`;
let written = 0;
for (const file of readdirSync(folder)
  .filter((one) => one.endsWith('.json'))
  .sort()) {
  const saved = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
  const { subject, violations } = searched(saved);
  const place = saved.steps.length === 0 ? undefined : lastPlace(saved);
  const violation = violations.find(
    ({ invariant, statement }) =>
      invariant === saved.invariant &&
      (statement === undefined ? undefined : placeOf(subject.statements[statement])) === place,
  );
  if (violation === undefined) {
    console.log(`${file}: nothing breaks ${saved.invariant} at ${place} any more`);
    continue;
  }
  const trace = describeTrace(subject, violation);
  if (trace.earlier !== undefined) {
    console.log(`${file}: ${saved.invariant} is broken at step ${trace.earlier.step} already`);
  }
  const text = format(toCounterexample(subject, system.revision, trace, toolVersion));
  if (text === readFileSync(`${folder}/${file}`, 'utf8')) continue;
  writeFileSync(`${folder}/${file}`, text);
  written += 1;
}
console.log(`${written} files written anew`);
