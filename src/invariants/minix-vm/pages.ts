/** Page tables against trees, and what processes see against the ghost memory. */

import type { PageRef, ProcessRef, Scope } from '../../model/minix-vm/scope.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import {
  cover,
  frameBehind,
  regionAt,
  visibleFrame,
  visibleValue,
} from '../../model/minix-vm/tree.ts';
import type { Invariant } from './invariant.ts';
import { anyObject, between } from './objects.ts';

const boundary = 'between requests';

type Visit = (k: Kernel, s: Scope, p: ProcessRef, n: PageRef) => string | undefined;

/** Asked of the live processes. */
function ofPages(visit: Visit): (k: Kernel, s: Scope) => string | undefined {
  return (k, s) => {
    for (const p of s.process.all) {
      if (!k.processes[p].alive) continue;
      for (const n of s.page.all) {
        const found = visit(k, s, p, n);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  };
}

function anyPte(k: Kernel, s: Scope): boolean {
  if (!between(k)) return false;
  for (const p of s.process.all) {
    for (const n of s.page.all) if (k.processes[p].pte[n].frame !== 0) return true;
  }
  return false;
}

function anyProcess(k: Kernel, s: Scope): boolean {
  if (!between(k)) return false;
  for (const p of s.process.all) if (k.processes[p].alive) return true;
  return false;
}

function invariant(
  name: string,
  sentence: string,
  visit: Visit,
  group = 'ptes',
  applies: Invariant['applies'] = anyPte,
): Invariant {
  return { name, sentence, when: boundary, group, applies, violation: ofPages(visit) };
}

/** DIRECT and SHARED memory is writable by definition (region.c:32-34). */
function isWritable(k: Kernel, p: ProcessRef, n: PageRef): boolean {
  const region = regionAt(k, p, n);
  return region !== null && (k.regions[region].direct === 1 || k.regions[region].shared === 1);
}

const place = (s: Scope, p: ProcessRef, n: number): string => `page ${n} of ${s.processNames[p]}`;
const frameOf = (k: Kernel, p: ProcessRef, n: PageRef): number => k.processes[p].pte[n].frame;

export const pteHasPhysRegion = invariant(
  'pte-has-phys-region',
  'Behind a present page there is an entry in the tree of its region.',
  (k, s, p, n) =>
    frameOf(k, p, n) === 0 || cover(k, p, n) !== null
      ? undefined
      : `${place(s, p, n)} maps frame ${frameOf(k, p, n)}, but no entry stands behind it`,
);

export const pteFrameMatches = invariant(
  'pte-frame-matches',
  'A present page maps the frame that its entry says.',
  (k, s, p, n) => {
    const frame = frameOf(k, p, n);
    const behind = frameBehind(k, p, n);
    if (frame === 0 || behind === 0 || frame === behind) return undefined;
    return `${place(s, p, n)} maps frame ${frame}, but its entry says ${behind}`;
  },
);

export const pteNeverFreeFrame = invariant(
  'pte-never-free-frame',
  'A frame that a page table maps is used, for this page of this process.',
  (k, s, p, n) => {
    const frame = frameOf(k, p, n);
    if (frame === 0) return undefined;
    if (frame > s.frame.size || !k.frames[s.frame.at(frame - 1)].used) {
      return `${place(s, p, n)} maps frame ${frame}, which is free`;
    }
    const own = frameBehind(k, p, n) === frame;
    if (own) return undefined;
    return `${place(s, p, n)} maps frame ${frame}, which belongs to somebody else`;
  },
);

export const physRegionHasPte = invariant(
  'phys-region-has-pte',
  'A page with an entry in the tree is present.',
  (k, s, p, n) =>
    cover(k, p, n) === null || frameOf(k, p, n) !== 0
      ? undefined
      : `${place(s, p, n)} has an entry, but is not present`,
  'ptes',
  anyObject,
);

export const pteWritableRegion = invariant(
  'pte-writable-region',
  'A writable page lies in a WRITABLE region.',
  (k, s, p, n) => {
    if (!k.processes[p].pte[n].writable) return undefined;
    const region = regionAt(k, p, n);
    const direct = region !== null && k.regions[region].direct === 1;
    if (direct || (region !== null && k.regions[region].writable)) return undefined;
    return `${place(s, p, n)} is writable, but its region is not`;
  },
);

export const pteWritableExclusiveOrSmap = invariant(
  'pte-writable-exclusive-or-smap',
  'A writable page has its block alone, or shares it as SMAP, or is of a ' +
    'device or a SHARED region.',
  (k, s, p, n) => {
    if (isWritable(k, p, n)) return undefined;
    const pr = cover(k, p, n);
    const pb = pr === null ? null : k.physRegions[pr].ph;
    if (!k.processes[p].pte[n].writable || pb === null) return undefined;
    const { refcount, share_flag } = k.blocks[pb];
    if (refcount === 1 || share_flag === 'SMAP') return undefined;
    return `${place(s, p, n)} is writable, but its block has refcount ${refcount}, not as SMAP`;
  },
);

export const cowIsReadonly = invariant(
  'cow-is-readonly',
  'No user of a block that is shared as COW has it writable, but for devices and SHARED regions.',
  (k, s, p, n) => {
    if (isWritable(k, p, n)) return undefined;
    const pr = cover(k, p, n);
    const pb = pr === null ? null : k.physRegions[pr].ph;
    if (!k.processes[p].pte[n].writable || pb === null) return undefined;
    const { refcount, share_flag } = k.blocks[pb];
    if (refcount <= 1 || share_flag !== 'COW') return undefined;
    return `${place(s, p, n)} is writable, but its block is shared as COW`;
  },
);

export const unmappedPageHasNoPte = invariant(
  'unmapped-page-has-no-pte',
  'Where a process has no region, nothing is present.',
  (k, s, p, n) =>
    frameOf(k, p, n) === 0 || regionAt(k, p, n) !== null
      ? undefined
      : `${place(s, p, n)} lies in no region, but maps frame ${frameOf(k, p, n)}`,
);

export const contentRefines = invariant(
  'content-refines',
  'A process reads from each page the value of the cell that the page belongs to.',
  (k, s, p, n) => {
    const { cell, value } = k.processes[p].want[n];
    const seen = visibleValue(k, s, p, n);
    if (cell === 0 || seen === value) return undefined;
    return `${place(s, p, n)} reads ${seen}, but it is entitled to ${value}`;
  },
  'content',
  anyProcess,
);

export const smapOnlyAsAgreed = invariant(
  'smap-only-as-agreed',
  'Two pages share a frame as SMAP only if they were mapped onto each other.',
  (k, s, p, n) => {
    const pr = cover(k, p, n);
    const pb = pr === null ? null : k.physRegions[pr].ph;
    if (pb === null || k.blocks[pb].share_flag !== 'SMAP') return undefined;
    const frame = visibleFrame(k, p, n);
    const { cell } = k.processes[p].want[n];
    for (const q of s.process.all) {
      if (!k.processes[q].alive) continue;
      for (const m of s.page.all) {
        if (visibleFrame(k, q, m) !== frame || k.processes[q].want[m].cell === cell) continue;
        const other = place(s, q, m);
        return `${place(s, p, n)} shares frame ${frame} with ${other}, which nobody mapped`;
      }
    }
    return undefined;
  },
  'content',
  anyObject,
);
