/** Where a search puts what memory has no room for; the engine itself opens no file. */

/** A file, or what can be used like one; all throw what the file system throws. */
export interface Disk {
  /** `at`: in words from the beginning. */
  write(at: number, words: Int32Array): void;
  /** Fills `words`. */
  read(at: number, words: Int32Array): void;
  /** It is not needed any more. */
  close(): void;
}

/** Opens the files of one search. */
export interface Spill {
  /** A new, empty file; `what` it is for, in the plural, for messages. */
  open(what: string): Disk;
}
