/** The tutorial: its code is that of the package; your-kernel.long.ts has all commands. */

import { expect, test } from 'vitest';
import { blocks, expectPrinted, first, read, second, tutorial } from './tutorial.ts';

/** The lines of code, without blank ones and without what they are indented by. */
function linesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}

test('the blocks of the second part are the model, all of it and in its order', () => {
  const model = linesOf(read('examples/cow-kernel/kernel.mjs'));
  expect(blocks(second, 'js').flatMap(linesOf)).toEqual(model);
});

test.each([
  [first, 'js', ['templates/start/kernel.mjs']],
  [first, 'c', ['templates/start/kernel.c']],
  [second, 'c', ['examples/cow-kernel/kalloc.c', 'examples/cow-kernel/vm.c']],
  [second, 'json', ['examples/cow-kernel/scenarios/exit-exit.json']],
])('each other block is in a file of the package: %#', (text, language, files) => {
  const all = blocks(text, language);
  expect(all.length).toBeGreaterThan(0);
  const whole = files.map((file) => `\n${linesOf(read(file)).join('\n')}\n`);
  for (const block of all) {
    const wanted = `\n${linesOf(block).join('\n')}\n`;
    expect(
      whole.some((file) => file.includes(wanted)),
      block,
    ).toBe(true);
  }
});

test('there are no blocks but those and the commands', () => {
  const languages = [...tutorial.matchAll(/^```(\w*)\n[^]*?^```$/gm)].map(([, name]) => name);
  expect(new Set(languages)).toEqual(new Set(['console', 'js', 'c', 'json']));
});

test('the commands of the first part print what it shows', () => {
  expectPrinted(first, 6);
});
