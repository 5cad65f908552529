/**
 * What a search needs of the program that runs it, be that a command line, a page in a browser or a
 * test. Nothing below `core/run-search.ts` asks for a file, a stream or the process.
 */

export interface SearchHost {
  /** Milliseconds, from any beginning. */
  readonly now: () => number;
  /** Bytes of memory that this machine, or this container, has. */
  readonly memory: number;
  /** Bytes of memory that this process holds now. */
  readonly memoryInUse: () => number;
  /** Bytes of address space that this process may still take; Infinity where nothing limits it. */
  readonly addressSpace: () => number;
  /** Collects garbage now; does nothing where that cannot be asked for. */
  readonly collectGarbage: () => void;
  /** Processor cores that this process may use; 1 where there are no threads. */
  readonly cores: number;
  /**
   * Calls back when the user wants the search to end, at once if that was before; returns a
   * function that forgets the callback.
   */
  readonly onInterrupt: (callback: () => void) => () => void;
  /** Lets everything else in the process have its turn. */
  readonly pause: () => Promise<void>;
}
