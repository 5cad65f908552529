/** The scenario files of the library, in its order. Written by `npm run library`; do not edit. */

import s0 from '../../../scenarios/codezero-mm0/cow-2.json' with { type: 'json' };
import s1 from '../../../scenarios/codezero-mm0/cow-3.json' with { type: 'json' };
import s2 from '../../../scenarios/codezero-mm0/fork-twice.json' with { type: 'json' };
import s3 from '../../../scenarios/codezero-mm0/cache-order.json' with { type: 'json' };
import s4 from '../../../scenarios/codezero-mm0/cache-between.json' with { type: 'json' };
import s5 from '../../../scenarios/codezero-mm0/file-end.json' with { type: 'json' };
import s6 from '../../../scenarios/codezero-mm0/file-cow.json' with { type: 'json' };
import s7 from '../../../scenarios/codezero-mm0/file-offset.json' with { type: 'json' };
import s8 from '../../../scenarios/codezero-mm0/file-shared.json' with { type: 'json' };
import s9 from '../../../scenarios/codezero-mm0/files.json' with { type: 'json' };
import s10 from '../../../scenarios/codezero-mm0/reopen.json' with { type: 'json' };
import s11 from '../../../scenarios/codezero-mm0/shm.json' with { type: 'json' };
import s12 from '../../../scenarios/codezero-mm0/shm-address.json' with { type: 'json' };
import s13 from '../../../scenarios/codezero-mm0/shm-exhausted.json' with { type: 'json' };
import s14 from '../../../scenarios/codezero-mm0/shm-twice.json' with { type: 'json' };
import s15 from '../../../scenarios/codezero-mm0/anon-shared.json' with { type: 'json' };
import s16 from '../../../scenarios/codezero-mm0/munmap.json' with { type: 'json' };
import s17 from '../../../scenarios/codezero-mm0/munmap-file.json' with { type: 'json' };
import s18 from '../../../scenarios/codezero-mm0/overlap.json' with { type: 'json' };
import s19 from '../../../scenarios/codezero-mm0/split-shadow.json' with { type: 'json' };
import s20 from '../../../scenarios/codezero-mm0/split-merge.json' with { type: 'json' };
import s21 from '../../../scenarios/codezero-mm0/munmap-split.json' with { type: 'json' };
import s22 from '../../../scenarios/codezero-mm0/munmap-fork.json' with { type: 'json' };
import s23 from '../../../scenarios/codezero-mm0/split-segment.json' with { type: 'json' };
import s24 from '../../../scenarios/codezero-mm0/munmap-exit.json' with { type: 'json' };
import s25 from '../../../scenarios/codezero-mm0/generations.json' with { type: 'json' };
import s26 from '../../../scenarios/codezero-mm0/write-back.json' with { type: 'json' };
import s27 from '../../../scenarios/codezero-mm0/choose.json' with { type: 'json' };
import s28 from '../../../scenarios/codezero-mm0/choose-shared.json' with { type: 'json' };
import s29 from '../../../scenarios/codezero-mm0/open-too-many.json' with { type: 'json' };
import s30 from '../../../scenarios/codezero-mm0/shm-reuse.json' with { type: 'json' };
import s31 from '../../../scenarios/codezero-mm0/clone.json' with { type: 'json' };
import s32 from '../../../scenarios/codezero-mm0/clone-fork.json' with { type: 'json' };
import s33 from '../../../scenarios/codezero-mm0/clone-munmap.json' with { type: 'json' };
import s34 from '../../../scenarios/codezero-mm0/clone-files.json' with { type: 'json' };
import s35 from '../../../scenarios/codezero-mm0/clone-apart.json' with { type: 'json' };
import s36 from '../../../scenarios/codezero-mm0/wrong-access.json' with { type: 'json' };
import s37 from '../../../scenarios/codezero-mm0/mmap-out-of-memory.json' with { type: 'json' };
import s38 from '../../../scenarios/codezero-mm0/fork-out-of-memory.json' with { type: 'json' };
import s39 from '../../../scenarios/codezero-mm0/munmap-out-of-memory.json' with { type: 'json' };
import s40 from '../../../scenarios/codezero-mm0/file-io.json' with { type: 'json' };
import s41 from '../../../scenarios/codezero-mm0/file-io-pages.json' with { type: 'json' };
import s42 from '../../../scenarios/codezero-mm0/file-grow.json' with { type: 'json' };
import s43 from '../../../scenarios/codezero-mm0/file-grow-out-of-memory.json' with { type: 'json' };
import s44 from '../../../scenarios/codezero-mm0/file-io-shared.json' with { type: 'json' };
import s45 from '../../../scenarios/codezero-mm0/read-only.json' with { type: 'json' };
import s46 from '../../../scenarios/codezero-mm0/fixed.json' with { type: 'json' };
import s47 from '../../../scenarios/codezero-mm0/descriptor-32.json' with { type: 'json' };
import s48 from '../../../scenarios/codezero-mm0/empty-descriptor.json' with { type: 'json' };
import s49 from '../../../scenarios/codezero-mm0/shm-flags.json' with { type: 'json' };
import s50 from '../../../scenarios/codezero-mm0/shm-task-address.json' with { type: 'json' };
import s51 from '../../../scenarios/codezero-mm0/shared-left.json' with { type: 'json' };
import s52 from '../../../scenarios/codezero-mm0/open-while-faulting.json' with { type: 'json' };
import s53 from '../../../scenarios/codezero-mm0/shm-size.json' with { type: 'json' };
import s54 from '../../../scenarios/codezero-mm0/open-out-of-memory.json' with { type: 'json' };
import s55 from '../../../scenarios/codezero-mm0/overlap-out-of-memory.json' with { type: 'json' };
import s56 from '../../../scenarios/codezero-mm0/close-unwritten.json' with { type: 'json' };
import s57 from '../../../scenarios/codezero-mm0/fault-out-of-memory.json' with { type: 'json' };

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
  s44,
  s45,
  s46,
  s47,
  s48,
  s49,
  s50,
  s51,
  s52,
  s53,
  s54,
  s55,
  s56,
  s57,
];
