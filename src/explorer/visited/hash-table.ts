/**
 * The visited set as a hash table: open addressing, a word per slot, 0 if it is empty. Sizes grow by
 * these rules, and a hash has its home by these.
 */

const FIRST_SLOTS = 2 ** 14;
const SMALL_SLOTS = 2 ** 20;
export const LAST_SLOTS = 2 ** 31;
/** The table grows when this part is taken: exact storage is to be fast, fingerprints small. */
const LOAD = 0.65;
const FINGERPRINT_LOAD = 0.82;
/** If it may not grow, it fills up to here. */
export const LAST_LOAD = 0.9;

export interface Table {
  readonly table: Int32Array;
  /** So many parts of as many slots each, a power of two. */
  readonly parts: number;
}

export interface TableSize {
  readonly slots: number;
  readonly parts: number;
  /** States that it takes before it should grow. */
  readonly room: number;
}

/** The next size, of more than `slots`, for so many states. Fingerprints grow by a half or a third. */
export function largerTable(slots: number, states: number, fingerprints: boolean): TableSize {
  const load = fingerprints ? FINGERPRINT_LOAD : LOAD;
  let larger = slots;
  do {
    if (larger < FIRST_SLOTS) larger = FIRST_SLOTS;
    else if (larger < SMALL_SLOTS) larger *= 4;
    else if (!fingerprints) larger *= 2;
    else larger = larger % 3 === 0 ? (larger / 3) * 4 : (larger / 2) * 3;
  } while (larger * load < states);
  const parts = fingerprints ? 2 : 1;
  return { slots: larger, parts: larger % 3 === 0 ? 3 : parts, room: Math.floor(larger * load) };
}

/** The slot where the look-up of a hash begins: some of its high bits choose the part. */
export function firstSlotOf(hash: number, parts: number, inPart: number): number {
  return Math.imul(Math.imul(hash >>> 16, parts) >>> 16, inPart + 1) + (hash & inPart);
}

/** The bits of a slot that hold what says which state it is; the others hold bits of its hash. */
export function maskOf(table: Int32Array): number {
  return 2 ** Math.ceil(Math.log2(table.length)) - 1;
}

export function emptySlot(table: Int32Array, home: number): number {
  let slot = home;
  while (table[slot] !== 0) slot = slot + 1 === table.length ? 0 : slot + 1;
  return slot;
}
