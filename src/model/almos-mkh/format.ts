/** States and changes of ALMOS-MKH in words: `gpt[P@c0][4]  + LOCKED`, `frame 0.1  free → used`. */

import type { Change } from '../../system.ts';
import { frameName, vsegName } from './scope.ts';
import type { Scope } from './scope.ts';
import { HALVES } from './numbers.ts';
import type { Kernel } from './state.ts';
import { userFrame } from './threads.ts';

/** A frame, a vseg, or their NULL, as results of C functions. */
export const asFrame = (s: Scope, result: number | null): string =>
  result === null ? 'NULL' : `frame ${frameName(s, result)}`;
export const asVseg = (s: Scope, result: number | null): string =>
  result === null ? 'NULL' : `vseg ${vsegName(s, result)}`;

type Path = readonly (string | number)[];

/** An entry as traces print it: `0.1 W`, `0.1 COW LOCKED`, `-`. */
function pteText(s: Scope, pte: Kernel['copies'][never]['gpt'][never]): string {
  const words = [pte.frame === null ? '-' : frameName(s, pte.frame)];
  if (pte.writable) words.push('W');
  if (pte.cow) words.push('COW');
  if (pte.locked !== null) words.push('LOCKED');
  return words.join(' ');
}

function halves(address: number): string {
  return address % HALVES === 0 ? `${address / HALVES}` : `${Math.floor(address / HALVES)}.5`;
}

function vsegText(s: Scope, vseg: Kernel['vsegs'][never]): string {
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
function isMade(vseg: Kernel['vsegs'][never]): boolean {
  return vseg.state === 'free' || (vseg.state === 'transit' && vseg.max === 0);
}

/** A field of a descriptor that is in use; undefined for what its text says already. */
function fieldText(s: Scope, field: string, vseg: Kernel['vsegs'][never]): string | undefined {
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

function listText(s: Scope, list: { readonly length: number }): string {
  const refs = list as unknown as readonly number[];
  return `(${refs.map((v) => vsegName(s, v)).join(' ')})`;
}

function copiesText(s: Scope, list: { readonly length: number }): string {
  const refs = list as unknown as readonly number[];
  return `(${refs.map((c) => s.copies[c].name).join(' ')})`;
}

function rwlockText(
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

function holderText(s: Scope, lock: { holder: number | null }): string {
  return lock.holder === null ? 'free' : s.threads[lock.holder].name;
}

/** A cell in the kernel's notation; undefined for call stacks and most ghosts. */
export function changeOf(s: Scope, path: Path, before: Kernel, after: Kernel): Change | undefined {
  const [kind, i, field, j] = path as [string, number, string, number | string];
  const both = <T>(name: string, text: (k: Kernel) => T): Change => ({
    path: name,
    from: String(text(before)),
    to: String(text(after)),
  });
  switch (kind) {
    case 'frames': {
      const name = `frame ${frameName(s, i)}`;
      const f = i as never;
      if (field === 'free') return both(name, (k) => (k.frames[f].free ? 'free' : 'used'));
      if (field === 'refcount') return both(`${name} refcount`, (k) => k.frames[f].refcount);
      if (field === 'forks') return both(`${name} forks`, (k) => k.frames[f].forks);
      if (field === 'lock') return both(`${name} lock`, (k) => holderText(s, k.frames[f].lock));
      if (field === 'word0') return both(`${name} word 0`, (k) => s.tokens[k.frames[f].word0]);
      if (field === 'word1') return both(`${name} word 1`, (k) => s.tokens[k.frames[f].word1]);
      return undefined;
    }
    case 'vsegs': {
      const name = `vseg ${vsegName(s, i)}`;
      const [old, now] = [before.vsegs[i as never], after.vsegs[i as never]];
      const text = fieldText(s, field, now);
      // The back pointer goes with the list that the descriptor enters.
      const apart = text !== undefined && !isMade(old) && !isMade(now) && old.state === now.state;
      if (apart)
        return { path: `${name} ${field}`, from: fieldText(s, field, old) as string, to: text };
      return both(name, (k) => vsegText(s, k.vsegs[i as never]));
    }
    case 'copies': {
      const { name } = s.copies[i];
      const copy = (k: Kernel) => k.copies[i as never];
      switch (field) {
        case 'gpt':
          return both(`gpt[${name}][${j}]`, (k) => pteText(s, copy(k).gpt[j as never]));
        case 'vsl':
          return both(`vsl[${name}]`, (k) => listText(s, copy(k).vsl));
        case 'vsl_lock':
          return both(`vsl_lock[${name}]`, (k) => rwlockText(s, copy(k).vsl_lock));
        case 'mmap_lock':
          return both(`mmap_lock[${name}]`, (k) => holderText(s, copy(k).mmap_lock));
        case 'first_free_vpn':
          return both(`first_free_vpn[${name}]`, (k) => copy(k).first_free_vpn);
        case 'stack_bitmap':
          return both(`stack_bitmap[${name}]`, (k) => copy(k).stack_bitmap.toString(2));
        case 'vsegs_nr':
          return both(`vsegs_nr[${name}]`, (k) => copy(k).vsegs_nr);
        case 'zombi_list':
          return both(`zombi_list[${name}][${j}]`, (k) =>
            listText(s, copy(k).zombi_list[j as never].parked),
          );
        case 'poison':
          return both(`allocator locks[${name}]`, (k) => (copy(k).poison ? 'garbage' : 'free'));
        case 'ready':
          return both(`allocators[${name}]`, (k) => (copy(k).ready ? 'ready' : 'not initialised'));
        case 'exists':
          return both(`process ${name}`, (k) => (copy(k).exists ? 'exists' : 'gone'));
        default:
          return undefined;
      }
    }
    case 'threads':
      if (field !== 'tlb') return undefined;
      return both(`tlb[${s.threads[i].name}][${j}]`, (k) => {
        const { frame, writable } = k.threads[i as never].tlb[j as never];
        return frame === null ? '-' : `${frameName(s, frame)}${writable ? ' W' : ''}`;
      });
    case 'processes': {
      const name = s.processNames[i];
      const process = (k: Kernel) => k.processes[i as never];
      switch (field) {
        case 'born':
          return both(`process ${name}`, (k) => (process(k).born ? 'runs' : 'not yet'));
        case 'copies':
          return both(`copies[${name}]`, (k) => copiesText(s, process(k).copies));
        case 'copies_lock':
          return both(`copies_lock[${name}]`, (k) => rwlockText(s, process(k).copies_lock));
        default:
          return undefined;
      }
    }
    case 'mapper': {
      const file = s.fileStart.findLastIndex((start) => start <= i);
      const name = `${s.scenario.files[file]?.name ?? 'file'} page ${i - (s.fileStart[file] ?? 0)}`;
      return both(name, (k) => {
        const { frame } = k.mapper[i as never];
        return frame === null ? '-' : frameName(s, frame);
      });
    }
    case 'halted':
      return both('kernel', (k) => (k.halted ? 'halted' : 'runs'));
    default:
      return undefined;
  }
}

/** The state, one line per thing. */
export function describe(s: Scope, k: Kernel): string[] {
  const lines: string[] = [];
  for (const f of s.frame.all) {
    const { free, refcount, forks, word0, word1, owner } = k.frames[f];
    const words = s.words > 1 ? `${s.tokens[word0]}|${s.tokens[word1]}` : s.tokens[word0];
    const use = free ? 'free' : owner;
    lines.push(
      `frame ${frameName(s, f)}  ${use}  refcount ${refcount}  forks ${forks}  holds ${words}`,
    );
  }
  for (const c of s.copy.all) {
    const vmm = k.copies[c];
    const { name } = s.copies[c];
    if (!vmm.exists) {
      lines.push(`${name}  no descriptor`);
      continue;
    }
    const vsl = vmm.vsl as unknown as readonly number[];
    const vsegs = vsl.map((v) => `${vsegName(s, v)} ${vsegText(s, k.vsegs[v as never])}`);
    lines.push(
      `${name}  vsl_lock ${rwlockText(s, vmm.vsl_lock)}  vsl: ${vsegs.join(', ') || 'empty'}`,
    );
    const mapped = s.page.all.filter(
      (n) => vmm.gpt[n].frame !== null || vmm.gpt[n].locked !== null,
    );
    for (const n of mapped) lines.push(`${name}  page ${n}: ${pteText(s, vmm.gpt[n])}`);
    const parked = s.order.all.flatMap((o) => [
      ...(vmm.zombi_list[o].parked as unknown as readonly number[]),
    ]);
    if (s.zone > 0) {
      const zombi = parked.map((v) => vsegName(s, v)).join(' ') || 'none';
      const lock = holderText(s, vmm.mmap_lock);
      lines.push(`${name}  mmap: next page ${vmm.first_free_vpn}, parked ${zombi}, lock ${lock}`);
    }
  }
  for (const t of s.thread.all) {
    const frames = k.threads[t].stack as unknown as readonly { in: string; pc: number }[];
    const inside = frames.slice(1).map((frame) => frame.in);
    const { ip, stopped, exiting } = userFrame(k, t);
    const state = stopped ? 'stopped' : exiting ? 'exiting' : `step ${ip}`;
    lines.push(`${s.threads[t].name}  ${state}  ${inside.join(' > ') || 'user mode'}`);
  }
  if (k.halted) lines.push('the kernel has halted');
  return lines;
}
