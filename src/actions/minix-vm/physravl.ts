/**
 * The AVL tree of the phys_regions of a region, and its iterator, with the behaviour of
 * cavl_impl.h: the node that is taken out is replaced from the deeper side (from the greater one if
 * both are equally deep), an existing key is not inserted again, and an iterator keeps the path it
 * came by, except that at depth 0 it reads whatever is the root at that time. That shows when a
 * region that is walked grows.
 */

import type { PrRef, RegionRef, Scope } from '../../model/minix-vm/scope.ts';
import { unsigned } from '../../model/minix-vm/state.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import { int, upTo } from '../../state/values.ts';
import { optional } from '../../state/references.ts';

/**
 * Locals of an operation that hold one iterator: depth -1 is nowhere, bit d the branch at depth d.
 */
export const iterLocals = (s: Scope) => ({
  depth: int(-1, 6),
  branch: upTo(63),
  h0: optional(s.pr),
  h1: optional(s.pr),
  h2: optional(s.pr),
  h3: optional(s.pr),
  h4: optional(s.pr),
  h5: optional(s.pr),
});

export interface Iterator {
  depth: number;
  branch: number;
  h0: PrRef | null;
  h1: PrRef | null;
  h2: PrRef | null;
  h3: PrRef | null;
  h4: PrRef | null;
  h5: PrRef | null;
}

const handles = ['h0', 'h1', 'h2', 'h3', 'h4', 'h5'] as const;

function compare(a: number, b: number): number {
  return unsigned(a) - unsigned(b);
}

const keyOf = (k: Kernel, pr: PrRef): number => k.physRegions[pr].offset;

type Search = 'equal' | 'less-equal' | 'greater-equal';

/** physr_start_iter */
export function physr_start_iter(
  k: Kernel,
  region: RegionRef,
  iter: Iterator,
  key: number,
  search: Search,
): void {
  rewind(iter);
  let h = k.regions[region].root;
  const target = search === 'less-equal' ? 1 : search === 'greater-equal' ? -1 : 0;
  for (let d = 0; h !== null; d++) {
    let cmp = compare(key, keyOf(k, h));
    if (cmp === 0) {
      iter.depth = d;
      break;
    }
    if (target !== 0 && cmp * target > 0) iter.depth = d;
    const { less, greater }: { less: PrRef | null; greater: PrRef | null } = k.physRegions[h];
    h = cmp < 0 ? less : greater;
    if (h !== null) follow(iter, d, cmp > 0, h);
  }
  forgetBelow(iter);
}

/** physr_get_iter */
export function physr_get_iter(k: Kernel, region: RegionRef, iter: Iterator): PrRef | null {
  if (iter.depth < 0) return null;
  return iter.depth === 0 ? k.regions[region].root : iter[handles[iter.depth - 1]];
}

/** physr_incr_iter */
export function physr_incr_iter(k: Kernel, region: RegionRef, iter: Iterator): void {
  const here = physr_get_iter(k, region, iter);
  if (here === null) return;
  let h = k.physRegions[here].greater;
  if (h === null) {
    do {
      if (iter.depth === 0) {
        iter.depth = -1;
        break;
      }
      iter.depth -= 1;
    } while ((iter.branch & (1 << iter.depth)) !== 0);
  } else {
    follow(iter, iter.depth, true, h);
    iter.depth += 1;
    for (h = k.physRegions[h].less; h !== null; h = k.physRegions[h].less) {
      follow(iter, iter.depth, false, h);
      iter.depth += 1;
    }
  }
  forgetBelow(iter);
}

function rewind(iter: Iterator): void {
  iter.depth = -1;
  iter.branch = 0;
  for (const handle of handles) iter[handle] = null;
}

function follow(iter: Iterator, depth: number, greater: boolean, h: PrRef): void {
  iter.branch = greater ? iter.branch | (1 << depth) : iter.branch & ~(1 << depth);
  iter[handles[depth]] = h;
}

/** What lies below the position is never read again: it must not tell two states apart. */
function forgetBelow(iter: Iterator): void {
  for (let d = Math.max(0, iter.depth); d < handles.length; d++) iter[handles[d]] = null;
  iter.branch &= (1 << Math.max(0, iter.depth)) - 1;
}

/** physr_search: the phys_region with this key, or the nearest on the side asked for. */
export function physr_search(
  k: Kernel,
  region: RegionRef,
  key: number,
  search: Search,
): PrRef | null {
  let h = k.regions[region].root;
  let found: PrRef | null = null;
  while (h !== null) {
    const cmp = compare(key, keyOf(k, h));
    if (cmp === 0) return h;
    if ((search === 'less-equal' && cmp > 0) || (search === 'greater-equal' && cmp < 0)) found = h;
    const { less, greater }: { less: PrRef | null; greater: PrRef | null } = k.physRegions[h];
    h = cmp < 0 ? less : greater;
  }
  return found;
}

/** physr_insert: false if the key is there already; then nothing is inserted. */
export function physr_insert(k: Kernel, region: RegionRef, pr: PrRef): boolean {
  const node = k.physRegions[pr];
  node.less = null;
  node.greater = null;
  node.factor = 0;
  if (physrHas(k, region, node.offset)) return false;
  k.regions[region].root = inserted(k, k.regions[region].root, pr).root;
  return true;
}

function physrHas(k: Kernel, region: RegionRef, key: number): boolean {
  return physr_search(k, region, key, 'equal') !== null;
}

function inserted(k: Kernel, root: PrRef | null, pr: PrRef): { root: PrRef; deeper: boolean } {
  if (root === null) return { root: pr, deeper: true };
  const node = k.physRegions[root];
  const greater = compare(keyOf(k, pr), node.offset) > 0;
  const below = inserted(k, greater ? node.greater : node.less, pr);
  if (greater) node.greater = below.root;
  else node.less = below.root;
  if (!below.deeper) return { root, deeper: false };
  const factor = node.factor + (greater ? 1 : -1);
  if (factor === 2 || factor === -2) return { root: balanced(k, root, factor > 0), deeper: false };
  node.factor = factor;
  return { root, deeper: factor !== 0 };
}

/** Rotates a subtree of which one side is two levels deeper; the new root. */
function balanced(k: Kernel, root: PrRef, greaterDeeper: boolean): PrRef {
  const [near, far, sign] = greaterDeeper
    ? (['less', 'greater', 1] as const)
    : (['greater', 'less', -1] as const);
  const top = k.physRegions[root];
  const deepRef = top[far] as PrRef;
  const deep = k.physRegions[deepRef];
  if (deep.factor !== -sign) {
    const even = deep.factor === 0;
    top[far] = deep[near];
    deep[near] = root;
    deep.factor = even ? -sign : 0;
    top.factor = even ? sign : 0;
    return deepRef;
  }
  const middleRef = deep[near] as PrRef;
  const middle = k.physRegions[middleRef];
  top[far] = middle[near];
  deep[near] = middle[far];
  middle[near] = root;
  middle[far] = deepRef;
  top.factor = middle.factor === sign ? -sign : 0;
  deep.factor = middle.factor === -sign ? sign : 0;
  middle.factor = 0;
  return middleRef;
}

/** physr_remove; false if the key is not found: then nothing happens. */
export function physr_remove(k: Kernel, region: RegionRef, key: number): boolean {
  if (!physrHas(k, region, key)) return false;
  k.regions[region].root = removed(k, k.regions[region].root as PrRef, key).root;
  return true;
}

interface Shortened {
  readonly root: PrRef | null;
  readonly shorter: boolean;
}

function removed(k: Kernel, root: PrRef, key: number): Shortened {
  const node = k.physRegions[root];
  const cmp = compare(key, node.offset);
  if (cmp !== 0) {
    const below = removed(k, (cmp > 0 ? node.greater : node.less) as PrRef, key);
    return shortened(k, root, cmp > 0, below);
  }
  const fromLess = node.factor < 0;
  const side = fromLess ? node.less : node.greater;
  if (side === null) return { root: fromLess ? node.greater : node.less, shorter: true };
  const taken = detached(k, side, fromLess);
  const replacement = k.physRegions[taken.node];
  replacement.less = node.less;
  replacement.greater = node.greater;
  replacement.factor = node.factor;
  return shortened(k, taken.node, !fromLess, taken);
}

/** Takes the greatest (or least) node out of a subtree. */
function detached(k: Kernel, root: PrRef, greatest: boolean): Shortened & { node: PrRef } {
  const node = k.physRegions[root];
  const deeper = greatest ? node.greater : node.less;
  if (deeper === null) {
    return { node: root, root: greatest ? node.less : node.greater, shorter: true };
  }
  const below = detached(k, deeper, greatest);
  return { node: below.node, ...shortened(k, root, greatest, below) };
}

/** The subtree `root` after its greater (or less) side became `below`. */
function shortened(k: Kernel, root: PrRef, greater: boolean, below: Shortened): Shortened {
  const node = k.physRegions[root];
  if (greater) node.greater = below.root;
  else node.less = below.root;
  if (!below.shorter) return { root, shorter: false };
  const factor = node.factor + (greater ? -1 : 1);
  if (factor === 2 || factor === -2) {
    const top = balanced(k, root, factor > 0);
    return { root: top, shorter: k.physRegions[top].factor === 0 };
  }
  node.factor = factor;
  return { root, shorter: factor === 0 };
}
