/** The scenario files of the library, in its order. Written by `npm run library`; do not edit. */

import s0 from '../../../scenarios/almos-mkh/munmap-two-clusters.json' with { type: 'json' };
import s1 from '../../../scenarios/almos-mkh/anon-two-writers.json' with { type: 'json' };
import s2 from '../../../scenarios/almos-mkh/anon-first-read.json' with { type: 'json' };
import s3 from '../../../scenarios/almos-mkh/anon-two-clusters.json' with { type: 'json' };
import s4 from '../../../scenarios/almos-mkh/anon-fork-exit.json' with { type: 'json' };
import s5 from '../../../scenarios/almos-mkh/data-fork-writes.json' with { type: 'json' };
import s6 from '../../../scenarios/almos-mkh/fork-races-fault.json' with { type: 'json' };
import s7 from '../../../scenarios/almos-mkh/file-fork-exit.json' with { type: 'json' };
import s8 from '../../../scenarios/almos-mkh/file-offset.json' with { type: 'json' };
import s9 from '../../../scenarios/almos-mkh/munmap-races-fault.json' with { type: 'json' };
import s10 from '../../../scenarios/almos-mkh/mmap-munmap.json' with { type: 'json' };
import s11 from '../../../scenarios/almos-mkh/mmap-after-fork.json' with { type: 'json' };
import s12 from '../../../scenarios/almos-mkh/fork-out-of-memory.json' with { type: 'json' };
import s13 from '../../../scenarios/almos-mkh/cow-out-of-memory.json' with { type: 'json' };
import s14 from '../../../scenarios/almos-mkh/lock-discipline.json' with { type: 'json' };
import s15 from '../../../scenarios/almos-mkh/args-touch.json' with { type: 'json' };
import s16 from '../../../scenarios/almos-mkh/data-bss.json' with { type: 'json' };
import s17 from '../../../scenarios/almos-mkh/code-two-clusters.json' with { type: 'json' };
import s18 from '../../../scenarios/almos-mkh/remote-fork.json' with { type: 'json' };
import s19 from '../../../scenarios/almos-mkh/stack-fork.json' with { type: 'json' };
import s20 from '../../../scenarios/almos-mkh/stack-fork-out-of-memory.json' with { type: 'json' };
import s21 from '../../../scenarios/almos-mkh/thread-create.json' with { type: 'json' };
import s22 from '../../../scenarios/almos-mkh/stack-of-others.json' with { type: 'json' };
import s23 from '../../../scenarios/almos-mkh/kernel-vsegs.json' with { type: 'json' };
import s24 from '../../../scenarios/almos-mkh/kernel-vsegs-two-clusters.json' with { type: 'json' };
import s25 from '../../../scenarios/almos-mkh/exec-two-clusters.json' with { type: 'json' };
import s26 from '../../../scenarios/almos-mkh/exec-loads.json' with { type: 'json' };
import s27 from '../../../scenarios/almos-mkh/fork-exec-out-of-memory.json' with { type: 'json' };
import s28 from '../../../scenarios/almos-mkh/mmap-small-zone.json' with { type: 'json' };
import s29 from '../../../scenarios/almos-mkh/mmap-file.json' with { type: 'json' };
import s30 from '../../../scenarios/almos-mkh/munmap-head-tail.json' with { type: 'json' };
import s31 from '../../../scenarios/almos-mkh/munmap-head-reuse.json' with { type: 'json' };
import s32 from '../../../scenarios/almos-mkh/munmap-head-two-clusters.json' with { type: 'json' };
import s33 from '../../../scenarios/almos-mkh/munmap-file-head.json' with { type: 'json' };
import s34 from '../../../scenarios/almos-mkh/munmap-middle.json' with { type: 'json' };
import s35 from '../../../scenarios/almos-mkh/munmap-middle-reuse.json' with { type: 'json' };
import s36 from '../../../scenarios/almos-mkh/munmap-middle-data.json' with { type: 'json' };
import s37 from '../../../scenarios/almos-mkh/munmap-nothing.json' with { type: 'json' };
import s38 from '../../../scenarios/almos-mkh/mmap-out-of-descriptors.json' with { type: 'json' };
import s39 from '../../../scenarios/almos-mkh/mmap-munmap-fork.json' with { type: 'json' };
import s40 from '../../../scenarios/almos-mkh/page-table-out-of-memory.json' with { type: 'json' };
import s41 from '../../../scenarios/almos-mkh/fork-data-out-of-memory.json' with { type: 'json' };
import s42 from '../../../scenarios/almos-mkh/cow-two-writers.json' with { type: 'json' };
import s43 from '../../../scenarios/almos-mkh/cow-two-clusters.json' with { type: 'json' };
import s44 from '../../../scenarios/almos-mkh/cow-seen-by-others.json' with { type: 'json' };
import s45 from '../../../scenarios/almos-mkh/cow-two-words.json' with { type: 'json' };
import s46 from '../../../scenarios/almos-mkh/cow-races-exit.json' with { type: 'json' };
import s47 from '../../../scenarios/almos-mkh/cow-races-munmap.json' with { type: 'json' };
import s48 from '../../../scenarios/almos-mkh/fetch-twice.json' with { type: 'json' };
import s49 from '../../../scenarios/almos-mkh/fork-twice.json' with { type: 'json' };
import s50 from '../../../scenarios/almos-mkh/fork-races-munmap.json' with { type: 'json' };
import s51 from '../../../scenarios/almos-mkh/fork-races-mmap.json' with { type: 'json' };
import s52 from '../../../scenarios/almos-mkh/exit-two-clusters.json' with { type: 'json' };
import s53 from '../../../scenarios/almos-mkh/mmap-munmap-free.json' with { type: 'json' };
import s54 from '../../../scenarios/almos-mkh/write-munmap-free.json' with { type: 'json' };
import s55 from '../../../scenarios/almos-mkh/fork-far-anon.json' with { type: 'json' };
import s56 from '../../../scenarios/almos-mkh/fork-far-data.json' with { type: 'json' };
import s57 from '../../../scenarios/almos-mkh/fork-far-file.json' with { type: 'json' };
import s58 from '../../../scenarios/almos-mkh/fork-far-code.json' with { type: 'json' };
import s59 from '../../../scenarios/almos-mkh/fork-far-remote.json' with { type: 'json' };
import s60 from '../../../scenarios/almos-mkh/fork-far-stack.json' with { type: 'json' };
import s61 from '../../../scenarios/almos-mkh/fork-far-all-types.json' with { type: 'json' };
import s62 from '../../../scenarios/almos-mkh/anon-reference-first.json' with { type: 'json' };
import s63 from '../../../scenarios/almos-mkh/data-two-pages-two-clusters.json' with { type: 'json' };
import s64 from '../../../scenarios/almos-mkh/fork-far-races-fault.json' with { type: 'json' };
import s65 from '../../../scenarios/almos-mkh/mmap-eight-pages.json' with { type: 'json' };
import s66 from '../../../scenarios/almos-mkh/mmap-eight-pages-two-threads.json' with { type: 'json' };
import s67 from '../../../scenarios/almos-mkh/mmap-eight-pages-child.json' with { type: 'json' };
import s68 from '../../../scenarios/almos-mkh/fork-far-out-of-memory.json' with { type: 'json' };
import s69 from '../../../scenarios/almos-mkh/exec-three-clusters.json' with { type: 'json' };
import s70 from '../../../scenarios/almos-mkh/sparse-mesh.json' with { type: 'json' };
import s71 from '../../../scenarios/almos-mkh/sparse-mesh-of-eight.json' with { type: 'json' };
import s72 from '../../../scenarios/almos-mkh/odd-rest.json' with { type: 'json' };
import s73 from '../../../scenarios/almos-mkh/left-mapped.json' with { type: 'json' };
import s74 from '../../../scenarios/almos-mkh/used-again.json' with { type: 'json' };
import s75 from '../../../scenarios/almos-mkh/code-of-child.json' with { type: 'json' };
import s76 from '../../../scenarios/almos-mkh/no-frame-but-of-a-file.json' with { type: 'json' };
import s77 from '../../../scenarios/almos-mkh/forbidden.json' with { type: 'json' };
import s78 from '../../../scenarios/almos-mkh/munmap-races-false-fault.json' with { type: 'json' };
import s79 from '../../../scenarios/almos-mkh/fork-crosswise.json' with { type: 'json' };
import s80 from '../../../scenarios/almos-mkh/munmap-of-program.json' with { type: 'json' };
import s81 from '../../../scenarios/almos-mkh/munmap-of-kernel.json' with { type: 'json' };
import s82 from '../../../scenarios/almos-mkh/munmap-of-fewer.json' with { type: 'json' };
import s83 from '../../../scenarios/almos-mkh/munmap-twice.json' with { type: 'json' };
import s84 from '../../../scenarios/almos-mkh/munmap-from-copy.json' with { type: 'json' };
import s85 from '../../../scenarios/almos-mkh/file-inside-page.json' with { type: 'json' };
import s86 from '../../../scenarios/almos-mkh/fetch-out-of-descriptors.json' with { type: 'json' };

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
  s58,
  s59,
  s60,
  s61,
  s62,
  s63,
  s64,
  s65,
  s66,
  s67,
  s68,
  s69,
  s70,
  s71,
  s72,
  s73,
  s74,
  s75,
  s76,
  s77,
  s78,
  s79,
  s80,
  s81,
  s82,
  s83,
  s84,
  s85,
  s86,
];
