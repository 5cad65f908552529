/**
 * What is interchangeable in ALMOS-MKH: the frames of a cluster, but for those that the kernel has
 * from the start, and its vseg descriptors. Both are named by references only, wherever they stand,
 * and nothing compares the references by size. The allocators, which take the lowest free one, do:
 * see `rank` (and option frameOrder).
 *
 * Nothing else is. Clusters: a process has its reference in one of them, and file pages and threads
 * have their place. Processes, threads and pages: each does what its program says, and the tokens
 * that it writes are its own.
 */

import type { Classes } from '../../state/names.ts';
import { frameName, vsegName } from './scope.ts';
import type { Scope } from './scope.ts';
import type { Kernel } from './state.ts';

export const what = 'frames and vseg descriptors of a cluster';

/** The classes for `symmetryOf`. */
export function interchangeable(k: Kernel, s: Scope): readonly Classes[] {
  const { frames, descriptors, clusters, kernel } = s.scenario;
  const classes = (of: number, but = 0): number[][] =>
    Array.from({ length: clusters }, (_, c) =>
      Array.from({ length: of - but }, (_, i) => c * of + i),
    );
  const kernelFrames = kernel.reduce((sum, { pages }) => sum + pages, 0);
  const lowest = s.options.frameOrder === 'lowest';
  return [
    {
      pool: 'frame',
      // The kernel has the last frames of each cluster, page after page.
      classes: classes(frames, kernelFrames),
      ...(lowest && {
        rank: (f: number) => Number(k.frames[s.frame.all[f]].free),
        wayOut: 'let the allocator hand out any free frame (option frameOrder=any)',
      }),
    },
    {
      pool: 'vseg',
      classes: classes(descriptors),
      rank: (v) => Number(k.vsegs[s.vseg.all[v]].state === 'free'),
    },
  ];
}

export function nameOf(s: Scope, pool: string, index: number): string {
  return pool === 'frame' ? `frame ${frameName(s, index)}` : `vseg ${vsegName(s, index)}`;
}
