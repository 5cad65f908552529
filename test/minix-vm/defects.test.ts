/**
 * The list of defects is what the saved counterexamples show, and docs/defects/minix-vm.md says the
 * same. When it does not, look at the difference, then write the page anew:
 *
 *     UPDATE=1 npx vitest run test/minix-vm/defects.test.ts
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defects } from '../../src/model/minix-vm/defects.ts';
import type { MinixDefect } from '../../src/model/minix-vm/defects.ts';
import { minixVm } from '../../src/systems/minix-vm.ts';

const page = 'docs/defects/minix-vm.md';
const folder = 'counterexamples/minix-vm';

interface Saved {
  readonly invariant: string;
  readonly breach: string;
  readonly steps: readonly unknown[];
}

function saved(name: string): Saved {
  return JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8')) as Saved;
}

const needs = [
  ['nothing', 'They need nothing: well-behaved callers, and every allocation succeeds'],
  ['a failing allocation', 'They need an allocation that fails'],
  ['an odd caller', 'They need a caller that does something unusual, though the kernel lets it'],
] as const;

function section(defect: MinixDefect): string {
  const { name, consequence, lines, counterexample, fix } = defect;
  const { invariant, breach, steps } = saved(counterexample);
  const mended = minixVm.fixes.find((candidate) => candidate.name === fix)!;
  return [
    `### ${name}\n`,
    `${consequence}\n`,
    `* at fault: \`${lines}\``,
    `* breaks: \`${invariant}\`, after ${steps.length} steps: ${breach}`,
    `* shown by: [\`${counterexample}\`](../../${folder}/${counterexample}.json)`,
    `* fix: \`${fix}\`. ${mended.sentence}\n`,
  ].join('\n');
}

function render(): string {
  const parts = needs.map(([need, title]) => {
    const some = defects.filter((defect) => defect.needs === need);
    return `## ${title}\n\n${some.map(section).join('\n')}`;
  });
  return [
    `# Defects of ${minixVm.title}, ${minixVm.revision}\n`,
    'Written by `UPDATE=1 npx vitest run test/minix-vm/defects.test.ts`. Each trace is a shortest',
    'one; `npx vmcheck show FILE` prints it, `npx vmcheck replay FILE` runs it again. With all',
    'fixes no scenario of the library breaks any invariant, and each fix is needed.\n',
    ...parts,
  ].join('\n');
}

test('every defect names a counterexample of its invariant, and a fix', () => {
  for (const { name, counterexample, invariant, fix } of defects) {
    expect(saved(counterexample).invariant, name).toBe(invariant);
    expect(
      minixVm.fixes.map((candidate) => candidate.name),
      name,
    ).toContain(fix);
  }
});

test('every counterexample and every fix belongs to a defect', () => {
  const files = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
  expect(defects.map(({ counterexample }) => counterexample).sort()).toEqual(files.sort());
  const used = new Set(defects.map(({ fix }) => fix));
  expect(minixVm.fixes.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
});

test('the page says what the list says', () => {
  if (process.env['UPDATE'] !== undefined) {
    mkdirSync('docs/defects', { recursive: true });
    writeFileSync(page, render());
  }
  expect(readFileSync(page, 'utf8')).toBe(render());
});
