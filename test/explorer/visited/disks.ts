/** Disks in memory. */

import type { Disk, Spill } from '../../../src/explorer/visited/spill.ts';

const PAGE = 2 ** 10;

export interface SpillInMemory extends Spill {
  /** The sizes of the files, by the purpose of opening. */
  written(what: string): number;
  /** Files that are open. */
  readonly files: number;
}

/** Each file has room for so many bytes. */
export function spillTo(room = Infinity): SpillInMemory {
  const written = new Map<string, number>();
  const open = new Set<Disk>();
  return {
    written: (what) => written.get(what) ?? 0,
    get files() {
      return open.size;
    },
    open(what) {
      const pages: Int32Array[] = [];
      const opened: Disk = {
        write(at, words) {
          const end = 4 * (at + words.length);
          if (end > room) throw new Error('ENOSPC');
          written.set(what, Math.max(written.get(what) ?? 0, end));
          for (const [page, from, part] of parts(at, words)) {
            (pages[page] ??= new Int32Array(PAGE)).set(part, from);
          }
        },
        read(at, words) {
          for (const [page, from, part] of parts(at, words)) {
            if (pages[page] === undefined) throw new Error(`Nothing was written at ${at}.`);
            part.set(pages[page].subarray(from, from + part.length));
          }
        },
        close() {
          if (!open.delete(opened)) throw new Error('Closed twice.');
        },
      };
      open.add(opened);
      return opened;
    },
  };
}

/** What lies on one page each: its number, where there, and the words. */
function parts(at: number, words: Int32Array): [page: number, from: number, part: Int32Array][] {
  const all: [number, number, Int32Array][] = [];
  for (let i = 0; i < words.length;) {
    const from = (at + i) % PAGE;
    const part = words.subarray(i, i + PAGE - from);
    all.push([Math.floor((at + i) / PAGE), from, part]);
    i += part.length;
  }
  return all;
}
