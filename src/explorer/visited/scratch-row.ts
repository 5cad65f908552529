/** The state in scratch as a row of the visited set: its two hashes, then the state itself. */

import { hashOf, secondHashOf } from './hash.ts';

/** Where the state begins in the row, after its hashes. */
const STATE = 2;

export class ScratchRow {
  readonly cells: Int32Array;
  /** Where the key begins, and the state. */
  readonly keyAt: number;
  readonly stateAt = STATE;
  private readonly scratch: Int32Array;
  private readonly words: number;
  private readonly fingerprints: boolean;

  constructor(scratch: Int32Array, fingerprints: boolean) {
    this.scratch = scratch;
    this.words = scratch.length;
    this.fingerprints = fingerprints;
    this.cells = new Int32Array(STATE + this.words);
    this.keyAt = fingerprints ? 0 : STATE;
  }

  /** Sets the row to the state in scratch; its hash. */
  fill(): number {
    const { cells, scratch, words } = this;
    const hash = hashOf(scratch, words);
    cells[0] = hash;
    if (this.fingerprints) cells[1] = secondHashOf(scratch, words);
    for (let i = 0; i < words; i++) cells[STATE + i] = scratch[i];
    return hash;
  }
}
