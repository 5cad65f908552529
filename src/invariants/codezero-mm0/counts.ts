/** Counters agree with the lists that they count. */

import type { LinkRef, ObjectRef, Scope } from '../../model/codezero-mm0/scope.ts';
import { DEVZERO } from '../../model/codezero-mm0/state.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import { isShadow } from '../../model/codezero-mm0/view.ts';
import { between, eachObject, objectName, someArea, someObject, someShadow } from './invariant.ts';
import type { Invariant } from './invariant.ts';

const group = 'counts';
const when = between;

function inSomeChain(k: Kernel, s: Scope, link: LinkRef): boolean {
  for (const v of s.vma.all) if (k.vmas[v].live && k.vmas[v].chain.includes(link)) return true;
  return false;
}

export const nlinksMatchLinkList: Invariant = {
  name: 'nlinks-match-link-list',
  sentence: 'nlinks is the length of link_list, whose links name the object and are in chains.',
  when,
  group,
  applies: someArea,
  violation: (k, s) =>
    eachObject(k, s, (o) => {
      const { nlinks, link_list } = k.objects[o];
      if (nlinks !== link_list.length) {
        return `nlinks of ${objectName(k, s, o)} is ${nlinks}, its list holds ${link_list.length}`;
      }
      for (let i = 0; i < link_list.length; i++) {
        const link = link_list.at(i) as LinkRef;
        if (k.links[link].obj !== o) {
          return `a link in the list of ${objectName(k, s, o)} names another object`;
        }
        if (!inSomeChain(k, s, link)) {
          return `a link in the list of ${objectName(k, s, o)} is in no chain`;
        }
      }
      return undefined;
    }),
};

export const shadowsMatchShdwList: Invariant = {
  name: 'shadows-match-shdw-list',
  sentence: 'shadows is the length of shdw_list, and no member has been freed.',
  when,
  group,
  applies: someShadow,
  violation: (k, s) =>
    eachObject(k, s, (o) => {
      const { shadows, shdw_list } = k.objects[o];
      const name = objectName(k, s, o);
      if (shadows !== shdw_list.length) {
        return `shadows of ${name} is ${shadows}, its list holds ${shdw_list.length}`;
      }
      for (let i = 0; i < shdw_list.length; i++) {
        if (!k.objects[shdw_list.at(i) as ObjectRef].live) {
          return `the shadows of ${name} include one that has been freed`;
        }
      }
      return undefined;
    }),
};

export const countsNotNegative: Invariant = {
  name: 'counts-not-negative',
  sentence: 'nlinks, shadows, npages and openers are never below 0, refcnt never below -1.',
  when,
  group,
  applies: someObject,
  violation(k, s) {
    for (const f of s.file.all) {
      const { live, openers, group: g } = k.files[f];
      if (live && openers < 0) return `openers of ${s.groups[g].name} is ${openers}`;
    }
    for (const f of s.frame.all) {
      const { refcnt } = k.frames[f];
      if (refcnt < -1) return `refcnt of page ${f} is ${refcnt}`;
    }
    return eachObject(k, s, (o) => {
      const { nlinks, shadows, npages } = k.objects[o];
      if (nlinks >= 0 && shadows >= 0 && npages >= 0) return undefined;
      return `${objectName(k, s, o)} has nlinks ${nlinks}, shadows ${shadows}, npages ${npages}`;
    });
  },
};

export const npagesMatchCache: Invariant = {
  name: 'npages-match-cache',
  sentence: 'npages is the number of cached pages; devzero is exempt.',
  when,
  group,
  applies: someObject,
  violation: (k, s) =>
    eachObject(k, s, (o) => {
      const { npages, page_cache } = k.objects[o];
      if (o === DEVZERO || npages === page_cache.length) return undefined;
      return `npages of ${objectName(k, s, o)} is ${npages}, its cache holds ${page_cache.length}`;
    }),
};

export const openersMatchDescriptors: Invariant = {
  name: 'openers-match-descriptors',
  sentence: 'openers is the number of descriptors that refer to the file, shared tables once.',
  when,
  group,
  applies(k, s) {
    for (const f of s.file.all) if (f !== DEVZERO && k.files[f].live) return true;
    return false;
  },
  violation(k, s) {
    for (const f of s.file.all) {
      const { live, openers, group: g } = k.files[f];
      if (!live) continue;
      let slots = 0;
      for (const d of s.descriptors.all) {
        if (k.descriptors[d].users === 0) continue;
        for (const fd of s.fd.all) if (k.descriptors[d].fd[fd].file === f) slots += 1;
      }
      if (openers !== slots) {
        const refer = slots === 1 ? 'descriptor refers' : 'descriptors refer';
        return `openers of ${s.groups[g].name} is ${openers}, but ${slots} ${refer} to it`;
      }
    }
    return undefined;
  },
};

function listsWith(k: Kernel, s: Scope, object: ObjectRef): number {
  let found = 0;
  for (const o of s.object.all) {
    if (k.objects[o].live && k.objects[o].shdw_list.includes(object)) found += 1;
  }
  return found;
}

export const shdwListAgreesWithOrig: Invariant = {
  name: 'shdw-list-agrees-with-orig',
  sentence: 'A is in shdw_list of B exactly if A is a shadow with orig_obj B.',
  when,
  group,
  applies: someShadow,
  violation(k, s) {
    for (const b of s.object.all) {
      if (!k.objects[b].live) continue;
      for (const a of s.object.all) {
        if (!k.objects[a].live) continue;
        const listed = k.objects[b].shdw_list.includes(a);
        const shadows = isShadow(k, a) && k.objects[a].orig_obj === b;
        if (listed === shadows) continue;
        const [one, other] = [objectName(k, s, a), objectName(k, s, b)];
        return listed
          ? `${one} is among the shadows of ${other}, but its orig_obj is another`
          : `orig_obj of ${one} is ${other}, but it is not among its shadows`;
      }
    }
    return undefined;
  },
};

export const oneListPerShadow: Invariant = {
  name: 'one-list-per-shadow',
  sentence: 'A shadow is in exactly one shdw_list, a file in none.',
  when,
  group,
  applies: someShadow,
  violation: (k, s) =>
    eachObject(k, s, (o) => {
      const lists = listsWith(k, s, o);
      if (lists === (isShadow(k, o) ? 1 : 0)) return undefined;
      return `${objectName(k, s, o)} is in ${lists} lists of shadows`;
    }),
};
