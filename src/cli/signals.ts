/**
 * Handles Ctrl-C and SIGTERM during the whole run of the program. This module imports no other
 * module of the program, so that it can listen before they are loaded.
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

  /**
   * Calls `callback` at the first signal, or at once if it has already arrived. Returns a function
   * that removes the callback.
   */
  listen(callback: () => void): () => void {
    if (this.heard) callback();
    else this.callbacks.add(callback);
    return () => void this.callbacks.delete(callback);
  }

  /**
   * From now on a signal ends the process at once, even in a long computation. A signal that has
   * already arrived does so now.
   */
  release(): void {
    this.stopListening();
    if (this.first !== undefined) process.kill(process.pid, this.first);
  }

  /** The command has ended: a signal only has to end the rest of the process. */
  end(): void {
    this.ending = true;
  }

  private stopListening(): void {
    for (const signal of SIGNALS) process.off(signal, this.hear);
  }

  /** There is no listener for a second signal, so the operating system ends the process. */
  private readonly hear = (signal: NodeJS.Signals): void => {
    this.stopListening();
    this.first = signal;
    if (!this.ending) for (const callback of this.callbacks) callback();
    // Uses the exit code that is set, unless output is still pending.
    else if (process.stdout.writableLength === 0) process.exit();
    else process.kill(process.pid, signal);
  };
}
