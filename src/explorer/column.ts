/**
 * One number per state, in chunks: parents, marks, the stack of a depth-first search. The store
 * makes room in all its columns before a state gets its id, so that setting one never fails.
 */

const COLUMN_SHIFT = 16;
export const COLUMN_ROOM = 2 ** COLUMN_SHIFT;

export class Column {
  private readonly chunks: Int32Array[] = [];

  get room(): number {
    return this.chunks.length * COLUMN_ROOM;
  }

  get(index: number): number {
    return this.chunks[index >>> COLUMN_SHIFT]![index & (COLUMN_ROOM - 1)]!;
  }

  set(index: number, value: number): void {
    this.chunks[index >>> COLUMN_SHIFT]![index & (COLUMN_ROOM - 1)] = value;
  }

  /** The first `count` numbers, chunk by chunk. */
  blocks(count: number): Int32Array[] {
    const length = (first: number): number => Math.min(COLUMN_ROOM, count - first);
    const used = this.chunks.slice(0, Math.ceil(count / COLUMN_ROOM));
    return used.map((chunk, i) => chunk.subarray(0, length(i * COLUMN_ROOM)));
  }

  extend(chunk: Int32Array): void {
    this.chunks.push(chunk);
  }
}
