/** Cells of a state as traces print them: entries, descriptors, lists, locks. */

import { HALVES } from './numbers.ts';
import { frameName, vsegName } from './scope.ts';
import type { Scope } from './scope.ts';
import type { Kernel } from './state.ts';

/** A frame, a vseg, or their NULL, as results of C functions. */
export const asFrame = (s: Scope, result: number | null): string =>
  result === null ? 'NULL' : `frame ${frameName(s, result)}`;
export const asVseg = (s: Scope, result: number | null): string =>
  result === null ? 'NULL' : `vseg ${vsegName(s, result)}`;

/** An entry as traces print it: `0.1 W`, `0.1 COW LOCKED`, `-`. */
export function pteText(s: Scope, pte: Kernel['copies'][never]['gpt'][never]): string {
  const words = [pte.frame === null ? '-' : frameName(s, pte.frame)];
  if (pte.writable) words.push('W');
  if (pte.cow) words.push('COW');
  if (pte.locked !== null) words.push('LOCKED');
  return words.join(' ');
}

function halves(address: number): string {
  return address % HALVES === 0 ? `${address / HALVES}` : `${Math.floor(address / HALVES)}.5`;
}

export function vsegText(s: Scope, vseg: Kernel['vsegs'][never]): string {
  if (vseg.state === 'free') return 'free';
  if (vseg.state === 'transit' && vseg.max === 0) return 'allocated';
  const where =
    vseg.state === 'vsl' ? '' : ` ${vseg.state === 'transit' ? 'unlinked' : vseg.state}`;
  const from = vseg.file_offset === 0 ? '' : ` from ${halves(vseg.file_offset)}`;
  const file = vseg.mapper === 0 ? '' : ` of ${s.scenario.files[vseg.mapper - 1].name}${from}`;
  return `${vseg.type}${file} [${halves(vseg.min)}, ${halves(vseg.max)}[${rangeText(vseg)}${where}`;
}

/** vpn_base and vpn_size, where they are not what min and max say. */
function rangeText({ min, max, vpn_base, vpn_size }: Kernel['vsegs'][never]): string {
  const first = Math.floor(min / HALVES);
  const end = Math.ceil(max / HALVES);
  if (vpn_base === first && vpn_base + vpn_size === end) return '';
  return ` vpn_base ${vpn_base} vpn_size ${vpn_size}`;
}

/** A descriptor that is filled in or blanked: its fields go together, and make one change. */
export function isMade(vseg: Kernel['vsegs'][never]): boolean {
  return vseg.state === 'free' || (vseg.state === 'transit' && vseg.max === 0);
}

/** A field of a descriptor that is in use; undefined for what its text says already. */
export function fieldText(
  s: Scope,
  field: string,
  vseg: Kernel['vsegs'][never],
): string | undefined {
  switch (field) {
    case 'vpn_base':
    case 'vpn_size':
      return String(vseg[field]);
    case 'file_offset':
    case 'file_size':
      return halves(vseg[field]);
    case 'cxy':
      return String(vseg.cxy);
    case 'vmm':
      return vseg.vmm === null ? 'NULL' : s.copies[vseg.vmm].name;
    default:
      return undefined;
  }
}

export function listText(s: Scope, list: { readonly length: number }): string {
  const refs = list as unknown as readonly number[];
  return `(${refs.map((v) => vsegName(s, v)).join(' ')})`;
}

export function copiesText(s: Scope, list: { readonly length: number }): string {
  const refs = list as unknown as readonly number[];
  return `(${refs.map((c) => s.copies[c].name).join(' ')})`;
}

export function rwlockText(
  s: Scope,
  lock: { readers: number; writer: number | null; waiting: number },
): string {
  const names = (bits: number): string =>
    s.thread.all
      .filter((t) => (bits & (1 << t)) !== 0)
      .map((t) => s.threads[t].name)
      .join(' ');
  const waiting = lock.waiting === 0 ? '' : `, ${names(lock.waiting)} waits to write`;
  if (lock.writer !== null) return `write ${s.threads[lock.writer].name}${waiting}`;
  return `${lock.readers === 0 ? 'free' : `read ${names(lock.readers)}`}${waiting}`;
}

export function holderText(s: Scope, lock: { holder: number | null }): string {
  return lock.holder === null ? 'free' : s.threads[lock.holder].name;
}
