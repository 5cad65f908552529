/**
 * Successors on their way to the store. A batch is what the states of a short stretch of a level lead
 * to, in order. It is looked up as a whole: the processor then waits for many cache lines at once
 * instead of for one after the other.
 *
 * One array of 32-bit cells, so that threads can share it: for each successor its hash, where it
 * comes from, the step, and the words of the state.
 */

import { ModelError } from '../errors.ts';
import { hashOf } from './hash.ts';

/** Offsets of the cells of a successor; the words of its state follow. */
export const HASH = 0;
export const PARENT = 1;
export const THREAD = 2;
export const STATEMENT = 3;
export const CHOICE = 4;
/** Bits of the step checks that the step broke. */
export const RAISED = 5;
export const WORDS = 6;

const FIRST_ROOM = 512;

export class Batch {
  /** Successors in it. */
  count = 0;
  /** Cells of a successor. */
  readonly stride: number;
  cells: Int32Array;
  /** States without successors that may not be the last ones. */
  readonly stranded: number[] = [];
  /** Bits of the step checks that were put to the test. */
  consulted = 0;
  /** Bits of the step checks that any of its steps broke. */
  raised = 0;

  private readonly words: number;
  private room = FIRST_ROOM;

  constructor(words: number) {
    this.words = words;
    this.stride = WORDS + words;
    this.cells = new Int32Array(FIRST_ROOM * this.stride);
  }

  clear(): void {
    this.count = 0;
    this.consulted = 0;
    this.raised = 0;
    this.stranded.length = 0;
  }

  add(
    state: Int32Array,
    parent: number,
    thread: number,
    statement: number,
    choice: number,
    raised: number,
  ): void {
    if (this.count === this.room) this.grow();
    const { cells, words } = this;
    const at = this.count * this.stride;
    cells[at + HASH] = hashOf(state, words);
    cells[at + PARENT] = parent;
    cells[at + THREAD] = thread;
    cells[at + STATEMENT] = statement;
    if (choice !== (choice | 0)) throw tooManyChoices(statement);
    cells[at + CHOICE] = choice;
    cells[at + RAISED] = raised;
    this.raised |= raised;
    for (let i = 0; i < words; i++) cells[at + WORDS + i] = state[i]!;
    this.count++;
  }

  private grow(): void {
    this.room *= 2;
    const cells = new Int32Array(this.room * this.stride);
    cells.set(this.cells);
    this.cells = cells;
  }
}

function tooManyChoices(statement: number): ModelError {
  return new ModelError(`Statement ${statement} has more than 2^31 choices: pick fewer at a time.`);
}
