// Rewrites the tables of docs/codezero-mm0.md: rules, defects, coverage, places. Each table stands
// between two marks. Run `npm run modules` first, then `node scripts/reconstruction.js`; `npm run
// reconstruction` does both. Review the diff.
import { readFileSync, writeFileSync } from 'node:fs';
import { fixes } from '../dist-modules/actions/codezero-mm0/fixes.js';
import { rangesOf, sourceIn } from '../dist-modules/actions/codezero-mm0/ranges.js';
import { keyedPlaces, reconstructed } from '../dist-modules/actions/codezero-mm0/reconstruction.js';
import { build, resolveSpec } from '../dist-modules/core/spec.js';
import { fileOf } from '../dist-modules/docs/evidence.js';
import { explore, systems } from '../dist-modules/index.js';
import { notShown } from '../dist-modules/model/codezero-mm0/defects.js';
import { profileNames, rulesOf } from '../dist-modules/model/codezero-mm0/profiles.js';
import { unreached } from '../dist-modules/model/codezero-mm0/unreached.js';

const root = new URL('../', import.meta.url);
const system = systems.find(({ name }) => name === 'codezero-mm0');
const row = (cells) => `| ${cells.join(' | ')} |`;
const table = (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row)];
const heads = profileNames.map((name) => `\`${name}\``);

/** For each place: the profiles that have it, and whether one of their scenarios passes it. */
const passed = new Map();
for (const scenario of system.scenarios) {
  for (const profile of profileNames) {
    const spec = resolveSpec(system, { scenario, options: { profile }, invariants: ['all'] });
    const subject = build(system, spec);
    explore(subject, { keepGoing: true });
    subject.statements.forEach(({ operation, token }, i) => {
      const key = `${operation} ${token}`;
      const counts = passed.get(key) ?? new Map();
      counts.set(profile, subject.covered[i] === 1 || counts.get(profile) === true);
      passed.set(key, counts);
    });
  }
}

function rules() {
  return Object.keys(rulesOf.reference).map((rule) => [
    rule,
    ...profileNames.map((profile) => String(rulesOf[profile][rule])),
    `\`${fixes.find((fix) => fix.rules.includes(rule)).name}\``,
  ]);
}

function stepsOf(showing) {
  const { steps } = JSON.parse(readFileSync(new URL(fileOf(system, showing), root), 'utf8'));
  const { profile, ...more } = showing.options;
  const hidden = showing.fixes === undefined ? [] : ['all fixes but its own'];
  const notes = [...Object.entries(more).map(([name, value]) => `${name}=${value}`), ...hidden];
  return [
    profile,
    notes.length === 0 ? `${steps.length}` : `${steps.length} (${notes.join(', ')})`,
  ];
}

const defects = system.defects.map((defect) => {
  // The first search of each profile; the others show the same defect in another way.
  const steps = new Map(defect.shown.map(stepsOf).reverse());
  const cells = profileNames.slice(0, -1).map((profile) => steps.get(profile) ?? '');
  const link = `[${defect.name}](defects/codezero-mm0.md#${defect.name})`;
  return { defect, link, cells };
});

const acknowledged = defects
  .filter(({ defect }) => defect.acknowledged !== undefined)
  .map(({ defect, link, cells }) => [defect.acknowledged, link, ...cells]);

function coverage() {
  const total = (profile) => [...passed.values()].filter((counts) => counts.has(profile)).length;
  const some = (profile) => [...passed.values()].filter((counts) => counts.get(profile)).length;
  return profileNames.map((profile) => [`\`${profile}\``, some(profile), total(profile)]);
}

function places() {
  const rows = new Map(keyedPlaces().map(({ place }) => [place.code, place.row]));
  return reconstructed().flatMap(({ name, statements }) => {
    const found = rangesOf(name).map(([revision, range]) => `\`${range}\` (${revision})`);
    return [
      '',
      [`**${name}**`, found.join(', ')].filter((part) => part !== '').join(' '),
      '',
      ...statements.map((statement) => `* ${statement.token}${linesOf(rows.get(statement))}`),
    ];
  });
}

/**
 * ` · file.c:161, 200, 195, 239`, in the order of the profiles; - if a profile has no such line.
 */
function linesOf(row) {
  if (row === undefined) return '';
  let file = '';
  const lines = profileNames.slice(0, -1).map((profile) => {
    const source = sourceIn(row, profile);
    if (source === undefined) return '-';
    const named = source.file === file ? `${source.line}` : `${source.file}:${source.line}`;
    file = source.file;
    return named;
  });
  return ` · ${lines.join(', ')}`;
}

const parts = {
  rules: table(['rule', ...heads, 'fix'], rules()),
  defects: table(
    ['defect', 'invariant', ...heads.slice(0, -1)],
    defects.map(({ defect, link, cells }) => [link, defect.shown[0].invariant, ...cells]),
  ),
  acknowledged: [
    ...table(['the log says', 'defect', ...heads.slice(0, -1)], acknowledged),
    '',
    'Acknowledged, and not shown:',
    '',
    ...notShown.map(({ problem, why }) => `* ${problem}: ${why}.`),
  ],
  coverage: [
    ...table(['profile', 'places passed', 'of'], coverage()),
    '',
    'Passed in no scenario of any profile:',
    '',
    ...unreached.map(([place, why]) => `* ${place}: ${why}.`),
  ],
  places: places().slice(1),
};

const file = new URL('docs/codezero-mm0.md', root);
let text = readFileSync(file, 'utf8');
for (const [name, lines] of Object.entries(parts)) {
  const [begin, end] = [`<!-- ${name}: npm run reconstruction -->\n`, `\n<!-- end of ${name} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/codezero-mm0.md has no marks for ${name}`);
  text = `${text.slice(0, from + begin.length)}\n${lines.join('\n')}\n${text.slice(to)}`;
}
writeFileSync(file, text);
console.log(`docs/codezero-mm0.md: ${defects.length} defects`);
