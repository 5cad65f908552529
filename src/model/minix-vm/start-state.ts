/** The state in which a scenario starts: regions without any page present, but for special ones. */

import { tooFew } from './bounds.ts';
import { addRegion, unusedPb, unusedPr } from './objects.ts';
import { regionsOfSpec } from './scenario.ts';
import type { ProcessRef, RegionRef, Scope } from './scope.ts';
import type { Kernel } from './state.ts';

export function startState(s: Scope, blank: Kernel, userFrame: object): Kernel {
  const k = structuredClone(blank);
  s.scenario.processes.forEach((spec, i) => {
    const process = s.process.at(i);
    for (const { page, pages, writable, direct, shared } of regionsOfSpec(spec)) {
      k.processes[process].alive = true;
      addRegion(k, s, process, page, pages, writable);
      if (direct) addPresent(k, s, process, page, 'direct');
      if (shared) addPresent(k, s, process, page, 'shared');
    }
  });
  s.actions.forEach(({ given }, i) => {
    k.left[s.action.at(i)].times = given.times;
  });
  k.limit = Math.min(s.scenario.limit, 63);
  k.failures = s.scenario.failures;
  k.stack.push(structuredClone(userFrame) as never);
  return k;
}

/**
 * A region that is present from the start as one block, writable: memory of a device, or SHARED.
 */
function addPresent(
  k: Kernel,
  s: Scope,
  process: ProcessRef,
  page: number,
  kind: 'direct' | 'shared',
): void {
  const own = k.processes[process];
  let region = own.vm_regions as RegionRef;
  while (k.regions[region].vaddr !== page) region = k.regions[region].next as RegionRef;
  const r = k.regions[region];
  const pages = r.length;
  const pr = unusedPr(k, s);
  const pb = unusedPb(k, s);
  const [lowest, end] =
    kind === 'direct' ? [s.scenario.frames, s.frame.size] : [0, s.scenario.frames];
  // Frames are taken in order here, so all from the first free one on are free.
  const first = s.frame.all.findIndex((f) => f >= lowest && !k.frames[f].used);
  if (first < 0 || first + pages > end) return tooFew(s, 'frames');
  for (let i = 0; i < pages; i++) {
    const device = kind === 'direct' ? 1 : 0;
    Object.assign(k.frames[s.frame.at(first + i)], { used: true, device });
    Object.assign(own.pte[s.page.at(r.vaddr + i)], { frame: first + i + 1, writable: true });
  }
  own.tables = 2 ** s.tables - 1;
  const block = { phys: first + 1, length: pages, refcount: 1, firstregion: pr };
  Object.assign(k.blocks[pb], { slab: 'live', ...block });
  Object.assign(k.physRegions[pr], { slab: 'live', ph: pb, parent: region });
  r[kind] = 1;
  r.root = pr;
}
