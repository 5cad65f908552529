/** States and changes of the VM server in words: `S page 0  frame 3 r → frame 5 W`. */

import type { Change } from '../../system.ts';
import { bothStates } from '../cell-change.ts';
import type { Both, Path } from '../cell-change.ts';
import type { PbRef, PrRef, RegionRef, Scope } from './scope.ts';
import type { Kernel } from './state.ts';
import { inOrder, regionsOf } from './tree.ts';

function blockText(k: Kernel, pb: PbRef | null): string {
  if (pb === null) return '-';
  const { phys, length, slab } = k.blocks[pb];
  if (length === 0) return '[]';
  const frames = length === 1 ? `${phys}` : `${phys}..${phys + length - 1}`;
  return `[${frames}]${slab === 'freed' ? ' freed' : ''}`;
}

/** The users of a block in the order of its list: `D:0 S:0`. */
function listText(k: Kernel, s: Scope, pb: PbRef): string {
  const users: string[] = [];
  let pr = k.blocks[pb].firstregion;
  while (pr !== null && users.length <= s.pr.size) {
    users.push(entryText(k, s, pr));
    pr = k.physRegions[pr].next_ph_list;
  }
  return users.join(' ') || 'nobody';
}

function entryText(k: Kernel, s: Scope, wanted: PrRef): string {
  if (k.physRegions[wanted].slab === 'freed') return 'freed';
  for (const p of s.process.all) {
    for (const r of regionsOf(k, p)) {
      if (!inOrder(k, r).includes(wanted)) continue;
      return `${s.processNames[p]}:${k.regions[r].vaddr + k.physRegions[wanted].offset}`;
    }
  }
  return 'orphan';
}

/** All entries of a process: `0→[3] 1→[4..5]`. */
function treeText(k: Kernel, p: never): string {
  const regions = regionsOf(k, p).map((r) => regionText(k, r));
  return regions.join('; ') || 'no region';
}

function regionText(k: Kernel, r: RegionRef): string {
  const { vaddr, length } = k.regions[r];
  const entries = inOrder(k, r).map((pr) => {
    const { offset, ph } = k.physRegions[pr];
    return `${vaddr + offset}→${blockText(k, ph)}`;
  });
  return `pages ${vaddr}..${vaddr + length - 1}: ${entries.join(' ') || 'no entry'}`;
}

/** The tree that a phys_region is a node of changes its shape, or gains or loses it. */
function nodeChange(s: Scope, before: Kernel, after: Kernel, pr: PrRef): Change | undefined {
  const treeIn = (k: Kernel) =>
    s.region.all.find((r) => k.regions[r].slab !== 'unused' && inOrder(k, r).includes(pr));
  const region = treeIn(after) ?? treeIn(before);
  return region === undefined ? undefined : treeChange(s, before, after, region);
}

/** By the name of the process, unless the region is on no list. */
function treeChange(s: Scope, before: Kernel, after: Kernel, region: RegionRef): Change {
  const owner = s.process.all.find((p) => regionsOf(after, p).includes(region));
  if (owner === undefined) {
    const path = `tree of region ${region}`;
    return { path, from: regionText(before, region), to: regionText(after, region) };
  }
  const path = `tree of ${s.processNames[owner]}`;
  return { path, from: treeText(before, owner as never), to: treeText(after, owner as never) };
}

const of = (region: RegionRef | null): string => (region === null ? '-' : `region ${region}`);

function rangeText(k: Kernel, region: RegionRef): string {
  const { vaddr, length } = k.regions[region];
  if (length === 0) return 'no pages';
  return length === 1 ? `page ${vaddr}` : `pages ${vaddr}..${vaddr + length - 1}`;
}

function pteText(pte: { frame: number; writable: boolean }): string {
  return pte.frame === 0 ? '-' : `frame ${pte.frame} ${pte.writable ? 'W' : 'r'}`;
}

/** Names change when a request ends, and nothing else does: its note says so. */
function renamed(before: Kernel, after: Kernel): boolean {
  return before.running !== null && after.running === null;
}

/** A cell in words; undefined for the call stack and most ghosts. */
export function changeOf(s: Scope, path: Path, before: Kernel, after: Kernel): Change | undefined {
  const [kind, i, field, j] = path as [string, number, string, number];
  const both = bothStates(before, after);
  const hidden = renamed(before, after);
  switch (kind) {
    case 'halted':
      return both('VM', (k) => (k.halted === 'no' ? 'runs' : k.halted));
    case 'processes':
      return processChange(s, i, [field, j], both, hidden);
    case 'frames':
      if (hidden) return undefined;
      if (field === 'used') {
        return both(`frame ${i + 1}`, (k) => (k.frames[i as never].used ? 'used' : 'free'));
      }
      return both(`frame ${i + 1} holds`, (k) => k.frames[i as never].content);
    case 'blocks':
      if (hidden) return undefined;
      return blockChange(s, i as PbRef, field, both, `block ${blockText(after, i as PbRef)}`);
    case 'physRegions':
      if (hidden) return undefined;
      return physRegionChange(i as PrRef, field, both) ?? nodeChange(s, before, after, i as PrRef);
    case 'regions':
      if (hidden) return undefined;
      if (field === 'root') return treeChange(s, before, after, i as RegionRef);
      return regionChange(i as RegionRef, field, both);
    case 'records':
      if (field !== 'used') return undefined;
      return both(`mapping ${i + 1}`, (k) => (k.records[i as never].used ? 'recorded' : 'none'));
    default:
      return undefined;
  }
}

function processChange(
  s: Scope,
  i: number,
  [field, j]: readonly [field: string, page: number],
  both: Both<Kernel>,
  hidden: boolean,
): Change | undefined {
  const name = s.processNames[i];
  const own = (k: Kernel) => k.processes[i as never];
  if (field === 'alive') return both(name, (k) => (own(k).alive ? 'alive' : 'gone'));
  if (field === 'want') {
    return both(`${name} page ${j} is entitled to`, (k) => own(k).want[j as never].value);
  }
  if (hidden) return undefined;
  if (field === 'pte') return both(`${name} page ${j}`, (k) => pteText(own(k).pte[j as never]));
  if (field === 'vm_regions') return both(`regions of ${name}`, (k) => treeText(k, i as never));
  return undefined;
}

function blockChange(
  s: Scope,
  pb: PbRef,
  field: string,
  both: Both<Kernel>,
  name: string,
): Change | undefined {
  if (field === 'refcount') return both(`${name} refcount`, (k) => k.blocks[pb].refcount);
  if (field === 'share_flag') return both(`${name} share`, (k) => k.blocks[pb].share_flag);
  if (field === 'length') return both(`${name} length`, (k) => k.blocks[pb].length);
  if (field === 'phys') return both(`${name} first frame`, (k) => k.blocks[pb].phys);
  if (field === 'slab') return both(name, (k) => k.blocks[pb].slab);
  if (field === 'firstregion') return both(`${name} list`, (k) => listText(k, s, pb));
  return undefined;
}

/** Undefined for what makes it a node of a tree. */
function physRegionChange(pr: PrRef, field: string, both: Both<Kernel>): Change | undefined {
  const own = (k: Kernel) => k.physRegions[pr];
  if (field === 'slab') return both(`entry ${pr}`, (k) => own(k).slab);
  if (field === 'ph') return both(`entry ${pr} uses`, (k) => blockText(k, own(k).ph));
  if (field === 'offset') return both(`entry ${pr} offset`, (k) => own(k).offset);
  if (field === 'parent') return both(`entry ${pr} of`, (k) => of(own(k).parent));
  if (field === 'next_ph_list') {
    const next = (k: Kernel) => own(k).next_ph_list;
    return both(`entry ${pr} next`, (k) => (next(k) === null ? '-' : `entry ${next(k)}`));
  }
  return undefined;
}

function regionChange(region: RegionRef, field: string, both: Both<Kernel>): Change | undefined {
  const name = `region ${region}`;
  const own = (k: Kernel) => k.regions[region];
  if (field === 'vaddr' || field === 'length') return both(name, (k) => rangeText(k, region));
  if (field === 'slab') return both(name, (k) => own(k).slab);
  if (field === 'tree') return both(`${name} tree`, (k) => own(k).tree);
  if (field === 'next') return both(`${name} next`, (k) => of(own(k).next));
  if (field === 'writable') return both(`${name} writable`, (k) => own(k).writable);
  if (field === 'shared') return both(`${name} shared`, (k) => own(k).shared);
  if (field === 'direct') return both(`${name} direct`, (k) => own(k).direct);
  return undefined;
}

/** The state, one line per thing. */
export function describe(s: Scope, k: Kernel): string[] {
  const lines: string[] = [];
  for (const p of s.process.all) {
    const { alive, pte, want } = k.processes[p];
    const name = s.processNames[p];
    if (!alive) {
      lines.push(`${name}  not alive`);
      continue;
    }
    lines.push(`${name}  ${treeText(k, p as never)}`);
    for (const n of s.page.all) {
      if (want[n].cell === 0 && pte[n].frame === 0) continue;
      const cell = want[n].cell === 0 ? 'no cell' : `cell ${want[n].cell}, value ${want[n].value}`;
      const mark = want[n].marked ? ', read-only' : '';
      lines.push(`${name}  page ${n}: ${pteText(pte[n])}  (${cell}${mark})`);
    }
  }
  for (const pb of s.pb.all) {
    const { slab, refcount, share_flag } = k.blocks[pb];
    if (slab === 'unused') continue;
    const users = listText(k, s, pb);
    lines.push(`block ${blockText(k, pb)}  refcount ${refcount}  ${share_flag}  list: ${users}`);
  }
  const used = s.frame.all.filter((f) => k.frames[f].used);
  const texts = used.map((f) => `${f + 1} holds ${k.frames[f].content}`);
  lines.push(`frames  ${texts.join(', ') || 'all free'}`);
  for (const r of s.record.all) {
    const { used: recorded, source, dest, page, target, pages } = k.records[r];
    if (!recorded) continue;
    const names = `${s.processNames[source]}:${page} at ${s.processNames[dest]}:${target}`;
    lines.push(`mapping ${r + 1}  ${names}, ${pages} page${pages === 1 ? '' : 's'}`);
  }
  const frames = k.stack as unknown as readonly { in: string }[];
  if (k.running !== null) {
    const inside = frames.slice(1).map((frame) => frame.in);
    lines.push(`request of ${s.processNames[k.running]}  ${inside.join(' > ') || 'VM answers'}`);
  }
  if (k.halted !== 'no') lines.push(`VM has stopped: ${k.halted}`);
  return lines;
}
