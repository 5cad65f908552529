/**
 * The complete state as scripts show it; shadows are numbered in the order in which a walk over
 * areas and chains finds them.
 */

import type {
  FrameRef,
  LinkRef,
  ObjectRef,
  Scope,
  VmaRef,
} from '../../model/codezero-mm0/scope.ts';
import { DEVZERO } from '../../model/codezero-mm0/state.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import { userFrame } from '../../model/codezero-mm0/threads.ts';
import {
  contentOf,
  contentText,
  lives,
  ptesOf,
  serverPages,
} from '../../model/codezero-mm0/view.ts';
import { flagsText } from '../../model/codezero-mm0/cell-text.ts';

interface Refs<T> {
  readonly length: number;
  at(i: number): T | undefined;
}

function all<T>(list: Refs<T>): T[] {
  const found: T[] = [];
  for (let i = 0; i < list.length; i++) found.push(list.at(i) as T);
  return found;
}

export function stateOf(k: Kernel, s: Scope): unknown {
  const names = namesOf(k, s);
  const objectName = (o: ObjectRef | null): string | null => (o === null ? null : names.object(o));
  const tasks: Record<string, unknown> = {};
  for (const a of s.space.all) {
    if (!lives(k, a)) continue;
    tasks[s.spaceNames[a]] = {
      areas: all(k.spaces[a].vmas).map((v) => {
        const { pfn_start, pfn_end, flags, file_offset, chain } = k.vmas[v];
        const objects = all(chain).map((link) => names.link(link));
        return [pfn_start, pfn_end, flagsText(flags).trim(), file_offset, objects];
      }),
      pte: s.page.all.flatMap((p) => {
        const { frame, rw } = ptesOf(k, a)[p];
        return frame === null ? [] : [[p, names.page(frame), rw ? 'rw' : 'r']];
      }),
      threads: threadsOf(k, s, a),
    };
  }
  const objects: Record<string, unknown> = {};
  for (const o of s.object.all) {
    const object = k.objects[o];
    if (!object.live) continue;
    objects[names.object(o)] = {
      flags: flagsText(object.flags & 14),
      npages: object.npages,
      nlinks: object.nlinks,
      shadows: object.shadows,
      link_list: object.link_list.length,
      shdw_list: all(object.shdw_list).map((shadow) => names.object(shadow)),
      ...(object.shref === 'poisoned' ? { shref: 'poisoned' } : {}),
      orig_obj: objectName(object.orig_obj),
      page_cache: all(object.page_cache).map((f) => [k.frames[f].offset, names.page(f)]),
    };
  }
  const files: Record<string, unknown> = {};
  for (const f of s.file.all) {
    const { live, openers, length, shm_addr, vm_obj } = k.files[f];
    if (!live || f === DEVZERO) continue;
    const address = shm_addr === 0 ? {} : { address: shm_addr };
    files[names.object(vm_obj as ObjectRef)] = { openers, length, ...address };
  }
  const pages: Record<string, unknown> = {};
  for (const f of s.frame.all) {
    const { in_use, refcnt, dirty, owner } = k.frames[f];
    if (!in_use || f === DEVZERO) continue;
    const text = contentText(s, contentOf(k.frames[f]));
    pages[names.page(f)] = [text, refcnt, objectName(owner), ...(dirty ? ['dirty'] : [])];
  }
  const zero = contentText(s, contentOf(k.frames[s.frame.at(DEVZERO)]));
  return { tasks, objects, files, pages, zero, pool: poolOf(k, s), server: serverOf(k, s) };
}

function threadsOf(k: Kernel, s: Scope, space: number): unknown {
  const found: Record<string, unknown> = {};
  for (const t of s.thread.all) {
    const { born, dead, files } = k.threads[t];
    if (s.threads[t].space !== space || !born || dead) continue;
    const fd: Record<string, string> = {};
    for (const slot of s.fd.all) {
      if (files === null) continue;
      const { file } = k.descriptors[files].fd[slot];
      if (file !== null)
        fd[slot] = k.files[file].live ? s.groups[k.files[file].group].name : 'freed';
    }
    const { fault, step } = userFrame(k, t);
    const at = step === 0 ? null : (s.userSteps[step - 1] as { page: number }).page;
    const pending = fault === 'none' ? {} : { fault: [fault, at] };
    found[s.threads[t].name] = { fd, ...pending };
  }
  return found;
}

function poolOf(k: Kernel, s: Scope): number[] {
  const taken: number[] = [];
  for (let page = s.taskEnd; page < s.shmEnd; page++) {
    if ((k.pool & (1 << (page - s.taskEnd))) !== 0) taken.push(page);
  }
  return taken;
}

function serverOf(k: Kernel, s: Scope): unknown {
  const found: Record<string, string[]> = {};
  s.groups.forEach(({ name, kind, first }, g) => {
    if (kind !== 'vfs') return;
    found[name] = Array.from({ length: serverPages(k, s, g) }, (_, i) => {
      const page = k.server[s.source.at(first + i)];
      return page.missing === 1 ? 'no block' : contentText(s, contentOf(page));
    });
  });
  return found;
}

interface Names {
  object(o: ObjectRef): string;
  link(l: LinkRef): string;
  page(f: FrameRef): string;
}

/**
 * `s1` for shadows and `p1` for pages, numbered in the order of the walk; files by name, a second
 * one as `f'`.
 */
function namesOf(k: Kernel, s: Scope): Names {
  const objects = new Map<ObjectRef, string>();
  const pages = new Map<FrameRef, string>();
  let shadows = 0;
  const object = (o: ObjectRef): string => {
    if (o === DEVZERO) return 'devzero';
    if (!k.objects[o].live) return 'freed';
    const known = objects.get(o);
    if (known !== undefined) return known;
    const { file } = k.objects[o];
    let name = file === null ? `s${++shadows}` : s.groups[k.files[file].group].name;
    while ([...objects.values()].includes(name)) name += "'";
    objects.set(o, name);
    return name;
  };
  const page = (f: FrameRef): string => {
    if (f === DEVZERO) return 'zero';
    if (!pages.has(f)) pages.set(f, `p${pages.size + 1}`);
    return pages.get(f) as string;
  };
  const link = (l: LinkRef): string => {
    const { live, obj } = k.links[l];
    return live && obj !== null ? object(obj) : 'freed link';
  };
  for (const a of s.space.all) {
    for (const v of all(k.spaces[a].vmas) as VmaRef[])
      for (const l of all(k.vmas[v].chain)) link(l);
  }
  for (const o of s.object.all) {
    if (!k.objects[o].live) continue;
    object(o);
    for (const f of all(k.objects[o].page_cache)) page(f);
  }
  return { object, link, page };
}
