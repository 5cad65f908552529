/** A walk through the objects of a state, along every pointer. */

import type { PbRef, PrRef, RegionRef, Scope } from './scope.ts';
import type { Kernel } from './state.ts';
import { inOrder, regionsOf } from './tree.ts';

/** Everything that a live object refers to, in the order in which a walk reaches it. */
export class Reached {
  readonly regions: RegionRef[] = [];
  readonly physRegions: PrRef[] = [];
  readonly blocks: PbRef[] = [];
  private readonly k: Kernel;
  private seenRegions = 0;
  private seenPrs = 0n;
  private seenPbs = 0n;

  constructor(k: Kernel, s: Scope) {
    this.k = k;
    for (const p of s.process.all) {
      for (const r of regionsOf(k, p)) {
        this.reachRegion(r);
        for (const pr of inOrder(k, r)) {
          this.reachPr(pr);
          const { ph } = k.physRegions[pr];
          if (ph !== null) this.reachPb(ph);
        }
      }
    }
    for (const pb of s.pb.all) if (k.blocks[pb].slab === 'live') this.reachPb(pb);
    for (const pr of s.pr.all) if (k.physRegions[pr].slab === 'live') this.reachPr(pr);
    for (const r of s.region.all) if (k.regions[r].slab === 'live') this.reachRegion(r);
    this.close();
  }

  /** Follows every pointer of what was reached until nothing new is. */
  private close(): void {
    let [b, p, r] = [0, 0, 0];
    while (b < this.blocks.length || p < this.physRegions.length || r < this.regions.length) {
      if (b < this.blocks.length) {
        const { firstregion } = this.k.blocks[this.blocks[b++]];
        if (firstregion !== null) this.reachPr(firstregion);
      } else if (p < this.physRegions.length) {
        const { ph, next_ph_list, parent } = this.k.physRegions[this.physRegions[p++]];
        if (next_ph_list !== null) this.reachPr(next_ph_list);
        if (ph !== null) this.reachPb(ph);
        if (parent !== null) this.reachRegion(parent);
      } else {
        const region = this.regions[r++];
        for (const pr of inOrder(this.k, region)) this.reachPr(pr);
        const { next } = this.k.regions[region];
        if (next !== null) this.reachRegion(next);
      }
    }
  }

  private reachRegion(r: RegionRef): void {
    if ((this.seenRegions & (1 << r)) !== 0) return;
    this.seenRegions |= 1 << r;
    this.regions.push(r);
  }

  private reachPr(pr: PrRef): void {
    const bit = 1n << BigInt(pr);
    if ((this.seenPrs & bit) !== 0n) return;
    this.seenPrs |= bit;
    this.physRegions.push(pr);
  }

  private reachPb(pb: PbRef): void {
    const bit = 1n << BigInt(pb);
    if ((this.seenPbs & bit) !== 0n) return;
    this.seenPbs |= bit;
    this.blocks.push(pb);
  }
}
