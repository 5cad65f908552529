/** What can go wrong in a step of C, by the numbers that compiled code and the runtime tell. */
export const FAULT_KINDS = {
  // Reported by the runtime, and numbered as in runtime.c.
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
  // Reported by WebAssembly.
  trap: 12,
  // Reported by compiled code itself.
  undefined: 32,
  missing: 33,
  wildCall: 34,
  assertion: 35,
  panic: 36,
} as const;
