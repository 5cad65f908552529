/** All that the program knows of the host around it; tests hand it another one. */

import type { System } from '../system.ts';

export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Columns of the terminal; undefined where there is none. */
  readonly columns: number | undefined;
}

export interface Host {
  readonly systems: readonly System[];
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start. */
  readonly cwd: string;
  /** Milliseconds. */
  readonly now: () => number;
  /** Bytes of memory that this machine, or this container, has. */
  readonly memory: number;
  /** Bytes of address space that this process may still take; Infinity where nothing limits it. */
  readonly addressSpace: () => number;
  /** Bytes of memory that this process holds now. */
  readonly memoryInUse: () => number;
  /** Collects garbage now. */
  readonly collectGarbage: () => void;
  /** Processor cores that this process may use. */
  readonly cores: number;
  /** Has there been a Ctrl-C or a SIGTERM? */
  readonly interrupted: () => boolean;
  /** Calls back at the first one, at once if it has come already, until the answer is called. */
  readonly onInterrupt: (callback: () => void) => () => void;
  /** From here on they end the process at once: for a command that cannot stop halfway. */
  readonly leaveInterrupts: () => void;
}
