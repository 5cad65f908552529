/**
 * The output of commands for hostile arguments and files: safe to print, and an error is one short
 * line.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { systems } from '../../src/systems.ts';
import { lostFrame } from '../counterexample/saved.ts';
import { hostile, unsafe } from '../hostile.ts';
import { folder } from './folder.ts';
import { type Ended, vmcheck } from './terminal.ts';

/** Hostile, or so long that it must be cut. */
const text = fc.oneof(
  hostile,
  hostile.map((piece) => piece.repeat(5000)),
);

function checkSafe({ code, stdout, stderr }: Ended): void {
  expect(code).not.toBe(70);
  expect(unsafe.exec(stdout)?.[0]).toBeUndefined();
  expect(unsafe.exec(stderr)?.[0]).toBeUndefined();
  expect(stderr).not.toContain('[object ');
  if (code !== 64) return;
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^vmcheck: .+\n(?: {2}.+\n)*$/);
  const lines = stderr.split('\n');
  expect(lines.length).toBeLessThanOrEqual(13);
  for (const line of lines) expect(line.length).toBeLessThan(2100);
}

/** Runs a property on the command line. */
async function holds<T>(given: fc.Arbitrary<T>, run: (value: T) => Promise<Ended>): Promise<void> {
  const law = fc.asyncProperty(given, async (value) => checkSafe(await run(value)));
  await fc.assert(law, { numRuns: 50 });
}

const commands = ['explore', 'replay', 'gate', 'show', 'run', 'list', 'schema'];
const options = [
  'scenario',
  'variant',
  'fix',
  'without',
  'hw',
  'option',
  'invariant',
  'depth',
  'workers',
  'format',
  'max-states',
  'time-limit',
  'memory-limit',
  'config',
  'shard',
  'view',
  'thread',
  'system',
  'color',
];

test('words of a command line', async () => {
  const cwd = folder();
  const option = fc.constantFrom(...options);
  const words = fc.tuple(
    fc.oneof(fc.constantFrom(...commands), text),
    fc.array(
      fc.oneof(
        text.map((word) => [word]),
        fc.tuple(option, text).map(([name, word]) => [`--${name}=${word}`]),
        fc.tuple(option, text).map(([name, word]) => [`--${name}`, word]),
        text.map((word) => [`--${word}`]),
        text.map((word) => [`--option`, `allocator=${word}`]),
      ),
      { minLength: 1, maxLength: 2 },
    ),
  );
  await holds(words, ([command, more]) => vmcheck([command, ...more.flat(), '--depth=1'], { cwd }));
});

test('fields of a counterexample, shown and replayed', async () => {
  const { cwd, file, content, write } = await lostFrame();
  const fields = Object.keys(content);
  const changed = fc
    .tuple(fc.constantFrom(...fields), text, fc.boolean())
    .map(([key, word, more]) => (more ? { ...content, [word]: 1 } : { ...content, [key]: word }));
  const steps = text.map((word) => ({
    ...content,
    breach: word,
    steps: content.steps.map((step) => ({
      ...step,
      thread: word,
      operation: word,
      token: word,
      notes: [word],
      changes: [[word, word, word]],
    })),
  }));
  const format = fc.constantFrom('text', 'json', 'markdown', 'mermaid');
  await holds(fc.tuple(fc.oneof(changed, steps), format), ([saved, chosen]) => {
    write(saved);
    return vmcheck(['show', file, '--format', chosen], { cwd });
  });
  await holds(fc.oneof(changed, steps), (saved) => {
    write(saved);
    return vmcheck(['replay', file], { cwd });
  });
});

test('a note cannot forge the line of a check that went well', async () => {
  const { cwd, file, content, write } = await lostFrame();
  write({ ...content, breach: 'x\n✓ all.json: violates no-lost-frame', revision: 'r\n✓ forged' });
  const { stdout } = await vmcheck(['replay', file], { cwd });
  expect(stdout.match(/^✓/gm)).toHaveLength(1);
  expect(stdout).toContain('\\n✓ forged');
});

test.each(systems.map((system) => [system.name, system] as const))(
  'names and fields of a scenario of %s',
  async (name, system) => {
    const host = { cwd: folder(), systems };
    const [first] = system.scenarios;
    const json = JSON.stringify(first);
    const texts = [...new Set([...json.matchAll(/"([^"\\]+)"/g)].map(([, word]) => word!))];
    const changed = fc.tuple(fc.constantFrom(...texts), text).map(([old, word]) => {
      const quoted = JSON.stringify(word).slice(1, -1);
      return json.replaceAll(`"${old}"`, () => `"${quoted}"`);
    });
    await holds(changed, (content) => {
      writeFileSync(join(host.cwd, 's.json'), content);
      return vmcheck(['explore', name, '--scenario', './s.json', '--depth', '1'], host);
    });
  },
);

test.each(systems.map((system) => [system.name, system] as const))(
  'lines of a script of %s',
  async (name) => {
    const host = { cwd: folder(), systems };
    const starts: Record<string, string> = {
      'almos-mkh': 'init clusters=1 frames=2\nprocess P 0\n',
      'minix-vm': 'init frames=8\nprocess P0 2\n',
      'codezero-mm0': 'task P\n',
    };
    const words = fc.constantFrom('read', 'write', 'process', 'P', 'P0', '0', '-1', 'fail=frame:1');
    const line = fc.array(fc.oneof(text, words), { minLength: 1, maxLength: 5 });
    await holds(line, (parts) => {
      writeFileSync(join(host.cwd, 's'), `${starts[name]}${parts.join(' ')}`);
      return vmcheck(['run', 's', '--system', name], host);
    });
  },
);

test('entries of a configuration', async () => {
  const cwd = folder();
  const entry = {
    system: 'refcount',
    scenario: 'one',
    fixes: ['lock-refs'],
    hardware: 'plain',
    options: { allocator: 'eager' },
    invariants: ['all'],
    expected: { outcome: 'holds' },
  };
  const key = fc.constantFrom(...Object.keys(entry));
  const changed = fc
    .tuple(key, text)
    .chain(([name, word]) =>
      fc
        .constantFrom<unknown>(word, [word], { [word]: word })
        .map((value) => ({ ...entry, [name]: value })),
    );
  await holds(changed, (made) => {
    writeFileSync(join(cwd, 'g.json'), JSON.stringify({ version: 1, matrix: [made] }));
    return vmcheck(['gate', '--config', 'g.json'], { cwd });
  });
});
