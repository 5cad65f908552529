/** Runs the command line with the built-in systems in the host of this process. */

import { systems } from '../systems.ts';
import { nodeHost } from './node-host.ts';
import { keepDeepStacks } from '../author-errors.ts';
import { run } from './command-line.ts';
import type { Signals } from './signals.ts';

/** The exit code. */
export async function program(words: readonly string[], signals: Signals): Promise<number> {
  keepDeepStacks();
  const host = nodeHost(systems, signals);
  return host.exitCode(await run(words, host));
}
