/**
 * What is interchangeable in mm0: pages of memory, objects, links and areas, all but those of
 * devzero. They are named by references only. The allocators take the lowest row that is free, and
 * a row of the last three is free only when nothing knows it any more (`kernel.ts`); see `rank`.
 *
 * Files are not: the list of files is searched in their order. Spaces and threads are not: each
 * does what its program says.
 */

import type { Classes } from '../../state/names.ts';
import type { Scope } from './scope.ts';
import { DEVZERO } from './state.ts';
import type { Kernel } from './state.ts';

export const what = 'pages of memory, objects, links and areas';

export function interchangeable(k: Kernel, s: Scope): readonly Classes[] {
  const all = (pool: { readonly all: readonly number[] }): number[] => [...pool.all];
  const butDevzero = (pool: { readonly all: readonly number[] }): number[] =>
    all(pool).filter((i) => i !== DEVZERO);
  const linkKnown = (link: never): boolean =>
    s.vma.all.some((v) => k.vmas[v].chain.includes(link)) ||
    s.object.all.some((o) => k.objects[o].link_list.includes(link));
  const objectKnown = (object: never): boolean =>
    s.link.all.some((l) => k.links[l].obj === object) ||
    s.frame.all.some((f) => k.frames[f].owner === object) ||
    s.object.all.some(
      (o) => k.objects[o].orig_obj === object || k.objects[o].shdw_list.includes(object),
    );
  return [
    {
      pool: 'frame',
      classes: [butDevzero(s.frame)],
      rank(f) {
        const { in_use, poisoned } = k.frames[s.frame.all[f]];
        return in_use ? 0 : 1 + Number(poisoned);
      },
    },
    {
      pool: 'object',
      classes: [butDevzero(s.object)],
      rank: (o) => Number(!k.objects[s.object.all[o]].live && !objectKnown(o as never)),
    },
    {
      pool: 'link',
      classes: [all(s.link)],
      rank: (l) => Number(!k.links[s.link.all[l]].live && !linkKnown(l as never)),
    },
    { pool: 'vma', classes: [all(s.vma)], rank: (v) => Number(!k.vmas[s.vma.all[v]].live) },
  ];
}

export function nameOf(pool: string, index: number): string {
  return `${pool} ${index}`;
}
