/** The state after an operation, as the native harness prints it. */

import { HALVES } from '../../model/almos-mkh/numbers.ts';
import { address } from '../../model/almos-mkh/numbers.ts';
import type { FrameRef, Scope, VsegRef } from '../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';

/** `0:1` */
function frameKey(scope: Scope, frame: FrameRef): string {
  const { frames } = scope.scenario;
  return `${Math.floor(frame / frames)}:${frame % frames}`;
}

/** `touched` are the frames that have been allocated at least once. */
export function stateOf(k: Kernel, scope: Scope, touched: ReadonlySet<string>): unknown {
  const procs: Record<string, unknown> = {};
  const locks: string[] = [];
  for (const c of scope.copy.all) {
    if (!k.copies[c].exists) continue;
    const { process, cluster } = scope.copies[c];
    const name = `${scope.processNames[process]}@${cluster}`;
    procs[name] = copyState(k, scope, k.copies[c]);
    locks.push(...locksOf(k.copies[c], name, scope));
  }
  const frames: Record<string, unknown> = {};
  for (const f of scope.frame.all) {
    const { free, refcount, forks, word0, word1, lock } = k.frames[f];
    const key = frameKey(scope, f);
    if (lock.holder !== null) locks.push(`frame ${key}`);
    if (!touched.has(key)) continue;
    const words = scope.words > 1 ? [word0, word1] : [word0];
    const content = words.map((token) => scope.tokens[token]).join('|');
    frames[key] = [free ? 'free' : 'used', refcount, forks, content];
  }
  const descriptors = new Array<number>(scope.scenario.clusters).fill(0);
  for (const v of scope.vseg.all) {
    if (k.vsegs[v].state !== 'free') descriptors[scope.clusterOfVseg(v)] += 1;
  }
  return { procs, frames, descriptors, locks: locks.sort() };
}

type Copy = Kernel['copies'][never];

function copyState(k: Kernel, scope: Scope, vmm: Copy): unknown {
  const pte = scope.page.all.flatMap((n) => {
    const { frame, cow, locked, writable } = vmm.gpt[n];
    if (frame === null) return [];
    const flags = `${cow ? 'C' : ''}${locked === null ? '' : 'L'}${writable ? 'W' : ''}`;
    return [[n, frameKey(scope, frame), flags]];
  });
  const vsl = refs(vmm.vsl).map((v) => {
    const { type, vpn_base, vpn_size, min, max } = k.vsegs[v];
    const exact = min === HALVES * vpn_base && max === address(HALVES * (vpn_base + vpn_size));
    return [type, vpn_base, vpn_size, ...(exact ? [] : [min / HALVES, max / HALVES])];
  });
  const zombi = scope.order.all.flatMap((order) =>
    refs(vmm.zombi_list[order].parked).map((v) => [
      order,
      k.vsegs[v].vpn_base,
      k.vsegs[v].vpn_size,
    ]),
  );
  const stack: number[] = [];
  for (let slot = 0; slot <= scope.lastSlot; slot++) {
    if ((vmm.stack_bitmap & (1 << slot)) !== 0) stack.push(slot);
  }
  return { pte, vsl, mmap: vmm.ready ? { next: vmm.first_free_vpn, zombi } : null, stack };
}

function locksOf(vmm: Copy, name: string, scope: Scope): string[] {
  const held: string[] = [];
  const { writer, readers } = vmm.vsl_lock;
  if (writer !== null) held.push(`vsl ${name} write`);
  const count = scope.thread.all.filter((t) => (readers & (1 << t)) !== 0).length;
  if (count > 0) held.push(`vsl ${name} read ${count}`);
  if (vmm.mmap_lock.holder !== null) held.push(`mmap ${name}`);
  for (const n of scope.page.all) if (vmm.gpt[n].locked !== null) held.push(`pte ${name} ${n}`);
  return held;
}

function refs(list: { readonly length: number; at(i: number): VsegRef | undefined }): VsegRef[] {
  return Array.from({ length: list.length }, (_, i) => list.at(i) as VsegRef);
}
