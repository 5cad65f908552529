/** The host of a real process: its streams, its signals, its memory. */

import { existsSync, readFileSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { availableParallelism, totalmem } from 'node:os';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { fileError } from '../files/read.ts';
import type { SearchHost } from '../core/host.ts';
import type { System } from '../system.ts';
import { EXIT } from './exit.ts';
import type { Signals } from './signals.ts';
import type { Output, Host } from './host.ts';

interface ProcessWorld extends Host {
  /** Replaces the exit code of a command if output was lost. */
  exitCode(code: number): number;
}

export function nodeHost(systems: readonly System[], signals: Signals): ProcessWorld {
  const stderr = output(process.stderr, 2, () => undefined);
  let lost = false;
  const stdout = output(process.stdout, 1, (error) => {
    lost = true;
    stderr.write(`vmcheck: the output is incomplete: ${fileError(error, 'standard output')}\n`);
    // A pipe may report the error after the command has ended.
    process.exitCode = EXIT.usage;
  });
  return {
    systems,
    stdout,
    stderr,
    env: process.env,
    cwd: process.cwd(),
    ...searchHost(),
    interrupted: () => signals.heard,
    onInterrupt: (callback) => signals.listen(callback),
    leaveInterrupts: () => signals.release(),
    exitCode: (code) => (lost ? EXIT.usage : code),
  };
}

/** What `runSearch` needs, of this process; nothing interrupts it. */
export function searchHost(): SearchHost {
  return {
    now: () => performance.now(),
    memory: memory(),
    addressSpace,
    memoryInUse: () => process.memoryUsage.rss(),
    collectGarbage,
    cores: availableParallelism(),
    onInterrupt: () => () => undefined,
    pause,
  };
}

/**
 * A stream whose reader may close it: after `| head` nothing more is written, but the exit code
 * stays. Any other error is passed to `fail` once and also stops writing.
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
  // On an almost full disk, Node writes a part of the text and does not report the rest.
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

/** Signals are delivered between two turns of `setImmediate`, not before the first. */
function pause(): Promise<void> {
  return new Promise((resume) => setImmediate(() => setImmediate(resume)));
}

let collector: (() => void) | undefined;

/** Node offers this call only if started with a flag, but V8 also accepts the flag later. */
function collectGarbage(): void {
  if (collector === undefined) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as () => void;
  }
  collector();
}

/** Linux reports the limit (`ulimit -v`) and the used part of it. */
function addressSpace(): number {
  const limit = /^Max address space +(\d+)/m.exec(processInfo('limits'))?.[1];
  const taken = /^VmSize:\s*(\d+) kB$/m.exec(processInfo('status'))?.[1];
  if (limit === undefined || taken === undefined) return Infinity;
  return Math.max(0, Number(limit) - 1024 * Number(taken));
}

/** What Linux reports about this process; empty on other systems. */
function processInfo(name: string): string {
  const file = `/proc/self/${name}`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/**
 * A container may have less memory than its machine; without a limit, Node returns a huge number.
 */
function memory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
