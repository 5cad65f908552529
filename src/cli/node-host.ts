/** The host of a real process: its streams, its signals, its memory. */

import { existsSync, readFileSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { availableParallelism, totalmem } from 'node:os';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { fileError } from '../files/read.ts';
import type { System } from '../system.ts';
import { EXIT } from './exit.ts';
import type { Signals } from './signals.ts';
import type { Output, Host } from './host.ts';

export interface ProcessWorld extends Host {
  /** What a command's exit code becomes: output that was lost is not passed over. */
  exitCode(code: number): number;
}

export function nodeHost(systems: readonly System[], signals: Signals): ProcessWorld {
  const stderr = output(process.stderr, 2, () => undefined);
  let lost = false;
  const stdout = output(process.stdout, 1, (error) => {
    lost = true;
    stderr.write(`vmcheck: the output is incomplete: ${fileError(error, 'standard output')}\n`);
    // A pipe may say so when the command has ended long since.
    process.exitCode = EXIT.usage;
  });
  return {
    systems,
    stdout,
    stderr,
    env: process.env,
    cwd: process.cwd(),
    now: () => performance.now(),
    memory: memory(),
    addressSpace,
    memoryInUse: () => process.memoryUsage.rss(),
    collectGarbage,
    cores: availableParallelism(),
    interrupted: () => signals.heard,
    onInterrupt: (callback) => signals.listen(callback),
    leaveInterrupts: () => signals.release(),
    pause,
    exitCode: (code) => (lost ? EXIT.usage : code),
  };
}

/**
 * A stream that its reader may close: `| head` ends our writing, not our exit code. Any other error
 * is passed to `fail`, once, and ends our writing, too.
 */
function output(
  stream: NodeJS.WriteStream,
  descriptor: number,
  fail: (error: unknown) => void,
): Output {
  let open = true;
  const ended = (error: unknown): void => {
    if (open && (error as NodeJS.ErrnoException).code !== 'EPIPE') fail(error);
    open = false;
  };
  stream.on('error', ended);
  // Node writes a part of a text to a file that is almost full, and says nothing of the rest.
  const direct = !(stream instanceof Socket);
  return {
    write(text) {
      if (!open || text === '') return;
      try {
        if (direct) writeAll(descriptor, text);
        else stream.write(text);
      } catch (error) {
        ended(error);
      }
    },
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns;
    },
  };
}

function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
}

/** Signals are heard between two turns of `setImmediate`, and not before the first. */
function pause(): Promise<void> {
  return new Promise((resume) => setImmediate(() => setImmediate(resume)));
}

let collector: (() => void) | undefined;

/** Node has no call for this unless it was started with a flag; V8 takes the flag later, too. */
function collectGarbage(): void {
  if (collector === undefined) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as () => void;
  }
  collector();
}

/** Linux names the limit (`ulimit -v`) and what is taken of it. */
function addressSpace(): number {
  const limit = /^Max address space +(\d+)/m.exec(processInfo('limits'))?.[1];
  const taken = /^VmSize:\s*(\d+) kB$/m.exec(processInfo('status'))?.[1];
  if (limit === undefined || taken === undefined) return Infinity;
  return Math.max(0, Number(limit) - 1024 * Number(taken));
}

/** What the system says of this process; nothing where it does not. */
function processInfo(name: string): string {
  const file = `/proc/self/${name}`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** A container may have less than its machine; without a limit, Node names a huge number. */
function memory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
