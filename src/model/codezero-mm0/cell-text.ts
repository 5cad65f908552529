/** Cells of a state as traces print them: objects, chains, caches, areas, flags. */

import { VM_DIRTY, VM_EXEC, VM_READ, VM_WRITE } from './header.ts';
import { VMA_ANONYMOUS, VMA_FIXED, VMA_PRIVATE, VMA_SHARED } from './header.ts';
import type { Scope } from './scope.ts';
import { DEVZERO } from './state.ts';
import type { Kernel } from './state.ts';
import { isShadow } from './view.ts';

type Row<K extends keyof Kernel> = Kernel[K] extends Record<number, infer R> ? R : never;

export function objectText(k: Kernel, s: Scope, o: number): string {
  const object = k.objects[o as never];
  if (o === DEVZERO) return 'devzero';
  if (!object.live) return `freed object ${o}`;
  if (isShadow(k, o as never) || object.file === null) return `shadow ${o}`;
  return `${s.groups[k.files[object.file].group].name}(${o})`;
}

export function numbers(list: { readonly length: number }): readonly number[] {
  return list as unknown as readonly number[];
}

function chainText(k: Kernel, s: Scope, vma: Row<'vmas'>): string {
  const names = numbers(vma.chain).map((link) => {
    const { live, obj } = k.links[link as never];
    return live && obj !== null ? objectText(k, s, obj) : 'freed link';
  });
  return `[${names.join(', ')}]`;
}

export function cacheText(k: Kernel, object: Row<'objects'>): string {
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

export function vmaText(k: Kernel, s: Scope, v: number): string {
  const vma = k.vmas[v as never];
  if (!vma.live) return '-';
  const { pfn_start, pfn_end, flags, file_offset } = vma;
  const range = `[${pfn_start}, ${pfn_end}[`;
  return `${range} ${flagsText(flags)} offset ${file_offset} ${chainText(k, s, vma)}`;
}

export function pteText(pte: { readonly frame: number | null; readonly rw: boolean }): string {
  return pte.frame === null ? '-' : `page ${pte.frame} ${pte.rw ? 'rw' : 'r'}`;
}
