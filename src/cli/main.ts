/** The program `vmcheck`: listens for signals before it loads the rest of the program. */

import { writeSync } from 'node:fs';
import process from 'node:process';

import { EXIT } from './exit.ts';
import { Signals } from './signals.ts';

const signals = new Signals();
const { program } = await import('./program.ts');
let ended = false;
process.on('exit', () => {
  if (ended) return;
  // 0 would be a verdict.
  process.exitCode = EXIT.model;
  writeSync(2, 'vmcheck: the model ended the process, so there is no verdict\n');
});
// Not `process.exit`, because writes to a pipe may be pending.
process.exitCode = await program(process.argv.slice(2), signals);
ended = true;
signals.end();
