/**
 * The successors of a short range of states, in order, on their way to the visited set. A
 * batch is looked up as a whole: the processor then waits for many cache lines at once
 * instead of one after the other.
 *
 * Everything lies in 32-bit words, so that threads can share it: a row for each successor with its
 * hash, the state it comes from, the step, and the words of the state; then the indexes of unseen
 * rows; then what the thread that expanded the states has to say about them, and lists.
 */

import { ModelError } from '../../errors.ts';
import { hashOf, secondHashOf } from '../visited/hash.ts';
import type { Candidates } from '../visited/look-up.ts';

/** Offsets in a row; the words of the state follow. */
export const HASH = 0;
/** With fingerprints, the second half of the fingerprint; the first is HASH. */
const SECOND = 1;
export const PARENT = 2;
export const THREAD = 3;
export const STATEMENT = 4;
export const CHOICE = 5;
/** Bits of the step invariants that the step violated. */
export const VIOLATED_STEPS = 6;
/** UNCHECKED, or what the invariants say of the state: HOLDS or VIOLATED. */
export const CHECK_RESULT = 7;
export const STATE = 8;

export const UNCHECKED = 0;
export const HOLDS = 1;
export const VIOLATED = 2;

const FIRST_ROOM = 512;
const HEAD = 11;

/**
 * Memory of a batch that threads share; what does not fit is left to the thread that commits it.
 */
export interface SharedRoom {
  readonly buffer: SharedArrayBuffer;
  /** In bytes. */
  readonly offset: number;
  readonly successors: number;
  /** Of the lists `deadlocked` and `newCoverage` together. */
  readonly entries: number;
}

export class Batch implements Candidates {
  /** Successors in it. */
  count = 0;
  /**
   * Steps from the states that were expanded, including those whose
   * successors were left out as known.
   */
  transitions = 0;
  /** Words of a row. */
  readonly stride: number;
  readonly hashAt = HASH;
  readonly keyAt: number;
  rows: Int32Array;
  /** The states that were expanded: from `first` up to, not including, `end`. */
  first = 0;
  end = 0;
  /** Was a final state without successors expanded? */
  ended = false;
  /** States without successors that are not final. */
  readonly deadlocked: number[] = [];
  /**
   * Statements that ran for the first time, and, numbered after them, state
   * invariants that applied.
   */
  readonly newCoverage: number[] = [];
  /** Bits of the step invariants that were checked. */
  checked = 0;
  /** Bits of the step invariants that any step violated. */
  violated = 0;
  /** Indexes of the successors that a look-up did not find: the first `unseenCount` of these. */
  unseen: Int32Array;
  unseenCount = 0;
  /** Has it been looked up? */
  lookedUp = false;
  /** The last successor did not fit. */
  overflowed = false;

  private readonly words: number;
  private readonly fingerprints: boolean;
  private readonly shared: Int32Array | undefined;
  private room: number;

  constructor(words: number, fingerprints: boolean, shared?: SharedRoom) {
    this.words = words;
    this.fingerprints = fingerprints;
    this.stride = STATE + words;
    this.keyAt = fingerprints ? HASH : STATE;
    this.room = shared?.successors ?? FIRST_ROOM;
    if (shared === undefined) {
      this.rows = new Int32Array(this.room * this.stride);
      this.unseen = new Int32Array(this.room);
      return;
    }
    const cells = this.room * this.stride;
    const all = new Int32Array(shared.buffer, shared.offset, sharedWords(words, shared));
    this.rows = all.subarray(0, cells);
    this.unseen = all.subarray(cells, cells + this.room);
    this.shared = all.subarray(cells + this.room);
  }

  clear(): void {
    this.count = 0;
    this.transitions = 0;
    this.checked = 0;
    this.violated = 0;
    this.unseenCount = 0;
    this.lookedUp = false;
    this.overflowed = false;
    this.ended = false;
    this.deadlocked.length = 0;
    this.newCoverage.length = 0;
  }

  add(
    state: Int32Array,
    parent: number,
    thread: number,
    statement: number,
    choice: number,
    violated: number,
  ): void {
    if (this.count === this.room && !this.grow()) return;
    const { rows, words } = this;
    const at = this.count * this.stride;
    rows[at + HASH] = hashOf(state, words);
    if (this.fingerprints) rows[at + SECOND] = secondHashOf(state, words);
    rows[at + PARENT] = parent;
    rows[at + THREAD] = thread;
    rows[at + STATEMENT] = statement;
    if (choice !== (choice | 0)) throw tooManyChoices(statement);
    rows[at + CHOICE] = choice;
    rows[at + VIOLATED_STEPS] = violated;
    rows[at + CHECK_RESULT] = UNCHECKED;
    this.violated |= violated;
    for (let i = 0; i < words; i++) rows[at + STATE + i] = state[i];
    this.count++;
  }

  /** Writes down, for another thread, what is not in shared memory yet. */
  publish(): void {
    const head = this.shared!;
    const { count, transitions, first, end, checked, violated, unseenCount } = this;
    const { lookedUp, ended, deadlocked, newCoverage } = this;
    const flags = [Number(lookedUp), Number(ended)];
    const lists = [unseenCount, deadlocked.length, newCoverage.length];
    head.set([count, transitions, first, end, checked, violated, ...flags, ...lists]);
    head.set(deadlocked, HEAD);
    head.set(newCoverage, HEAD + deadlocked.length);
  }

  /** Reads what another thread has published. */
  receive(): void {
    this.clear();
    const head = this.shared!;
    this.count = head[0];
    this.transitions = head[1];
    this.first = head[2];
    this.end = head[3];
    this.checked = head[4];
    this.violated = head[5];
    this.lookedUp = head[6] === 1;
    this.ended = head[7] === 1;
    this.unseenCount = head[8];
    const coverageAt = HEAD + head[9];
    this.deadlocked.push(...head.subarray(HEAD, coverageAt));
    this.newCoverage.push(...head.subarray(coverageAt, coverageAt + head[10]));
  }

  private grow(): boolean {
    if (this.shared !== undefined) {
      this.overflowed = true;
      return false;
    }
    this.room *= 2;
    const cells = new Int32Array(this.room * this.stride);
    cells.set(this.rows);
    this.rows = cells;
    this.unseen = new Int32Array(this.room);
    return true;
  }
}

/** How many words a shared batch takes. */
export function sharedWords(words: number, room: Omit<SharedRoom, 'buffer' | 'offset'>): number {
  return room.successors * (STATE + words + 1) + HEAD + room.entries;
}

function tooManyChoices(statement: number): ModelError {
  return new ModelError(`Statement ${statement} has more than 2^31 choices: pick fewer at a time.`);
}
