/** All that the command line knows of the host around it; tests supply another one. */

import type { SearchHost } from '../core/host.ts';
import type { System } from '../system.ts';

export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Columns of the terminal; undefined where there is none. */
  readonly columns: number | undefined;
}

/** Interrupts are Ctrl-C and SIGTERM. */
export interface Host extends SearchHost {
  readonly systems: readonly System[];
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start. */
  readonly cwd: string;
  /** Has there been an interrupt? */
  readonly interrupted: () => boolean;
  /** From here on interrupts end the process at once: for a command that cannot stop halfway. */
  readonly leaveInterrupts: () => void;
}
