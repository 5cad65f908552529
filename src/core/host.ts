/**
 * What a search needs of the program that runs it: a command line, a page in a browser or a test.
 * No code below `core/run-search.ts` uses a file, a stream or the process.
 */

/** The clock, the memory and the interrupts of whatever runs a search. */
export interface SearchHost {
  /** The time in milliseconds, from an arbitrary start. */
  readonly now: () => number;
  /** Bytes of memory that this machine, or this container, has. */
  readonly memory: number;
  /** Bytes of memory that this process holds now. */
  readonly memoryInUse: () => number;
  /** Bytes of address space that this process may still use; Infinity without a limit. */
  readonly addressSpace: () => number;
  /** Collects garbage now, if that is possible. */
  readonly collectGarbage: () => void;
  /** Processor cores that this process may use; 1 without threads. */
  readonly cores: number;
  /**
   * Calls `callback` when the user interrupts the search, at once if that has already happened.
   * Returns a function that removes the callback.
   */
  readonly onInterrupt: (callback: () => void) => () => void;
  /** Yields to the other tasks of the process. */
  readonly pause: () => Promise<void>;
}
