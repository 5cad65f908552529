/** What the command line uses of its environment; tests supply another one. */

import type { SearchHost } from '../core/host.ts';
import type { System } from '../system.ts';

/** A stream of text: standard output, or standard error. */
export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Columns of the terminal; undefined if it is not a terminal. */
  readonly columns: number | undefined;
}

/** Interrupts are Ctrl-C and SIGTERM. */
export interface Host extends SearchHost {
  readonly systems: readonly System[];
  /** Those of them that the configuration of the folder names. */
  readonly configured?: readonly System[];
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder to which paths are relative. */
  readonly cwd: string;
  /** Show stacks of errors in models. */
  readonly verbose?: boolean;
  /** Has there been an interrupt? */
  readonly interrupted: () => boolean;
  /** From now on interrupts end the process at once, for a command that cannot stop early. */
  readonly leaveInterrupts: () => void;
}
