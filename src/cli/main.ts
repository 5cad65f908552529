/** The program `vmcheck`: listens for signals before it loads the rest of the program. */

import process from 'node:process';

import { Signals } from './signals.ts';

const signals = new Signals();
const { program } = await import('./program.ts');
// Not `process.exit`, because writes to a pipe may be pending.
process.exitCode = await program(process.argv.slice(2), signals);
signals.end();
