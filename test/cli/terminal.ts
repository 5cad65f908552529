/** Runs the command line in process with a test host and collects its output. */

import { run } from '../../src/cli/command-line.ts';
import type { Host } from '../../src/cli/host.ts';
import { counters, refcount } from './toys.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A test host and its output. */
export function hostOf(more: Partial<Host> & { readonly columns?: number }): {
  readonly host: Host;
  readonly written: { stdout: string; stderr: string };
} {
  const written = { stdout: '', stderr: '' };
  const { columns } = more;
  const output = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => void (written[name] += text),
    isTTY: columns !== undefined && name === 'stdout',
    columns,
  });
  const host: Host = {
    systems: [refcount, counters],
    stdout: output('stdout'),
    stderr: output('stderr'),
    env: { NO_COLOR: '1' },
    cwd: process.cwd(),
    // A clock that stands still makes the times in the output the same everywhere.
    now: () => 0,
    memory: 2 ** 32,
    addressSpace: () => Infinity,
    memoryInUse: () => 0,
    collectGarbage: () => {},
    cores: 1,
    interrupted: () => false,
    onInterrupt: () => () => undefined,
    leaveInterrupts: () => undefined,
    pause: () => new Promise((resume) => setImmediate(() => setImmediate(resume))),
    ...more,
  };
  return { host, written };
}

export async function vmcheck(
  words: readonly string[],
  more: Partial<Host> & { readonly columns?: number } = {},
): Promise<Ended> {
  const { host, written } = hostOf(more);
  const code = await run(words, host);
  return { code, ...written };
}

/** An error as it comes from vmcheck's own code: what a test throws itself is an author's error. */
export function errorInVmcheck(message: string): TypeError {
  const error = new TypeError(message);
  const place = new URL('../../src/explore.ts', import.meta.url).href;
  error.stack = `TypeError: ${message}\n    at explore (${place}:1:1)`;
  return error;
}
