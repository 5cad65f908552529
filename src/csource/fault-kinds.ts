/** What can go wrong in a step of C, by the numbers that compiled code and the runtime tell. */

/** Faults that compiled code tells itself. */
export const FAULTS = {
  undefined: 32,
  missing: 33,
  wildCall: 34,
  assertion: 35,
  panic: 36,
} as const;

/** All faults; those of the runtime are numbered as in runtime.c. */
export const FAULT_KINDS = {
  nullPointer: 1,
  wildPointer: 2,
  constant: 3,
  dangling: 4,
  observerWrites: 5,
  waits: 6,
  chooses: 7,
  endless: 8,
  stackFull: 9,
  framesFull: 10,
  choice: 11,
  trap: 12,
  ...FAULTS,
} as const;
