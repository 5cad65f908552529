/** The program with the toys instead of real systems, for tests that need a real process. */

import { processWorld } from '../../src/cli/process.ts';
import { run } from '../../src/cli/run.ts';
import { counters, refcount } from './toys.ts';

process.exitCode = await run(process.argv.slice(2), processWorld([refcount, counters]));
