/**
 * The program with the toys instead of real systems, for tests that need a real process. A parent
 * with a channel is sent `listening` when a search begins to listen for Ctrl-C. With
 * VMCHECK_TEST_HANG it only listens for that, like a search that does not come to an end.
 */

import process from 'node:process';

import { nodeHost } from '../../src/cli/node-host.ts';
import { run } from '../../src/cli/command-line.ts';
import { Signals } from '../../src/cli/signals.ts';
import { counters, refcount } from './toys.ts';

const signals = new Signals();
const host = nodeHost([refcount, counters], signals);
if (process.env['VMCHECK_TEST_HANG'] !== undefined) {
  host.onInterrupt(() => host.stdout.write('heard'));
  host.stdout.write('ready');
  await new Promise((resolve) => setTimeout(resolve, 600_000));
}
const onInterrupt = (callback: () => void): (() => void) => {
  const forget = host.onInterrupt(callback);
  process.send?.('listening');
  return forget;
};
process.exitCode = host.exitCode(await run(process.argv.slice(2), { ...host, onInterrupt }));
signals.end();
