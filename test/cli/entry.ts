/**
 * The program with the toys instead of real systems, for tests that need a real process. With
 * VMCHECK_TEST_HANG it only listens for Ctrl-C, like a search that does not come to an end.
 */

import process from 'node:process';

import { processWorld } from '../../src/cli/process.ts';
import { run } from '../../src/cli/run.ts';
import { counters, refcount } from './toys.ts';

const world = processWorld([refcount, counters]);
if (process.env['VMCHECK_TEST_HANG'] !== undefined) {
  world.onInterrupt(() => world.stdout.write('heard'));
  world.stdout.write('ready');
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}
process.exitCode = await run(process.argv.slice(2), world);
