/** States and changes of ALMOS-MKH in words: `gpt[P@c0][4]  + LOCKED`, `frame 0.1  free → used`. */

import type { Change } from '../../system.ts';
import { bothStates } from '../cell-change.ts';
import type { Both, Path } from '../cell-change.ts';
import {
  copiesText,
  fieldText,
  holderText,
  isMade,
  listText,
  pteText,
  rwlockText,
  vsegText,
} from './cell-text.ts';
import { frameName, vsegName } from './scope.ts';
import type { Scope } from './scope.ts';
import type { Kernel } from './state.ts';
import { userFrame } from './threads.ts';

/** A cell in the kernel's notation; undefined for call stacks and most ghosts. */
export function changeOf(s: Scope, path: Path, before: Kernel, after: Kernel): Change | undefined {
  const [kind, i, field, j] = path as [string, number, string, number | string];
  const both = bothStates(before, after);
  switch (kind) {
    case 'frames':
      return frameChange(s, i, field, both);
    case 'vsegs':
      return vsegChange(s, i, field, before, after);
    case 'copies':
      return copyChange(s, i, field, j, both);
    case 'threads':
      if (field !== 'tlb') return undefined;
      return both(`tlb[${s.threads[i].name}][${j}]`, (k) => {
        const { frame, writable } = k.threads[i as never].tlb[j as never];
        return frame === null ? '-' : `${frameName(s, frame)}${writable ? ' W' : ''}`;
      });
    case 'processes':
      return processChange(s, i, field, both);
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

function frameChange(s: Scope, i: number, field: string, both: Both<Kernel>): Change | undefined {
  const name = `frame ${frameName(s, i)}`;
  const frame = (k: Kernel) => k.frames[i as never];
  switch (field) {
    case 'free':
      return both(name, (k) => (frame(k).free ? 'free' : 'used'));
    case 'refcount':
    case 'forks':
      return both(`${name} ${field}`, (k) => frame(k)[field]);
    case 'lock':
      return both(`${name} lock`, (k) => holderText(s, frame(k).lock));
    case 'word0':
      return both(`${name} word 0`, (k) => s.tokens[frame(k).word0]);
    case 'word1':
      return both(`${name} word 1`, (k) => s.tokens[frame(k).word1]);
    default:
      return undefined;
  }
}

function vsegChange(s: Scope, i: number, field: string, before: Kernel, after: Kernel): Change {
  const name = `vseg ${vsegName(s, i)}`;
  const [old, now] = [before.vsegs[i as never], after.vsegs[i as never]];
  const text = fieldText(s, field, now);
  // The back pointer goes with the list that the descriptor enters.
  const apart = text !== undefined && !isMade(old) && !isMade(now) && old.state === now.state;
  if (apart)
    return { path: `${name} ${field}`, from: fieldText(s, field, old) as string, to: text };
  return { path: name, from: vsegText(s, old), to: vsegText(s, now) };
}

function copyChange(
  s: Scope,
  i: number,
  field: string,
  j: number | string,
  both: Both<Kernel>,
): Change | undefined {
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

function processChange(s: Scope, i: number, field: string, both: Both<Kernel>): Change | undefined {
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
