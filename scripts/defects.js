// Writes docs/defects/<system>.md of every system from its list of defects and their saved
// counterexamples. With `--search`, the counterexamples of all defects, or of the named defects and
// systems, are first searched and saved again. Run `npm run modules` first, then `node
// scripts/defects.js [--search [NAME...]]`; `npm run defects` does both. Review the diff.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, toCounterexample } from '../dist-modules/counterexample/file.js';
import { load } from '../dist-modules/counterexample/load.js';
import { fileOf, specOf } from '../dist-modules/docs/evidence.js';
import { build } from '../dist-modules/core/spec.js';
import { describeTrace } from '../dist-modules/core/trace.js';
import { explore, systems } from '../dist-modules/index.js';
import { toolVersion } from '../dist-modules/core/version.js';
import { defectsPage } from '../dist-modules/docs/defects.js';

const root = new URL('../', import.meta.url);
const [flag, ...named] = process.argv.slice(2);
const names = systems.flatMap(({ name, defects = [] }) => [
  name,
  ...defects.map((one) => one.name),
]);
if ((flag !== undefined && flag !== '--search') || named.some((name) => !names.includes(name))) {
  console.error('usage: npm run defects [-- --search [DEFECT OR SYSTEM...]]');
  process.exit(64);
}

function isSearched(system, defect) {
  if (flag === undefined) return false;
  return named.length === 0 || named.includes(system.name) || named.includes(defect.name);
}

function write(path, text) {
  const file = new URL(path, root);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, text);
}

/** The violation with the shortest trace, or the one at the statement that the search names. */
function violationOf(subject, { at }) {
  if (at === undefined) return explore(subject, {}).violations[0];
  return explore(subject, { keepGoing: true }).violations.find(({ statement }) => {
    const place = subject.statements[statement];
    return place !== undefined && `${place.operation}:${place.line}` === at;
  });
}

function search(system, defect, showing) {
  const subject = build(system, specOf(system, defect, showing));
  const violation = violationOf(subject, showing);
  if (violation === undefined)
    throw new Error(`${defect.name}: nothing breaks ${showing.invariant}`);
  const trace = describeTrace(subject, violation);
  write(
    fileOf(system, showing),
    format(toCounterexample(subject, system.revision, trace, toolVersion)),
  );
  console.log(`${defect.name}: ${trace.steps.length} steps, ${trace.sentence}`);
}

for (const system of systems) {
  const known = (system.defects ?? []).map((defect) => {
    const saved = defect.shown.map((showing) => {
      if (isSearched(system, defect)) search(system, defect, showing);
      const path = fileOf(system, showing);
      return load(fileURLToPath(new URL(path, root)), path, systems).saved;
    });
    return { defect, saved };
  });
  const page = `docs/defects/${system.name}.md`;
  write(page, defectsPage(system, known));
  console.log(`${page}: ${known.length} defects`);
}
