// Searches for every defect of a system, saves the shortest trace of each below counterexamples/, and
// writes docs/defects/<system>.md from them. Run `npm run build` first, then `node scripts/defects.js`;
// `npm run defects` does both. The diff is what gets reviewed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { build, resolveSpec } from '../dist/counterexample/spec.js';
import { format, toCounterexample } from '../dist/counterexample/file.js';
import { tell } from '../dist/counterexample/trace.js';
import { explore, systems } from '../dist/index.js';
import { toolVersion } from '../dist/cli/version.js';
import { defectsPage } from '../dist/report/defects.js';

const root = new URL('../', import.meta.url);
for (const system of systems) {
  if (!system.defects?.every(({ search }) => search !== undefined)) continue; // it has its own way
  const known = system.defects.map((defect) => {
    const scenario = system.scenarios.find(({ name }) => name === defect.search.scenario);
    const others = system.fixes.map(({ name }) => name).filter((name) => name !== defect.fix);
    const fixes = defect.search.isolated ? others : [];
    const spec = resolveSpec(system, { scenario, fixes, invariants: [defect.search.invariant] });
    const subject = build(system, spec);
    const [breach] = explore(subject, {}).breaches;
    if (breach === undefined) throw new Error(`${defect.name}: nothing breaks ${defect.search.invariant}`);
    const saved = toCounterexample(subject, system.revision, tell(subject, breach), toolVersion);
    const path = new URL(`counterexamples/${system.name}/${defect.counterexample}.json`, root);
    mkdirSync(new URL('.', path), { recursive: true });
    writeFileSync(path, format(saved));
    console.log(`${defect.name}: ${saved.steps.length} steps, ${saved.breach}`);
    return { defect, saved };
  });
  mkdirSync(new URL('docs/defects/', root), { recursive: true });
  writeFileSync(new URL(`docs/defects/${system.name}.md`, root), defectsPage(system, known));
}
