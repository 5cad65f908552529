/** The tutorial, taken apart: its blocks of code, and its commands with what they print. */

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { programOf } from './cli/child.ts';
import { withPackage } from './cli/installed.ts';

const root = resolve(import.meta.dirname, '..');

/** A file of the package. */
export function read(name: string): string {
  return readFileSync(join(root, name), 'utf8');
}

export const tutorial = read('docs/your-kernel.md');
/** Its two parts: the start that init writes, and the copy-on-write kernel. */
export const [first = '', second = ''] = tutorial.split('\n## A copy-on-write kernel\n');

/** The blocks in a language. */
export function blocks(text: string, language: string): string[] {
  const found = text.matchAll(/^```(\w+)\n([^]*?)^```$/gm);
  return [...found].filter(([, name]) => name === language).map(([, , block = '']) => block);
}

/** What is typed, and what the page shows of what is printed. */
interface Command {
  readonly words: string;
  /** A line of three dots stands for any lines. */
  readonly shown: string;
}

function commandsOf(text: string): Command[] {
  const all = blocks(text, 'console').join('').split(/^\$ /m);
  return all.slice(1).map((one) => {
    const [words = '', ...shown] = one.split('\n');
    return { words, shown: shown.join('\n') };
  });
}

/** Runs commands as a user types them, one after the other; npx finds what is built. */
function terminal(): (words: string) => string {
  const place = withPackage();
  symlinkSync(join(root, 'examples'), join(place, 'node_modules/vmcheck/examples'));
  const bin = join(place, 'bin');
  mkdirSync(bin);
  const vmcheck = programOf('src/cli/main.ts');
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\nshift\nexec '${vmcheck}' "$@"\n`);
  writeFileSync(join(bin, 'npm'), '#!/bin/sh\n');
  for (const name of ['npx', 'npm']) chmodSync(join(bin, name), 0o755);
  const env = { ...process.env, NO_COLOR: '1', PATH: `${bin}:${process.env['PATH']}` };
  let cwd = place;
  return (words) => {
    const ended = spawnSync('sh', ['-c', `${words}\npwd -P >&2`], { cwd, env, encoding: 'utf8' });
    const lines = ended.stderr.trim().split('\n');
    expect(lines, words).toHaveLength(1);
    cwd = lines[0] ?? cwd;
    return ended.stdout;
  };
}

/** Times differ from run to run. */
const timeless = (text: string): string => text.replaceAll(/[0-9.]+ s$/gm, '0 s').trim();

/** Does the output look as the page shows it? */
function expectShown(output: string, { shown, words }: Command): void {
  let rest = `${timeless(output)}\n`;
  for (const [i, part] of timeless(shown)
    .split(/^\.\.\.$/m)
    .entries()) {
    const wanted = part.replace(/^\n/, '');
    if (i === 0) expect(rest.slice(0, wanted.trimEnd().length), words).toBe(wanted.trimEnd());
    else expect(rest, words).toContain(wanted.trimEnd());
    rest = rest.slice(rest.indexOf(wanted.trimEnd()) + wanted.trimEnd().length);
  }
  if (!shown.trimEnd().endsWith('...')) expect(rest.trim(), words).toBe('');
}

/** Runs the commands of the text, and compares what they print with what it shows. */
export function expectPrinted(text: string, least: number): void {
  const type = terminal();
  const commands = commandsOf(text);
  expect(commands.length).toBeGreaterThanOrEqual(least);
  for (const command of commands) expectShown(type(command.words), command);
}
