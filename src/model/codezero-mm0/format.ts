/** States and changes of mm0 in words: `shadow 2  nlinks 1 → 2`, `pte[P][1]  - → page 3 w`. */

import type { Change } from '../../system.ts';
import { VM_DIRTY, VM_EXEC, VM_READ, VM_WRITE } from './header.ts';
import { VMA_ANONYMOUS, VMA_FIXED, VMA_PRIVATE, VMA_SHARED } from './header.ts';
import type { Scope } from './scope.ts';
import { DEVZERO } from './state.ts';
import type { Kernel } from './state.ts';
import { userFrame } from './threads.ts';
import { contentOf, contentText, isShadow, isWritable, lives } from './view.ts';

type Path = readonly (string | number)[];
type Row<K extends keyof Kernel> = Kernel[K] extends Record<number, infer R> ? R : never;

function objectText(k: Kernel, s: Scope, o: number): string {
  const object = k.objects[o as never];
  if (o === DEVZERO) return 'devzero';
  if (!object.live) return `freed object ${o}`;
  if (isShadow(k, o as never) || object.file === null) return `shadow ${o}`;
  return `${s.groups[k.files[object.file].group].name}(${o})`;
}

function numbers(list: { readonly length: number }): readonly number[] {
  return list as unknown as readonly number[];
}

function chainText(k: Kernel, s: Scope, vma: Row<'vmas'>): string {
  const names = numbers(vma.chain).map((link) => {
    const { live, obj } = k.links[link as never];
    return live && obj !== null ? objectText(k, s, obj) : 'freed link';
  });
  return `[${names.join(', ')}]`;
}

function cacheText(k: Kernel, object: Row<'objects'>): string {
  const held = numbers(object.page_cache).map((f) => `${k.frames[f as never].offset}: page ${f}`);
  return `{${held.join(', ')}}`;
}

export function flagsText(flags: number): string {
  const names: [number, string][] = [
    [VM_READ, 'r'],
    [VM_WRITE, 'w'],
    [VM_EXEC, 'x'],
    [VMA_SHARED, ' shared'],
    [VMA_ANONYMOUS, ' anonymous'],
    [VMA_PRIVATE, ' private'],
    [VMA_FIXED, ' fixed'],
    [VM_DIRTY, ' dirty'],
  ];
  return names.map(([bit, name]) => ((flags & bit) === 0 ? '' : name)).join('');
}

function vmaText(k: Kernel, s: Scope, v: number): string {
  const vma = k.vmas[v as never];
  if (!vma.live) return '-';
  const { pfn_start, pfn_end, flags, file_offset } = vma;
  const range = `[${pfn_start}, ${pfn_end}[`;
  return `${range} ${flagsText(flags)} offset ${file_offset} ${chainText(k, s, vma)}`;
}

function pteText(pte: { readonly frame: number | null; readonly rw: boolean }): string {
  return pte.frame === null ? '-' : `page ${pte.frame} ${pte.rw ? 'rw' : 'r'}`;
}

/** A cell in the notation of mm0; undefined for call stacks and ghosts. */
export function changeOf(s: Scope, path: Path, before: Kernel, after: Kernel): Change | undefined {
  const [kind, i, field, j] = path as [string, number, string, number];
  const both = (name: string, text: (k: Kernel) => unknown): Change => ({
    path: name,
    from: String(text(before)),
    to: String(text(after)),
  });
  switch (kind) {
    case 'frames': {
      const frame = (k: Kernel) => k.frames[i as never];
      if (field === 'in_use') return both(`page ${i}`, (k) => (frame(k).in_use ? 'used' : 'free'));
      if (field === 'owner') {
        return both(`page ${i} owner`, (k) => {
          const { owner } = frame(k);
          return owner === null ? '-' : objectText(k, s, owner);
        });
      }
      if (field === 'offset') return both(`page ${i} offset`, (k) => frame(k).offset);
      if (field === 'dirty') return both(`page ${i} dirty`, (k) => frame(k).dirty);
      if (field === 'poisoned') {
        return both(`page ${i} list node`, (k) => (frame(k).poisoned ? 'poisoned' : 'sound'));
      }
      if (field === 'refcnt') return both(`page ${i} refcnt`, (k) => frame(k).refcnt);
      if (field === 'cell0' || field === 'cell1') {
        return both(`page ${i} holds`, (k) => contentText(s, contentOf(frame(k))));
      }
      return undefined;
    }
    case 'objects': {
      const object = (k: Kernel) => k.objects[i as never];
      const name = objectText(object(after).live ? after : before, s, i);
      if (field === 'live') return both(name, (k) => (object(k).live ? 'exists' : 'none'));
      if (field === 'nlinks' || field === 'shadows' || field === 'npages') {
        return both(`${name} ${field}`, (k) => object(k)[field]);
      }
      if (field === 'flags') return both(`${name} flags`, (k) => flagsText(object(k).flags & 14));
      if (field === 'shdw_list') {
        return both(`${name} shdw_list`, (k) => `(${numbers(object(k).shdw_list).join(' ')})`);
      }
      if (field === 'page_cache') return both(`${name} cache`, (k) => cacheText(k, object(k)));
      if (field === 'orig_obj') {
        return both(`${name} orig_obj`, (k) => {
          const { orig_obj } = object(k);
          return orig_obj === null ? '-' : objectText(k, s, orig_obj);
        });
      }
      if (field === 'shref') return both(`${name} shref`, (k) => object(k).shref);
      return undefined;
    }
    case 'vmas':
      return both(`area ${i}`, (k) => vmaText(k, s, i));
    case 'files': {
      const file = (k: Kernel) => k.files[i as never];
      const { name } = s.groups[file(file(after).live ? after : before).group];
      if (field === 'length') return both(`${name} length`, (k) => file(k).length);
      if (field === 'openers') return both(`${name} openers`, (k) => file(k).openers);
      if (field === 'shm_addr') return both(`${name} address`, (k) => file(k).shm_addr);
      if (field === 'live') return both(`file ${name}`, (k) => (file(k).live ? 'known' : 'none'));
      return undefined;
    }
    case 'spaces': {
      const name = s.spaceNames[i];
      const space = (k: Kernel) => k.spaces[i as never];
      if (field === 'ptes') {
        return both(`pte[${name}][${j}]`, (k) => pteText(space(k).ptes[j as never]));
      }
      if (field === 'vmas') {
        return both(`vm_area_list[${name}]`, (k) => `(${numbers(space(k).vmas).join(' ')})`);
      }
      if (field === 'pgd') {
        return both(`page table[${name}]`, (k) => {
          const { pgd } = space(k);
          return pgd === null ? 'its own' : `of ${s.spaceNames[pgd]}`;
        });
      }
      if (field === 'born') {
        return both(`task ${name}`, (k) => (space(k).born ? 'runs' : 'not yet'));
      }
      if (field === 'gone') return both(`task ${name}`, (k) => (space(k).gone ? 'gone' : 'runs'));
      return undefined;
    }
    case 'server':
      return both(`server page ${i}`, (k) => {
        const page = k.server[i as never];
        return page.missing === 1 ? '-' : contentText(s, contentOf(page));
      });
    case 'grown':
      return both(`${s.groups[i].name} on the server`, (k) => {
        const pages = s.groups[i].pages + k.grown[i as never].pages;
        return `${pages} ${pages === 1 ? 'page' : 'pages'}`;
      });
    case 'threads': {
      const { name } = s.threads[i as never];
      if (field !== 'dead' && field !== 'born') return undefined;
      return both(`thread ${name}`, (k) => {
        const { born, dead } = k.threads[i as never];
        return dead ? 'gone' : born ? 'runs' : 'not yet';
      });
    }
    case 'descriptors': {
      const { name: owner } = s.threads[i as never];
      if (field === 'users') {
        return both(`descriptors of ${owner} users`, (k) => k.descriptors[i as never].users);
      }
      return both(`descriptor ${j} of ${owner}`, (k) => {
        const { file, named, stale } = k.descriptors[i as never].fd[j as never];
        const name = file === null ? undefined : s.groups[k.files[file].group].name;
        const unknown = named === 0 ? '-' : `${s.groups[named - 1].name}, unknown to mm0`;
        return `${name ?? unknown}${stale ? ', left by a failed open' : ''}`;
      });
    }
    case 'asks':
      return both('file server', (k) => (k.asks === null ? 'serves' : 'waits for mm0'));
    case 'pool':
      return both('address pool', (k) => k.pool.toString(2));
    case 'halt':
      return both('mm0', (k) => (k.halt === 'no' ? 'serves' : k.halt));
    default:
      return undefined;
  }
}

/** The state, one line per thing. */
export function describe(s: Scope, k: Kernel): string[] {
  const lines: string[] = [];
  for (const a of s.space.all) {
    if (!lives(k, a)) {
      lines.push(`${s.spaceNames[a]}  ${k.spaces[a].born ? 'gone' : 'not yet'}`);
      continue;
    }
    const { vmas, ptes, pgd } = k.spaces[a];
    for (const v of numbers(vmas)) lines.push(`${s.spaceNames[a]}  area ${v} ${vmaText(k, s, v)}`);
    if (pgd !== null) lines.push(`${s.spaceNames[a]}  on the page table of ${s.spaceNames[pgd]}`);
    for (const p of s.page.all) {
      if (ptes[p].frame !== null) lines.push(`${s.spaceNames[a]}  pte[${p}] ${pteText(ptes[p])}`);
    }
  }
  for (const o of s.object.all) {
    const object = k.objects[o];
    if (!object.live) continue;
    const { nlinks, shadows, npages, orig_obj } = object;
    const rights = isWritable(k, o) ? 'w' : 'r';
    const below = orig_obj === null ? '' : `  shadows ${objectText(k, s, orig_obj)}`;
    const counts = `nlinks ${nlinks}  shadows ${shadows}  npages ${npages}`;
    lines.push(`${objectText(k, s, o)}  ${rights}  ${counts}  ${cacheText(k, object)}${below}`);
  }
  for (const f of s.file.all) {
    const { live, openers, group, shm_addr } = k.files[f];
    if (!live || f === DEVZERO) continue;
    const address = shm_addr === 0 ? '' : `  at page ${shm_addr}`;
    lines.push(`file ${s.groups[group].name}  openers ${openers}${address}`);
  }
  for (const f of s.frame.all) {
    const page = k.frames[f];
    if (!page.in_use || f === DEVZERO) continue;
    lines.push(`page ${f}  holds ${contentText(s, contentOf(page))}${page.dirty ? '  dirty' : ''}`);
  }
  for (const t of s.thread.all) {
    const { ip, fault } = userFrame(k, t);
    const { born, dead } = k.threads[t];
    const does = dead ? 'gone' : !born ? 'not yet' : fault === 'none' ? `step ${ip}` : 'in a fault';
    lines.push(`${s.threads[t].name}  ${does}`);
  }
  if (k.halt !== 'no') lines.push(`mm0 has come to its end: ${k.halt}`);
  return lines;
}
