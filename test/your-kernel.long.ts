/** The commands of the tutorial print what it shows. */

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { programOf } from './cli/child.ts';
import { withPackage } from './cli/installed.ts';
import { type Command, commandsOf, tutorial } from './tutorial.ts';

const root = resolve(import.meta.dirname, '..');

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

test('the commands of the page print what it shows', () => {
  const type = terminal();
  const commands = commandsOf(tutorial);
  expect(commands.length).toBeGreaterThan(12);
  for (const command of commands) expectShown(type(command.words), command);
});
