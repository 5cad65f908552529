/** A file that is not regular or has no end is refused at once where a file is expected. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { findFiles } from '../../src/counterexample/load.ts';
import { folder } from './folder.ts';
import { vmcheck } from './terminal.ts';

const commands = [
  'replay',
  'show',
  'run',
  'gate --config',
  'explore --scenario',
  'explore --resume',
  'explore --source',
];

/** Paths, and the error message for each. */
async function places(): Promise<[string, RegExp][]> {
  const here = folder();
  const [pipe, socket, zeros, directory] = ['a/pipe', 'socket', 'zeros', 'a'].map((name) => {
    return join(here, name);
  });
  mkdirSync(directory!);
  execFileSync('mkfifo', [pipe!]);
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  writeFileSync(zeros!, '');
  truncateSync(zeros!, 17 * 2 ** 20);
  return [
    ['/dev/zero', /is a device, but a file was expected/],
    ['/dev/null', /is a device, but a file was expected/],
    [pipe!, /is a pipe, but a file was expected/],
    [socket!, /is a socket, but a file was expected/],
    [directory!, /is a folder, but a file was expected|there is no \.json file/],
    [zeros!, /is 17 MB long, but vmcheck reads files up to 16 MB|is not a .*checkpoint/],
  ];
}

test.each(commands)('%s refuses what is no regular file', async (command) => {
  for (const [place, said] of await places()) {
    // A scenario is a file only if it looks like one, which all of these do.
    const { code, stdout, stderr } = await vmcheck([...command.split(' '), place]);
    expect({ code, stdout, stderr }).toEqual({
      code: 64,
      stdout: '',
      stderr: expect.stringMatching(said),
    });
    expect(stderr.match(/\n/g)).toHaveLength(1);
  }
});

test('C that is no regular file is refused, too', async () => {
  const harness = join(folder(), 'zero.vmcheck.json');
  const thread = { function: 'f' };
  writeFileSync(
    harness,
    JSON.stringify({ name: 'zero', sources: ['/dev/zero'], threads: [thread] }),
  );
  const { code, stdout, stderr } = await vmcheck(['explore', '--source', harness]);
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  expect(stderr).toBe('vmcheck: /dev/zero is a device, but a file was expected\n');
});

test.each(['--resume', '--checkpoint'])(
  'a file that cannot be read is refused by %s',
  async (name) => {
    // Linux has regular files that return an error when they are read.
    const { code, stdout, stderr } = await vmcheck(['explore', name, '/proc/self/mem']);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toMatch(
      /^vmcheck: \/proc\/self\/mem (cannot be read|is not a whole ch)[^\n]*\n$/,
    );
  },
);

test('a file without a size is read to its end', async () => {
  // Linux generates it while it is read.
  const { code, stderr } = await vmcheck(['show', '/proc/self/status']);
  expect({ code, stderr }).toEqual({
    code: 64,
    stderr: expect.stringMatching(/^vmcheck: \/proc\/self\/status is not JSON: .*Name:/),
  });
});

test('a folder that holds too much is refused before all of it is listed', () => {
  const here = folder();
  mkdirSync(join(here, 'deep'));
  for (const name of ['a.json', 'b.txt', 'deep/c.json']) writeFileSync(join(here, name), '');
  expect(findFiles(['.'], here, 4)).toEqual(['a.json', 'deep/c.json']);
  expect(() => findFiles(['.'], here, 3)).toThrow(
    /contains too many files: name a folder of counterex/,
  );
});
