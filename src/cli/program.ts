/** The command line on the systems that are built in, in the world of this process. */

import { systems } from '../systems.ts';
import { processWorld } from './process.ts';
import { run } from './run.ts';
import type { Signals } from './signals.ts';

/** The exit code. */
export async function program(words: readonly string[], signals: Signals): Promise<number> {
  const world = processWorld(systems, signals);
  return world.exitCode(await run(words, world));
}
