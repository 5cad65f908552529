/** The program `vmcheck`. */

import process from 'node:process';

import { systems } from '../systems.ts';
import { processWorld } from './process.ts';
import { run } from './run.ts';

// Not `process.exit`: what was written to a pipe is still under way.
process.exitCode = await run(process.argv.slice(2), processWorld(systems));
