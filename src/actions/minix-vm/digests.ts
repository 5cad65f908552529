/** What processes see of a state, in numbers that are compared before and after a request. */

import type { PageRef, ProcessRef } from '../../model/minix-vm/scope.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import {
  cover,
  frameBehind,
  regionAt,
  visibleFrame,
  visibleValue,
} from '../../model/minix-vm/tree.ts';
import type { Cx } from './vocabulary.ts';
import { numberOf, eachPage } from './ghost.ts';
import type { Shared } from './ghost.ts';

function mix(digest: number, word: number): number {
  return (Math.imul(digest ^ word, 0x01000193) ^ (digest >>> 15)) >>> 0;
}

/** Is the page backed by a block that is shared as SMAP? Sharing as COW cannot be seen. */
function isMapped(k: Kernel, p: ProcessRef, n: PageRef): boolean {
  const pr = cover(k, p, n);
  const pb = pr === null ? null : k.physRegions[pr].ph;
  return pb !== null && k.blocks[pb].share_flag === 'SMAP';
}

/** What the processes see: values, regions, which pages are mapped together, the rights to them. */
export function insideDigest(k: Kernel, cx: Cx): number {
  let digest = 0x811c9dc5;
  const first = new Map<number, number>();
  const shared = new Set<number>();
  eachPage(k, cx, (p, n) => {
    const frame = visibleFrame(k, p, n);
    if (frame === 0 || !isMapped(k, p, n)) return;
    if (first.has(frame)) shared.add(frame);
    else first.set(frame, numberOf(cx, p, n));
  });
  eachPage(k, cx, (p, n) => {
    const frame = visibleFrame(k, p, n);
    digest = mix(digest, 64 * visibleValue(k, cx.scope, p, n) + numberOf(cx, p, n));
    const region = regionAt(k, p, n);
    digest = mix(digest, region === null ? 0 : 1 + Number(k.regions[region].writable));
    if (!shared.has(frame)) return;
    digest = mix(digest, 2 * (first.get(frame) as number) + Number(k.processes[p].pte[n].writable));
  });
  return digest >>> 1;
}

/** Page tables and frames of all pages outside of the two ranges of a map. */
export function outsideDigest(
  k: Kernel,
  cx: Cx,
  { source, dest, page, at, pages }: Shared,
): number {
  let digest = 0x811c9dc5;
  eachPage(k, cx, (p, n) => {
    if (p === source && n >= page && n < page + pages) return;
    if (p === dest && n >= at && n < at + pages) return;
    const { frame, writable } = k.processes[p].pte[n];
    digest = mix(digest, 2 * frame + Number(writable));
    digest = mix(digest, frameBehind(k, p, n));
  });
  return digest >>> 1;
}
