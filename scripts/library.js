// Writes src/model/<system>/library.ts of every system: it imports the scenario files that
// scenarios/<system>/index.json names, in that order. A file that the index does not
// name is added to the end of its library first. Run `npm run library` after adding,
// renaming or removing a scenario.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

const written = 'Written by `npm run library`; do not edit.';

const systems = readdirSync(path('scenarios'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

for (const system of systems.sort()) {
  const file = path(`scenarios/${system}/index.json`);
  const { library, others } = JSON.parse(readFileSync(file, 'utf8'));
  const there = readdirSync(path(`scenarios/${system}`))
    .filter((name) => name.endsWith('.json') && name !== 'index.json')
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
  const added = there.filter((name) => !library.includes(name) && !others.includes(name));
  const names = [...library.filter((name) => there.includes(name)), ...added];
  const index = { library: names, others: others.filter((name) => there.includes(name)) };
  writeFileSync(file, `${JSON.stringify(index, null, 2)}\n`);
  writeFileSync(path(`src/model/${system}/library.ts`), moduleOf(system, names));
  console.log(
    `${system}: ${names.length} scenarios${added.map((name) => `, new ${name}`).join('')}`,
  );
}

function moduleOf(system, names) {
  const imports = names.map(
    (name, i) =>
      `import s${i} from '../../../scenarios/${system}/${name}.json' with { type: 'json' };`,
  );
  return `/** The scenario files of the library, in its order. ${written} */

${imports.join('\n')}

export const library: readonly unknown[] = [
${names.map((_, i) => `  s${i},`).join('\n')}
];
`;
}
