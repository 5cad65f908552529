/**
 * The hash table of the visited set: open addressing, one word per slot, 0 if it is empty. A slot
 * holds the id of a state and, in the bits that no id of this table needs, bits of its hash. So a
 * look-up that misses costs one cache line, of sixteen slots, and hardly ever reads a key.
 */

import { hashOf } from './hash.ts';
import { nextChunk, type StateArena } from './state-arena.ts';

const FIRST_SLOTS = 2 ** 14;
const SMALL_SLOTS = 2 ** 20;
const LAST_SLOTS = 2 ** 31;
/**
 * The table grows when this part of it is taken: exact storage is to be fast, fingerprints small.
 */
const LOAD = 0.65;
const FINGERPRINT_LOAD = 0.82;
/** If it cannot grow, it fills up to here. */
const LAST_LOAD = 0.9;
/** States that are entered together, so that their slots are read together. */
const STRETCH = 256;

export interface Table {
  readonly slots: Int32Array;
  /** So many parts of as many slots each, a power of two. */
  readonly parts: number;
}

interface TableSize {
  readonly slots: number;
  readonly parts: number;
  /** States that it takes before it should grow. */
  readonly room: number;
}

/** The next size, of more than `slots`, for so many states; undefined if there is none. */
export function largerTable(
  slots: number,
  states: number,
  fingerprints: boolean,
): TableSize | undefined {
  const load = fingerprints ? FINGERPRINT_LOAD : LOAD;
  let larger = slots;
  do {
    if (larger < FIRST_SLOTS) larger = FIRST_SLOTS;
    else if (larger < SMALL_SLOTS) larger *= 4;
    else if (!fingerprints) larger *= 2;
    else larger = larger % 3 === 0 ? (larger / 3) * 4 : (larger / 2) * 3;
  } while (larger * load < states);
  if (larger > LAST_SLOTS) return undefined;
  const parts = fingerprints ? 2 : 1;
  return { slots: larger, parts: larger % 3 === 0 ? 3 : parts, room: Math.floor(larger * load) };
}

/** The slot where the look-up of a hash begins: some of its high bits choose the part. */
export function firstSlotOf(hash: number, parts: number, inPart: number): number {
  return Math.imul(Math.imul(hash >>> 16, parts) >>> 16, inPart + 1) + (hash & inPart);
}

/** The bits of a slot that hold an id; the others hold bits of its hash. */
function maskOf(slots: Int32Array): number {
  return 2 ** Math.ceil(Math.log2(slots.length)) - 1;
}

export function emptySlot(slots: Int32Array, first: number): number {
  let slot = first;
  while (slots[slot] !== 0) slot = slot + 1 === slots.length ? 0 : slot + 1;
  return slot;
}

export class HashTable {
  /** One empty slot until the first state comes. */
  slots: Int32Array = new Int32Array(1);
  parts = 1;
  /** Slots of a part - 1. */
  inPart = 0;
  /** The bits of a slot that hold the id, counted from `firstId`, + 1. */
  mask = 0;
  /** The states with ids below this one are not in the table, but in runs on the disk. */
  firstId = 0;
  /** Ids that it takes before it should grow end here. */
  room = 0;

  use({ slots, parts }: Table): void {
    this.slots = slots;
    this.parts = parts;
    this.inPart = slots.length / parts - 1;
    this.mask = maskOf(slots);
  }

  /** It takes so many states from now on; by default as many as it can. */
  setRoom(states = Math.floor(this.slots.length * LAST_LOAD)): void {
    this.room = this.firstId + states;
  }
}

/** A table that is to take the place of the one in use. */
export class NewTable implements Table {
  readonly slots: Int32Array;
  readonly parts: number;
  private readonly keys: StateArena;
  private readonly fingerprints: boolean;
  private readonly firstId: number;
  /** Written so that no compiler leaves out reads made in advance. */
  protected read = 0;

  constructor({ slots, parts }: Table, keys: StateArena, fingerprints: boolean, firstId: number) {
    this.slots = slots;
    this.parts = parts;
    this.keys = keys;
    this.fingerprints = fingerprints;
    this.firstId = firstId;
  }

  /**
   * Enters the states from `first` up to, not including, `end`, a stretch at a time: its
   * slots are read together, so that the processor waits for memory once. `together`:
   * other threads enter others.
   */
  enter(first: number, end: number, together: boolean): void {
    const { keys, slots, parts } = this;
    const inPart = slots.length / parts - 1;
    const mask = maskOf(slots);
    const before = this.firstId - 1;
    const hashes = new Int32Array(STRETCH);
    const firstSlots = new Int32Array(STRETCH);
    let read = 0;
    for (let id = first; id < end;) {
      const length = Math.min(id + STRETCH, nextChunk(keys, id), end) - id;
      this.hash(id, length, hashes);
      for (let i = 0; i < length; i++) firstSlots[i] = firstSlotOf(hashes[i], parts, inPart);
      for (let i = 0; i < length; i++) read ^= slots[firstSlots[i]];
      for (let i = 0; i < length; i++) {
        const entry = (hashes[i] & ~mask) | (id + i - before);
        let slot = emptySlot(slots, firstSlots[i]);
        if (!together) slots[slot] = entry;
        else
          while (Atomics.compareExchange(slots, slot, 0, entry) !== 0)
            slot = emptySlot(slots, slot);
      }
      id += length;
    }
    this.read = read;
  }

  /** Hashes of so many states, which lie in one chunk. */
  private hash(id: number, length: number, hashes: Int32Array): void {
    const { keys, fingerprints } = this;
    const { words, shift } = keys;
    const chunk = keys.chunk(id >>> shift);
    let at = (id & ((1 << shift) - 1)) * words;
    for (let i = 0; i < length; i++, at += words) {
      hashes[i] = fingerprints ? chunk[at] : hashOf(chunk, words, at);
    }
  }
}
