/** Like `entry.ts`, but also prints the peak memory of the process, in bytes, to stderr. */

import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';

import { nodeHost } from '../../src/cli/node-host.ts';
import { run } from '../../src/cli/command-line.ts';
import { Signals } from '../../src/cli/signals.ts';
import { systems } from '../../src/systems.ts';
import { counters } from './toys.ts';

const host = nodeHost([counters, ...systems], new Signals());
process.exitCode = await run(process.argv.slice(2), host);
process.stderr.write(String(peak()));

/** Linux counts as `maxRSS`, too, what the process held that forked this one. */
function peak(): number {
  const status = '/proc/self/status';
  if (!existsSync(status)) return process.resourceUsage().maxRSS * 1024;
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(status, 'utf8'))![1]) * 1024;
}
