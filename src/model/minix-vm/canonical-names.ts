/**
 * Between two requests a state is brought into canonical form, so that states which differ only in
 * names are one: objects that were given back and that nothing refers to any more are recycled;
 * trees take a standard shape, unless their shape can be seen; phys_regions, phys_blocks, regions
 * and frames are numbered in the order in which a walk through processes, regions and offsets
 * reaches them. The order of each block's list stays: it can be seen. Scripts do without.
 */

import type { FrameRef, PbRef, PrRef, RegionRef, Scope } from './scope.ts';
import type { Kernel } from './state.ts';
import { Reached } from './reached.ts';
import { inOrder } from './tree.ts';

export function giveCanonicalNames(k: Kernel, s: Scope, note: (text: () => string) => void): void {
  const reached = new Reached(k, s);
  recycle(k, s, reached);
  if (!s.shapes) for (const r of reached.regions) standardShape(k, r);
  renumberObjects(k, s, reached);
  renumberFrames(k, s, reached.blocks, note);
}

/** Objects that were given back and nothing refers to become as good as never used. */
function recycle(k: Kernel, s: Scope, reached: Reached): void {
  for (const pb of s.pb.all) {
    if (k.blocks[pb].slab !== 'unused' && !reached.blocks.includes(pb)) blankPb(k, pb);
  }
  for (const pr of s.pr.all) {
    if (k.physRegions[pr].slab !== 'unused' && !reached.physRegions.includes(pr)) blankPr(k, pr);
  }
  for (const r of s.region.all) {
    if (k.regions[r].slab !== 'unused' && !reached.regions.includes(r)) blankRegion(k, r);
  }
}

function blankPb(k: Kernel, pb: PbRef): void {
  Object.assign(k.blocks[pb], {
    slab: 'unused',
    phys: 0,
    length: 0,
    refcount: 0,
    share_flag: 'none',
    firstregion: null,
  });
}

function blankPr(k: Kernel, pr: PrRef): void {
  Object.assign(k.physRegions[pr], {
    slab: 'unused',
    ph: null,
    offset: 0,
    parent: null,
    next_ph_list: null,
    less: null,
    greater: null,
    factor: 0,
  });
}

function blankRegion(k: Kernel, r: RegionRef): void {
  Object.assign(k.regions[r], {
    slab: 'unused',
    tree: 'unused',
    vaddr: 0,
    length: 0,
    writable: false,
    direct: 0,
    shared: 0,
    root: null,
    next: null,
  });
}

/** The same order in a tree whose shape depends on the number of nodes only. */
function standardShape(k: Kernel, region: RegionRef): void {
  const nodes = inOrder(k, region);
  // Where an offset has wrapped the tree is out of order, and searches depend on its shape.
  if (nodes.some((pr) => k.physRegions[pr].offset < 0)) return;
  k.regions[region].root = built(k, nodes, 0, nodes.length).root;
}

function built(
  k: Kernel,
  nodes: readonly PrRef[],
  from: number,
  to: number,
): { root: PrRef | null; depth: number } {
  if (from === to) return { root: null, depth: 0 };
  const middle = (from + to) >> 1;
  const less = built(k, nodes, from, middle);
  const greater = built(k, nodes, middle + 1, to);
  const pr = k.physRegions[nodes[middle]];
  pr.less = less.root;
  pr.greater = greater.root;
  pr.factor = greater.depth - less.depth;
  return { root: nodes[middle], depth: 1 + Math.max(less.depth, greater.depth) };
}

/** New number by old one: those reached come first. Undefined if nothing moves. */
function numbering(reached: readonly number[], size: number): number[] | undefined {
  if (reached.every((old, i) => old === i)) return undefined;
  const to = new Array<number>(size).fill(-1);
  reached.forEach((old, i) => {
    to[old] = i;
  });
  let next = reached.length;
  for (let old = 0; old < size; old++) if (to[old] < 0) to[old] = next++;
  return to;
}

function renumberObjects(k: Kernel, s: Scope, reached: Reached): void {
  const prs = numbering(reached.physRegions, s.pr.size);
  const pbs = numbering(reached.blocks, s.pb.size);
  const regions = numbering(reached.regions, s.region.size);
  if (prs === undefined && pbs === undefined && regions === undefined) return;
  const pr = (old: PrRef | null): PrRef | null =>
    old === null || prs === undefined ? old : s.pr.all[prs[old]];
  const pb = (old: PbRef | null): PbRef | null =>
    old === null || pbs === undefined ? old : s.pb.all[pbs[old]];
  const region = (old: RegionRef | null): RegionRef | null =>
    old === null || regions === undefined ? old : s.region.all[regions[old]];
  const blocks = s.pb.all.map((i) => {
    const { slab, phys, length, refcount, share_flag, firstregion } = k.blocks[i];
    return { slab, phys, length, refcount, share_flag, firstregion: pr(firstregion) };
  });
  blocks.forEach((row, i) => Object.assign(k.blocks[s.pb.all[pbs?.[i] ?? i]], row));
  const physRegions = s.pr.all.map((i) => {
    const { slab, ph, offset, parent, next_ph_list, less, greater, factor } = k.physRegions[i];
    return {
      slab,
      ph: pb(ph),
      offset,
      parent: region(parent),
      next_ph_list: pr(next_ph_list),
      less: pr(less),
      greater: pr(greater),
      factor,
    };
  });
  physRegions.forEach((row, i) => Object.assign(k.physRegions[s.pr.all[prs?.[i] ?? i]], row));
  const rows = s.region.all.map((i) => {
    const { slab, tree, vaddr, length, writable, direct, shared, root, next } = k.regions[i];
    const kept = { slab, tree, vaddr, length, writable, direct, shared };
    return { ...kept, root: pr(root), next: region(next) };
  });
  rows.forEach((row, i) => Object.assign(k.regions[s.region.all[regions?.[i] ?? i]], row));
  for (const p of s.process.all) k.processes[p].vm_regions = region(k.processes[p].vm_regions);
  if (pbs !== undefined) reached.blocks.forEach((_, i) => (reached.blocks[i] = s.pb.all[i]));
}

/** Frames in the order of the blocks; what nobody can see any more holds 0. */
function renumberFrames(
  k: Kernel,
  s: Scope,
  blocks: readonly PbRef[],
  note: (text: () => string) => void,
): void {
  const reached: number[] = [];
  const reach = (number: number): void => {
    const f = number - 1;
    if (f >= 0 && f < s.frame.size && !reached.includes(f)) reached.push(f);
  };
  for (const pb of blocks) {
    const { phys, length } = k.blocks[pb];
    for (let f = Math.floor(phys); f < phys + length; f++) reach(f);
  }
  for (const p of s.process.all) for (const n of s.page.all) reach(k.processes[p].pte[n].frame);
  for (const f of s.frame.all) {
    if (!reached.includes(f)) k.frames[f].content = 0;
  }
  for (const f of s.frame.all) if (k.frames[f].used) reach(f + 1);
  const to = numbering(reached, s.frame.size);
  if (to === undefined || blocks.some((pb) => tears(k, s, pb, to))) return;
  note(() => {
    const moved = reached.flatMap((old, i) => (old === i ? [] : [`${old + 1} is now ${i + 1}`]));
    return `frames renamed: ${moved.join(', ')}`;
  });
  const frames = s.frame.all.map((f) => {
    const { used, content, device } = k.frames[f];
    return { used, content, device };
  });
  frames.forEach((row, i) => Object.assign(k.frames[s.frame.all[to[i]] as FrameRef], row));
  for (const pb of blocks) {
    const { phys } = k.blocks[pb];
    const frame = Math.floor(phys);
    if (frame > 0 && frame <= s.frame.size) k.blocks[pb].phys = to[frame - 1] + 1 + (phys - frame);
  }
  for (const p of s.process.all) {
    for (const n of s.page.all) {
      const pte = k.processes[p].pte[n];
      if (pte.frame > 0 && pte.frame <= s.frame.size) pte.frame = to[pte.frame - 1] + 1;
    }
  }
}

/** Would a block lose its contiguous run? Then frames keep their names. */
function tears(k: Kernel, s: Scope, pb: PbRef, to: readonly number[]): boolean {
  const { phys, length } = k.blocks[pb];
  const first = Math.floor(phys);
  for (let f = first + 1; f < phys + length; f++) {
    if (f > s.frame.size || to[f - 1] !== to[first - 1] + f - first) return true;
  }
  return false;
}
