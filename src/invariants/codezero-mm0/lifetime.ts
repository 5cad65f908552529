/** Objects and files exist while they are needed, and no longer. */

import { VM_FILE_SHM, VM_FILE_VFS } from '../../model/codezero-mm0/header.ts';
import type { FrameRef, Scope } from '../../model/codezero-mm0/scope.ts';
import { DEVZERO } from '../../model/codezero-mm0/state.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import { chainObject, contentOf, fileType, isShadow } from '../../model/codezero-mm0/view.ts';
import { between, eachObject, objectName, someObject } from './invariant.ts';
import type { Invariant } from './invariant.ts';

const group = 'lifetime';
const when = between;

export const objectReachableOrFreed: Invariant = {
  name: 'object-reachable-or-freed',
  sentence: 'A shadow is linked, a file of the server open or linked, an attached segment linked.',
  when,
  group,
  applies: someObject,
  violation: (k, s) =>
    eachObject(k, s, (o) => {
      const { nlinks, file } = k.objects[o];
      if (nlinks > 0) return undefined;
      const name = objectName(k, s, o);
      if (isShadow(k, o)) return `nothing links to ${name} any more, and it has not been freed`;
      if (file === null) return undefined;
      const { openers, attached } = k.files[file];
      const type = fileType(k, o);
      if (type === VM_FILE_VFS && openers <= 0 && s.choices.unusedFile === 'leak') {
        return `nobody has ${name} open or mapped any more`;
      }
      if (type === VM_FILE_SHM && attached) return `nobody has ${name} attached any more`;
      return undefined;
    }),
};

export const freedMeansUnreferenced: Invariant = {
  name: 'freed-means-unreferenced',
  sentence: 'Nothing refers to a freed object or file: no link, orig_obj, list, page, descriptor.',
  when,
  group,
  applies: someObject,
  violation(k, s) {
    for (const o of s.object.all) {
      if (k.objects[o].live) continue;
      for (const l of s.link.all) {
        if (k.links[l].live && k.links[l].obj === o) return 'a link names a freed object';
      }
      for (const p of s.object.all) {
        if (!k.objects[p].live) continue;
        const name = objectName(k, s, p);
        if (k.objects[p].orig_obj === o) return `orig_obj of ${name} has been freed`;
        if (k.objects[p].shdw_list.includes(o)) return `a shadow of ${name} has been freed`;
      }
      for (const f of s.frame.all) {
        if (k.frames[f].owner === o) return 'the owner of a page has been freed';
      }
    }
    for (const d of s.descriptors.all) {
      for (const fd of s.fd.all) {
        const { file } = k.descriptors[d].fd[fd];
        if (file === null || k.files[file].live) continue;
        if (k.descriptors[d].users > 0) return `descriptor ${fd} refers to a file that is gone`;
      }
    }
    return undefined;
  },
};

export const devzeroPermanent: Invariant = {
  name: 'devzero-permanent',
  sentence: 'devzero exists, and its page is in use and reads zero.',
  when,
  group,
  applies: () => true,
  violation(k, s) {
    const page = k.frames[s.frame.at(DEVZERO)];
    if (!k.objects[s.object.at(DEVZERO)].live) return 'devzero has been freed';
    if (!page.in_use) return 'the page of devzero has been freed';
    return contentOf(page) === 0 ? undefined : 'the page of devzero does not read zero';
  },
};

export const oneFilePerVnode: Invariant = {
  name: 'one-file-per-vnode',
  sentence: 'Two files in memory are two files of the server.',
  when,
  group,
  applies(k, s) {
    for (const f of s.file.all) if (k.files[f].type === VM_FILE_VFS) return true;
    return false;
  },
  violation(k, s) {
    for (const a of s.file.all) {
      if (k.files[a].type !== VM_FILE_VFS) continue;
      for (const b of s.file.all) {
        if (b <= a || k.files[b].type !== VM_FILE_VFS) continue;
        if (k.files[a].group !== k.files[b].group) continue;
        return `${s.groups[k.files[a].group].name} is in memory twice`;
      }
    }
    return undefined;
  },
};

/** May some area show the page of a shadow? Those of files may be asked for again. */
function withinSomeArea(k: Kernel, s: Scope, f: FrameRef): boolean {
  const { owner, offset } = k.frames[f];
  if (owner === null || !isShadow(k, owner)) return true;
  for (const v of s.vma.all) {
    const vma = k.vmas[v];
    const end = vma.file_offset + vma.pfn_end - vma.pfn_start;
    if (!vma.live || offset < vma.file_offset || offset >= end) continue;
    for (let i = 0; i < vma.chain.length; i++) if (chainObject(k, vma, i) === owner) return true;
  }
  return false;
}

export const noPageLeak: Invariant = {
  name: 'no-page-leak',
  sentence: 'A page in use is in a cache, or is that of devzero.',
  when,
  group,
  applies(k, s) {
    for (const f of s.frame.all) if (f !== DEVZERO && k.frames[f].in_use) return true;
    return false;
  },
  violation(k, s) {
    for (const f of s.frame.all) {
      if (f === DEVZERO || !k.frames[f].in_use) continue;
      let cached = false;
      for (const o of s.object.all) {
        if (k.objects[o].live && k.objects[o].page_cache.includes(f)) cached = true;
      }
      if (!cached) return `page ${f} is in use, but in no cache`;
      if (s.choices.cutPages === 'leak' && !withinSomeArea(k, s, f)) {
        return `page ${f} is cached, but outside of every area`;
      }
    }
    return undefined;
  },
};

export const zeroPageStaysZero: Invariant = {
  name: 'zero-page-stays-zero',
  sentence: 'The page of devzero reads zero, and no entry makes it writable.',
  when,
  group,
  applies: () => true,
  violation(k, s) {
    const zero = s.frame.at(DEVZERO);
    if (contentOf(k.frames[zero]) !== 0) return 'the page of devzero has been written to';
    for (const a of s.space.all) {
      for (const p of s.page.all) {
        const { frame, rw } = k.spaces[a].ptes[p];
        if (frame === zero && rw) return `page ${p} of ${s.spaceNames[a]} may write to devzero`;
      }
    }
    return undefined;
  },
};
