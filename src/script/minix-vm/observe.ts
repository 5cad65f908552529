/** The complete state as scripts show it. */

import type { PbRef, PrRef, ProcessRef, Scope } from '../../model/minix-vm/scope.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import { inOrder, regionsOf } from '../../model/minix-vm/tree.ts';

export function stateOf(k: Kernel, s: Scope): unknown {
  const names = new Map<PbRef, string>();
  const nameOf = (pb: PbRef): string => {
    if (!names.has(pb)) names.set(pb, `b${names.size + 1}`);
    return names.get(pb) as string;
  };
  const places = placesOf(k, s);
  const procs: Record<string, unknown> = {};
  for (const p of s.process.all) {
    if (!k.processes[p].alive) continue;
    procs[s.processNames[p]] = {
      pte: s.page.all.flatMap((n) => {
        const { frame, writable } = k.processes[p].pte[n];
        return frame === 0 ? [] : [[n, frame, writable ? 'W' : 'r']];
      }),
      regions: regionsOf(k, p).map((r) => [
        k.regions[r].vaddr,
        k.regions[r].length,
        k.regions[r].writable ? 'W' : 'r',
        inOrder(k, r).map((pr) => [
          k.physRegions[pr].offset,
          nameOf(k.physRegions[pr].ph as PbRef),
        ]),
      ]),
    };
  }
  const blocks: Record<string, unknown> = {};
  for (const [pb, name] of names) {
    const { phys, length, refcount, share_flag, slab } = k.blocks[pb];
    const list = listOf(k, pb, places);
    const freed = slab === 'freed' ? ['freed'] : [];
    blocks[name] = [phys, length, refcount, share_flag, list, ...freed];
  }
  const frames: Record<string, number> = {};
  for (const f of s.frame.all) if (k.frames[f].used) frames[f + 1] = k.frames[f].content;
  const live = (rows: readonly { readonly slab: string }[]): number =>
    rows.filter(({ slab }) => slab === 'live').length;
  const objects = {
    pr: live(s.pr.all.map((pr) => k.physRegions[pr])),
    pb: live(s.pb.all.map((pb) => k.blocks[pb])),
  };
  return { procs, blocks, frames, objects };
}

/** `P0:3` for each phys_region that a tree contains. */
function placesOf(k: Kernel, s: Scope): ReadonlyMap<PrRef, string> {
  const places = new Map<PrRef, string>();
  for (const p of s.process.all) {
    for (const r of regionsOf(k, p as ProcessRef)) {
      for (const pr of inOrder(k, r)) {
        places.set(pr, `${s.processNames[p]}:${k.regions[r].vaddr + k.physRegions[pr].offset}`);
      }
    }
  }
  return places;
}

function listOf(k: Kernel, pb: PbRef, places: ReadonlyMap<PrRef, string>): string[] {
  const list: string[] = [];
  let pr = k.blocks[pb].firstregion;
  while (pr !== null && list.length < 12) {
    const { slab, next_ph_list } = k.physRegions[pr];
    list.push(slab === 'freed' ? 'freed' : (places.get(pr) ?? 'orphan'));
    pr = next_ph_list;
  }
  if (pr !== null) list.push('...');
  return list;
}
