/** The program `vmcheck`: listens for signals first, and then loads the rest of itself. */

import process from 'node:process';

import { Signals } from './signals.ts';

const signals = new Signals();
const { program } = await import('./program.ts');
// Not `process.exit`: what was written to a pipe is still under way.
process.exitCode = await program(process.argv.slice(2), signals);
signals.end();
