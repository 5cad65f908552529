/**
 * The tree is kept tidy: lengths of lines, files and functions, import cycles, words,
 * exports. What may break a rule is named with its reason in `tidy/exceptions.ts`, and
 * goes once it no longer does.
 */

import { expect, test } from 'vitest';
import { banned } from './tidy/banned-words.ts';
import { exceptions } from './tidy/exceptions.ts';
import { longFunctions } from './tidy/functions.ts';
import { deadExports, importCycles, modulesOf } from './tidy/modules.ts';
import { bannedWords, longFiles, longLines } from './tidy/text.ts';
import type { Offence } from './tidy/text.ts';
import { isCode, readTree } from './tidy/tree.ts';
import type { SourceFile } from './tidy/tree.ts';

const tree = readTree();
const code = tree.filter(isCode);
const modules = modulesOf(code);
/** What the package publishes: `exports` of package.json. */
const published = ['src/index.ts', 'src/state/arbitrary.ts', 'src/cli/index.ts'];
/** The change log and this test name the old words, and the glossary those of other checkers. */
const mayNameOldWords = /^(CHANGELOG\.md|docs\/glossary\.md|test\/tidy\/.*|test\/tidy\.test\.ts)$/;

const rules: Readonly<Record<keyof typeof exceptions, () => Offence[]>> = {
  'lines of at most 100 columns': () => longLines(tree),
  'files of at most 250 lines': () => longFiles(code),
  'functions of at most 60 lines': () => longFunctions(code),
  'no import cycles': () => importCycles(modules),
  "the field's words": () =>
    bannedWords(
      tree.filter(({ path }) => !mayNameOldWords.test(path)),
      banned,
    ),
  'no export that nothing imports': () => deadExports(modules, published),
};

test('the whole tree is looked at', () => {
  expect(tree.length).toBeGreaterThan(400);
  expect(modules.get('src/explorer/model.ts')?.exports).toContain('Model');
});

test.each(Object.entries(rules))('%s, but for named exceptions', (rule, offences) => {
  const excepted = Object.keys(exceptions[rule as keyof typeof exceptions]);
  const found = offences();
  const covers = (exception: string, { subject }: Offence): boolean =>
    exception.endsWith('/') ? subject.startsWith(exception) : subject === exception;
  const others = found.filter((offence) => !excepted.some((name) => covers(name, offence)));
  expect(others, 'mend these, or name them in test/tidy/exceptions.ts with a reason').toEqual([]);
  const unneeded = excepted.filter((name) => !found.some((offence) => covers(name, offence)));
  expect(unneeded, 'exceptions that are no longer needed').toEqual([]);
});

const file = (path: string, text: string): SourceFile => ({ path, text });
const subjects = (offences: readonly Offence[]): string[] => offences.map(({ subject }) => subject);

test('a line is too long by its characters, but not in a table or in text to print', () => {
  const long = 'x'.repeat(101);
  const at = (path: string, text: string): string[] => subjects(longLines([file(path, text)]));
  expect(at('a.ts', `// ${long}`)).toEqual(['a.ts']);
  expect(at('a.md', `text\n${long}`)).toEqual(['a.md']);
  expect(at('a.md', `| ${long} |\nsee https://example.org/${long}`)).toEqual([]);
  expect(at('a.ts', `| ${long} |`)).toEqual(['a.ts']);
  expect(at('a.ts', 'é'.repeat(100))).toEqual([]);
  expect(at('a.ts', `f(\`\n${long}\n\`);`)).toEqual([]);
  expect(at('a.ts', `f(\`${long}\`);`)).toEqual(['a.ts']);
});

test('a file of 250 lines may stay, one of 251 may not', () => {
  const ofLines = (count: number): SourceFile => file(`${count}.ts`, 'a();\n'.repeat(count));
  expect(subjects(longFiles([ofLines(250), ofLines(251)]))).toEqual(['251.ts']);
});

test('a function of 61 lines is found, whatever it looks like, and a describe is none', () => {
  const body = 'f();\n'.repeat(59);
  const found = (text: string): string[] => subjects(longFunctions([file('a.ts', text)]));
  expect(found(`function most() {\n${body.slice(5)}}`)).toEqual([]);
  expect(found(`export function named() {\n${body}}`)).toEqual(['a.ts named']);
  expect(found(`const arrow = (x: number) => {\n${body}};`)).toEqual(['a.ts arrow']);
  expect(found(`class C {\n  method(): void {\n${body}}\n}`)).toEqual(['a.ts method']);
  expect(found(`const made = build((x) => {\n${body}});`)).toEqual(['a.ts made']);
  expect(found(`test('says so', () => {\n${body}});`)).toEqual(["a.ts test 'says so'"]);
  expect(found(`describe('all', () => {\n${body}});`)).toEqual([]);
});

test('a cycle is found once, across folders, within one, and where only types go round', () => {
  const cyclesOf = (...files: SourceFile[]): string[] => subjects(importCycles(modulesOf(files)));
  const one = file('src/one.ts', `import { two } from './x/two.ts';`);
  const two = file('src/x/two.ts', `import type { Three } from './three.ts';`);
  const three = file('src/x/three.ts', `export { one as Three } from '../one.ts';`);
  expect(cyclesOf(one, two, three)).toEqual(['src/one.ts src/x/three.ts src/x/two.ts']);
  expect(cyclesOf(one, two)).toEqual([]);
});

test('an old word is found in code, in comments and in the name of a file', () => {
  const words = [[/\bcrew|Crew/, 'worker pool']] as const;
  const found = (path: string, text: string): Offence[] => bannedWords([file(path, text)], words);
  expect(found('a.ts', 'one\nthis.crew = 1')).toEqual([
    { subject: 'a.ts crew', found: 'line 2; write worker pool' },
  ]);
  expect(subjects(found('a.ts', '// a class of theCrew'))).toEqual(['a.ts Crew']);
  expect(subjects(found('src/crew.ts', ''))).toEqual(['src/crew.ts crew']);
  expect(found('a.ts', 'screw(driver)')).toEqual([]);
});

test('an export is dead if nothing imports it, and no string names it as a factory', () => {
  const dead = (...files: SourceFile[]): string[] =>
    subjects(deadExports(modulesOf(files), ['src/index.ts']));
  const library = file('src/a.ts', 'export const used = 1, unused = 2;\nexport type Shape = 3;');
  const user = file('test/b.ts', `import { used } from '../src/a.ts';`);
  expect(dead(library, user)).toEqual(['src/a.ts unused', 'src/a.ts Shape']);
  expect(dead(library, file('scripts/c.js', `import * as all from '../dist/a.js';`))).toEqual([]);
  expect(dead(library, file('src/d.ts', `await import('./a.js');`))).toEqual([]);
  expect(
    dead(library, file('src/index.ts', `export { unused, type Shape } from './a.ts';`)),
  ).toEqual(['src/a.ts used']);
  expect(
    dead(file('src/e.ts', `export const build = 1;\nconst factory = { export: 'build' };`)),
  ).toEqual([]);
});
