/** The scenario files of the library, in its order. Written by `npm run library`; do not edit. */

import s0 from '../../../scenarios/minix-vm/map-own-child.json' with { type: 'json' };
import s1 from '../../../scenarios/minix-vm/map-writable.json' with { type: 'json' };
import s2 from '../../../scenarios/minix-vm/map-read-only.json' with { type: 'json' };
import s3 from '../../../scenarios/minix-vm/map-and-fork.json' with { type: 'json' };
import s4 from '../../../scenarios/minix-vm/fork-then-map.json' with { type: 'json' };
import s5 from '../../../scenarios/minix-vm/kernel-check.json' with { type: 'json' };
import s6 from '../../../scenarios/minix-vm/cut-a-block.json' with { type: 'json' };
import s7 from '../../../scenarios/minix-vm/holes-in-three-pages.json' with { type: 'json' };
import s8 from '../../../scenarios/minix-vm/chain-of-maps.json' with { type: 'json' };
import s9 from '../../../scenarios/minix-vm/munmap-and-mmap.json' with { type: 'json' };
import s10 from '../../../scenarios/minix-vm/brk-and-touch.json' with { type: 'json' };
import s11 from '../../../scenarios/minix-vm/three-processes.json' with { type: 'json' };
import s12 from '../../../scenarios/minix-vm/shared-region.json' with { type: 'json' };
import s13 from '../../../scenarios/minix-vm/remap.json' with { type: 'json' };
import s14 from '../../../scenarios/minix-vm/fork-fails.json' with { type: 'json' };
import s15 from '../../../scenarios/minix-vm/map-fails.json' with { type: 'json' };
import s16 from '../../../scenarios/minix-vm/map-of-shared-fails.json' with { type: 'json' };
import s17 from '../../../scenarios/minix-vm/cut-fails.json' with { type: 'json' };
import s18 from '../../../scenarios/minix-vm/unmap-fails.json' with { type: 'json' };
import s19 from '../../../scenarios/minix-vm/unmap-of-two-fails.json' with { type: 'json' };
import s20 from '../../../scenarios/minix-vm/three-pages-one-failure.json' with { type: 'json' };
import s21 from '../../../scenarios/minix-vm/exec-fails.json' with { type: 'json' };
import s22 from '../../../scenarios/minix-vm/exec-of-mapped-fails.json' with { type: 'json' };
import s23 from '../../../scenarios/minix-vm/two-failures.json' with { type: 'json' };
import s24 from '../../../scenarios/minix-vm/fork-of-mapped-fails.json' with { type: 'json' };
import s25 from '../../../scenarios/minix-vm/munmap-fails.json' with { type: 'json' };
import s26 from '../../../scenarios/minix-vm/check-fails.json' with { type: 'json' };
import s27 from '../../../scenarios/minix-vm/rights-of-others.json' with { type: 'json' };
import s28 from '../../../scenarios/minix-vm/stale-records.json' with { type: 'json' };
import s29 from '../../../scenarios/minix-vm/munmap-of-mapped.json' with { type: 'json' };
import s30 from '../../../scenarios/minix-vm/map-onto-itself.json' with { type: 'json' };
import s31 from '../../../scenarios/minix-vm/map-within-a-region.json' with { type: 'json' };
import s32 from '../../../scenarios/minix-vm/cowmap.json' with { type: 'json' };
import s33 from '../../../scenarios/minix-vm/safemap-flag-minus-one.json' with { type: 'json' };
import s34 from '../../../scenarios/minix-vm/cowmap-fails.json' with { type: 'json' };
import s35 from '../../../scenarios/minix-vm/map-of-read-only-region.json' with { type: 'json' };
import s36 from '../../../scenarios/minix-vm/beyond-the-region.json' with { type: 'json' };
import s37 from '../../../scenarios/minix-vm/remap-of-another-size.json' with { type: 'json' };
import s38 from '../../../scenarios/minix-vm/map-of-no-region.json' with { type: 'json' };
import s39 from '../../../scenarios/minix-vm/map-of-device.json' with { type: 'json' };
import s40 from '../../../scenarios/minix-vm/two-regions.json' with { type: 'json' };
import s41 from '../../../scenarios/minix-vm/half-a-page.json' with { type: 'json' };
import s42 from '../../../scenarios/minix-vm/endpoints-gone.json' with { type: 'json' };
import s43 from '../../../scenarios/minix-vm/unrecorded-unmaps.json' with { type: 'json' };

export const library: readonly unknown[] = [
  s0,
  s1,
  s2,
  s3,
  s4,
  s5,
  s6,
  s7,
  s8,
  s9,
  s10,
  s11,
  s12,
  s13,
  s14,
  s15,
  s16,
  s17,
  s18,
  s19,
  s20,
  s21,
  s22,
  s23,
  s24,
  s25,
  s26,
  s27,
  s28,
  s29,
  s30,
  s31,
  s32,
  s33,
  s34,
  s35,
  s36,
  s37,
  s38,
  s39,
  s40,
  s41,
  s42,
  s43,
];
