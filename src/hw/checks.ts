/**
 * What must hold of every machine, as sentences for invariants: each function answers what is
 * wrong, or undefined, and allocates nothing while all is right.
 */

import type { Pool, Ref } from '../state/pool.ts';
import type { Table } from '../state/table.ts';
import type { Frame, Frames } from './frames.ts';
import type { PageTable, Pte } from './page-table.ts';
import type { Cpu, Tlbs } from './tlbs.ts';
import { demandPool } from '../state/demand.ts';

/** What is wrong with the first thing of a pool with which something is. */
export function firstOf<P extends string>(
  pool: Pool<P>,
  wrong: (one: Ref<P>) => string | undefined,
): string | undefined {
  demandPool('firstOf', pool);
  const { all } = pool;
  for (let i = 0; i < all.length; i++) {
    const found = wrong(all[i]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What all things of a pool come to together, such as the mappings of several page tables. */
export function sumOf<P extends string>({ all }: Pool<P>, of: (one: Ref<P>) => number): number {
  let sum = 0;
  for (let i = 0; i < all.length; i++) sum += of(all[i]);
  return sum;
}

/** No entry of the page table names a free frame. */
export function mapsFreeFrame<P extends string, F extends string>(
  pages: PageTable<P, F>,
  ptes: Table<P, Pte<F>>,
  frames: Table<F, Frame>,
): string | undefined {
  const { name, all } = pages.page;
  for (let i = 0; i < all.length; i++) {
    const { frame } = ptes[all[i]];
    if (frame === null || frames[frame].used) continue;
    return `${name} ${i} is mapped to ${pages.frame.name} ${frame}, which is free`;
  }
  return undefined;
}

/** Each page that is mapped holds the token that `expected` says was stored there last. */
export function holdsOther<P extends string, F extends string>(
  pages: PageTable<P, F>,
  ptes: Table<P, Pte<F>>,
  frames: Table<F, Frame>,
  expected: (page: Ref<P>) => number,
): string | undefined {
  const { name, all } = pages.page;
  for (let i = 0; i < all.length; i++) {
    const { frame } = ptes[all[i]];
    if (frame === null || frames[frame].content === expected(all[i])) continue;
    return `${name} ${i} holds ${frames[frame].content}, and ${expected(all[i])} was stored there`;
  }
  return undefined;
}

/** No CPU remembers a free frame. */
export function remembersFreeFrame<C extends string, P extends string, F extends string>(
  tlbs: Tlbs<C, P, F>,
  cpus: Table<C, Cpu<P, F>>,
  memory: Frames<F>,
  frames: Table<F, Frame>,
): string | undefined {
  const { name, all } = memory.frame;
  for (let i = 0; i < all.length; i++) {
    if (frames[all[i]].used) continue;
    const cpu = tlbs.remembering(cpus, all[i]);
    if (cpu !== null) return `${tlbs.cpu.name} ${cpu} still reaches ${name} ${i}, which is free`;
  }
  return undefined;
}

/** Each frame in use is counted as often as `expected` says it is referred to. */
export function miscounts<F extends string>(
  memory: Frames<F>,
  frames: Table<F, Frame>,
  expected: (frame: Ref<F>) => number,
): string | undefined {
  const { name, all } = memory.frame;
  for (let i = 0; i < all.length; i++) {
    const { used, count } = frames[all[i]];
    const right = used ? expected(all[i]) : count;
    if (count !== right) return `${name} ${i} is counted ${count} times, and referred to ${right}`;
  }
  return undefined;
}
