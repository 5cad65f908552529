/**
 * The stored states as blocks of words, for a checkpoint, and back. The hash table is made again.
 */

import type { Capacity } from './capacity.ts';
import { COLUMN_ROOM, type Column } from './column.ts';
import { nextChunk, type StateArena } from './state-arena.ts';
import type { StoredStates } from './stored-states.ts';

type Read = (block: Int32Array) => void;

/**
 * The keys of the first `count` states, the states from `frontier` on if they lie elsewhere than
 * their keys, and the columns. A block is valid until the next one is asked for.
 */
export function* savedBlocks(
  { keys, states, columns, fingerprints }: StoredStates,
  frontier: number,
  count: number,
): Generator<Int32Array> {
  yield* keys.blocks(0, count);
  if (fingerprints) yield* states.blocks(frontier, count);
  for (const column of columns) yield* column.blocks(count);
}

/** Takes `count` states from such blocks into an empty set; false if there is no room for them. */
export function restore(
  stored: StoredStates,
  capacity: Capacity,
  frontier: number,
  count: number,
  read: Read,
): boolean {
  const { keys, states, columns } = stored;
  if (!capacity.reserveTable(count)) return false;
  stored.count = count;
  stored.parentsRead = 0;
  for (const arena of new Set([keys, states])) {
    if (!restoreRows(stored, arena, arena === keys ? 0 : frontier, read)) return false;
  }
  for (const column of columns) if (!restoreColumn(stored, column, read)) return false;
  stored.parentsRead = Infinity;
  return capacity.enterAll() && capacity.makeRoom(0);
}

function restoreRows(stored: StoredStates, arena: StateArena, first: number, read: Read): boolean {
  const { count } = stored;
  arena.discard(first);
  for (let id = first; id < count; id = nextChunk(arena, id)) {
    const end = Math.min(nextChunk(arena, id), count);
    if (!stored.growArena(arena, end, id)) return false;
    read(arena.block(id, end));
  }
  return true;
}

function restoreColumn(stored: StoredStates, column: Column, read: Read): boolean {
  const { count, parents } = stored;
  for (let first = 0; first < count; first += COLUMN_ROOM) {
    const end = Math.min(first + COLUMN_ROOM, count);
    if (!stored.growColumn(column, end)) return false;
    read(column.block(first, end));
    if (column === parents) stored.parentsRead = end;
  }
  return true;
}
