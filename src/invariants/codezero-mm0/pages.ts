/** Pages and the entries of page tables that name them. */

import { VMA_PRIVATE } from '../../model/codezero-mm0/header.ts';
import type {
  FrameRef,
  LinkRef,
  PageRef,
  Scope,
  SpaceRef,
} from '../../model/codezero-mm0/scope.ts';
import { DEVZERO } from '../../model/codezero-mm0/state.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import {
  chainObject,
  isShadow,
  isWritable,
  lives,
  ptesOf,
  viewFrame,
  vmaOf,
} from '../../model/codezero-mm0/view.ts';
import { between, eachObject, objectName, someEntry } from './invariant.ts';
import type { Invariant } from './invariant.ts';

const group = 'pages';
const when = between;

function somePage(k: Kernel, s: Scope): boolean {
  for (const f of s.frame.all) if (f !== DEVZERO && k.frames[f].in_use) return true;
  return false;
}

export const pageSingleOwner: Invariant = {
  name: 'page-single-owner',
  sentence: 'A page is in one cache, that of its owner.',
  when,
  group,
  applies: somePage,
  violation: (k, s) =>
    eachObject(k, s, (o) => {
      const { page_cache } = k.objects[o];
      for (let i = 0; i < page_cache.length; i++) {
        const frame = page_cache.at(i) as FrameRef;
        if (k.frames[frame].owner === o && page_cache.indexOf(frame) === i) continue;
        return `page ${frame} is in the cache of ${objectName(k, s, o)}, which is not its owner`;
      }
      return undefined;
    }),
};

export const pageCacheOrdered: Invariant = {
  name: 'page-cache-ordered',
  sentence: 'Offsets ascend in a cache.',
  when,
  group: 'cache', // on its own: it would hide the harm that it leads to
  applies: somePage,
  violation: (k, s) =>
    eachObject(k, s, (o) => {
      const { page_cache } = k.objects[o];
      for (let i = 1; i < page_cache.length; i++) {
        const before = k.frames[page_cache.at(i - 1) as FrameRef].offset;
        const { offset } = k.frames[page_cache.at(i) as FrameRef];
        if (before <= offset) continue;
        return `the cache of ${objectName(k, s, o)} holds offset ${before} before ${offset}`;
      }
      return undefined;
    }),
};

export const onePagePerOffset: Invariant = {
  name: 'one-page-per-offset',
  sentence: 'No two pages of a cache have the same offset.',
  when,
  group,
  applies: somePage,
  violation: (k, s) =>
    eachObject(k, s, (o) => {
      const { page_cache } = k.objects[o];
      for (let i = 0; i < page_cache.length; i++) {
        const { offset } = k.frames[page_cache.at(i) as FrameRef];
        for (let j = 0; j < i; j++) {
          if (k.frames[page_cache.at(j) as FrameRef].offset !== offset) continue;
          return `the cache of ${objectName(k, s, o)} holds offset ${offset} twice`;
        }
      }
      return undefined;
    }),
};

/** Is there a violation for one of the entries? */
function eachEntry(
  k: Kernel,
  s: Scope,
  violation: (space: SpaceRef, page: PageRef, frame: FrameRef, rw: boolean) => string | undefined,
): string | undefined {
  for (const a of s.space.all) {
    if (!lives(k, a)) continue;
    const ptes = ptesOf(k, a);
    for (const p of s.page.all) {
      const { frame, rw } = ptes[p];
      if (frame === null) continue;
      const found = violation(a, p, frame, rw);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

const entry = (s: Scope, space: SpaceRef, page: PageRef): string =>
  `the entry of page ${page} of ${s.spaceNames[space]}`;

export const pteNamesLivePage: Invariant = {
  name: 'pte-names-live-page',
  sentence: 'The page that an entry names is in use.',
  when,
  group,
  applies: someEntry,
  violation: (k, s) =>
    eachEntry(k, s, (a, p, frame) =>
      k.frames[frame].in_use ? undefined : `${entry(s, a, p)} names page ${frame}, which is free`,
    ),
};

export const pteInsideVma: Invariant = {
  name: 'pte-inside-vma',
  sentence: 'Where there is an entry there is an area of that task.',
  when,
  group,
  applies: someEntry,
  violation: (k, s) =>
    eachEntry(k, s, (a, p) =>
      vmaOf(k, a, p) === null ? `${entry(s, a, p)} is in no area` : undefined,
    ),
};

export const pteIsCurrent: Invariant = {
  name: 'pte-is-current',
  sentence: 'An entry names the page that the chain of its area shows there.',
  when,
  group,
  applies: someEntry,
  violation: (k, s) =>
    eachEntry(k, s, (a, p, frame) => {
      const ref = vmaOf(k, a, p);
      if (ref === null) return undefined;
      const shown = viewFrame(k, k.vmas[ref], p);
      if (shown === frame) return undefined;
      const other = shown === null ? 'none in memory' : `page ${shown}`;
      return `${entry(s, a, p)} names page ${frame}, but its objects show ${other}`;
    }),
};

export const writablePteIsExclusive: Invariant = {
  name: 'writable-pte-is-exclusive',
  sentence: 'A writable entry of a private area names a page of its own top, unshared shadow.',
  when,
  group,
  applies: someEntry,
  violation: (k, s) =>
    eachEntry(k, s, (a, p, frame, rw) => {
      const ref = vmaOf(k, a, p);
      if (!rw || ref === null || (k.vmas[ref].flags & VMA_PRIVATE) === 0) return undefined;
      const top = chainObject(k, k.vmas[ref], 0);
      const name = `${entry(s, a, p)} is writable`;
      if (top === null) return `${name}, but its area has no object`;
      if (k.frames[frame].owner !== top) return `${name}, but its page is not of the top object`;
      if (!isShadow(k, top) || !isWritable(k, top)) return `${name}, but its shadow is frozen`;
      if (k.objects[top].shadows !== 0) return `${name}, but its shadow is shadowed itself`;
      const { link_list } = k.objects[top];
      for (let i = 0; i < link_list.length; i++) {
        const owner = ownerOf(k, s, link_list.at(i) as LinkRef);
        if (owner !== null && owner !== a) return `${name}, but ${s.spaceNames[owner]} sees it too`;
      }
      return undefined;
    }),
};

/** The space whose area has this link. */
function ownerOf(k: Kernel, s: Scope, link: LinkRef): SpaceRef | null {
  for (const a of s.space.all) {
    const { vmas } = k.spaces[a];
    for (let i = 0; i < vmas.length; i++) {
      if (k.vmas[vmas.at(i) as never].chain.includes(link)) return a;
    }
  }
  return null;
}

export const frozenMeansReadOnly: Invariant = {
  name: 'frozen-means-read-only',
  sentence: 'No entry is writable whose page belongs to a shadow without WRITE.',
  when,
  group,
  applies: someEntry,
  violation: (k, s) =>
    eachEntry(k, s, (a, p, frame, rw) => {
      const { owner } = k.frames[frame];
      if (!rw || owner === null || !isShadow(k, owner) || isWritable(k, owner)) return undefined;
      return `${entry(s, a, p)} is writable, but ${objectName(k, s, owner)} is frozen`;
    }),
};
