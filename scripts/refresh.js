// Rewrites the texts of saved counterexamples: changes, functions called and returned from, fixes
// of lines. Steps stay the same, and nothing is searched. Use it after a change of the words of
// traces. Run `npm run modules` first, then `node scripts/refresh.js`, or a system's name behind
// it; `npm run refresh` does both. Review the diff.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, toCounterexample } from '../dist-modules/counterexample/file.js';
import { load } from '../dist-modules/counterexample/load.js';
import { runSchedule } from '../dist-modules/counterexample/replay.js';
import { build } from '../dist-modules/core/spec.js';
import { earlierViolation } from '../dist-modules/core/trace.js';
import { systems } from '../dist-modules/index.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const [only, ...more] = process.argv.slice(2);
if (more.length > 0 || (only !== undefined && systems.every(({ name }) => name !== only))) {
  console.error('usage: npm run refresh [-- SYSTEM]');
  process.exit(64);
}

function refreshed({ saved, system, spec }, name) {
  const subject = build(system, spec);
  const { states, replayed, divergence } = runSchedule(subject, saved);
  if (divergence !== undefined) throw new Error(`${name}: ${divergence}`);
  const steps = replayed.map(({ statement, changes, notes }, at) => {
    const { thread, choice } = saved.steps[at];
    return { thread, statement: subject.statements[statement], choice, changes, notes };
  });
  const { invariant, breach: sentence, initial } = saved;
  const raised = replayed.map((step) => step.violated);
  const earlier = earlierViolation(subject.replayer, invariant, states, raised);
  const trace = { invariant, sentence, initial, steps, earlier };
  return toCounterexample(subject, saved.revision, trace, saved.toolVersion);
}

let written = 0;
const folder = only === undefined ? 'counterexamples' : `counterexamples/${only}`;
const files = readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' });
for (const file of files.filter((name) => name.endsWith('.json')).sort()) {
  const name = `${folder}/${file}`;
  const path = `${root}${name}`;
  const text = format(refreshed(load(path, name, systems), name));
  if (text === readFileSync(path, 'utf8')) continue;
  writeFileSync(path, text);
  written += 1;
}
console.log(`${written} files written anew`);
