/** Where a search puts what memory has no room for; the engine itself opens no file. */

/** A file, or what can be used like one; both throw what the file system throws. */
export interface Disk {
  /** `at`: in words from the beginning. */
  write(at: number, words: Int32Array): void;
  /** Fills `words`. */
  read(at: number, words: Int32Array): void;
}

/** Where the two things go that are moved to a disk: each has a file of its own. */
export interface Spill {
  readonly states: Disk;
  readonly parents: Disk;
}
