/** The world of a real process: its streams, its signals, its memory. */

import { availableParallelism, totalmem } from 'node:os';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { System } from '../system.ts';
import type { Output, World } from './world.ts';

export function processWorld(systems: readonly System[]): World {
  return {
    systems,
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    now: () => performance.now(),
    memory: memory(),
    held: () => process.memoryUsage.rss(),
    collect,
    cores: availableParallelism(),
    onInterrupt,
  };
}

/** A stream that whoever reads it may close: `| head` ends our writing, not our exit code. */
function output(stream: NodeJS.WriteStream): Output {
  let open = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    open = false;
  });
  return {
    write(text) {
      if (open && text !== '') stream.write(text);
    },
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns;
    },
  };
}

let collector: (() => void) | undefined;

/** Node has no call for this unless it was started with a flag; V8 takes the flag later, too. */
function collect(): void {
  if (collector === undefined) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as () => void;
  }
  collector();
}

/** A container may have less than its machine; without a limit, Node names a huge number. */
function memory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/**
 * The first Ctrl-C calls back. Nobody listens for a second one, so that the system ends the process
 * at once, even in the middle of a long computation; a shell sees exit code 130.
 */
function onInterrupt(callback: () => void): () => void {
  process.once('SIGINT', callback);
  return () => process.off('SIGINT', callback);
}
