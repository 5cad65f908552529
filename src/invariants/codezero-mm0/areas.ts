/** Areas of an address space. Those about what requests leave behind are in `steps.ts`. */

import type { VmaRef } from '../../model/codezero-mm0/scope.ts';
import { between, someArea } from './invariant.ts';
import type { Invariant } from './invariant.ts';

export const vmasDisjoint: Invariant = {
  name: 'vmas-disjoint',
  sentence: 'Two areas of one task do not intersect.',
  when: between,
  group: 'areas',
  applies: someArea,
  violation(k, s) {
    for (const a of s.space.all) {
      const { vmas } = k.spaces[a];
      for (let i = 0; i < vmas.length; i++) {
        const one = k.vmas[vmas.at(i) as VmaRef];
        for (let j = 0; j < i; j++) {
          const other = k.vmas[vmas.at(j) as VmaRef];
          if (one.pfn_end <= other.pfn_start || other.pfn_end <= one.pfn_start) continue;
          const pages = `pages ${other.pfn_start} and ${one.pfn_start}`;
          return `two areas of ${s.spaceNames[a]} intersect, at ${pages}`;
        }
      }
    }
    return undefined;
  },
};
