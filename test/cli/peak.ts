/** Like `entry.ts`, and tells the peak of the memory of the process, in bytes, on stderr. */

import process from 'node:process';

import { processWorld } from '../../src/cli/process.ts';
import { run } from '../../src/cli/run.ts';
import { systems } from '../../src/systems.ts';
import { counters } from './toys.ts';

process.exitCode = await run(process.argv.slice(2), processWorld([counters, ...systems]));
process.stderr.write(String(process.resourceUsage().maxRSS * 1024));
