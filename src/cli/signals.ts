/**
 * Ctrl-C and SIGTERM, from the first moment of the program to its last. This module imports nothing
 * of the program, so that it can listen before anything else is loaded.
 */

import process from 'node:process';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export class Signals {
  /** The first one. */
  private first: NodeJS.Signals | undefined;
  private readonly callbacks = new Set<() => void>();
  private ending = false;

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.hear);
  }

  /** Has there been one? */
  get heard(): boolean {
    return this.first !== undefined;
  }

  /** Calls back at the first signal, at once if it has come already, until the answer is called. */
  listen(callback: () => void): () => void {
    if (this.heard) callback();
    else this.callbacks.add(callback);
    return () => void this.callbacks.delete(callback);
  }

  /**
   * From here on a signal ends the process at once, even in the middle of a long computation, and
   * one that has come already does so now.
   */
  release(): void {
    this.stopListening();
    if (this.first !== undefined) process.kill(process.pid, this.first);
  }

  /** The command has ended: a signal has only to end what is left of the process. */
  end(): void {
    this.ending = true;
  }

  private stopListening(): void {
    for (const signal of SIGNALS) process.off(signal, this.hear);
  }

  /** Nobody listens for a second signal, so that the system itself ends the process. */
  private readonly hear = (signal: NodeJS.Signals): void => {
    this.stopListening();
    this.first = signal;
    if (!this.ending) for (const callback of this.callbacks) callback();
    // With the exit code that is set, unless a reader of the output is still waited for.
    else if (process.stdout.writableLength === 0) process.exit();
    else process.kill(process.pid, signal);
  };
}
