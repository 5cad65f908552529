/** What tasks see is what they were promised, and what was written is not lost. */

import type { PageRef, Scope, SourceRef, SpaceRef } from '../../model/codezero-mm0/scope.ts';
import type { VmaRef } from '../../model/codezero-mm0/scope.ts';
import { VM_FILE_VFS } from '../../model/codezero-mm0/header.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import {
  contentOf,
  contentText,
  findPage,
  lives,
  NOTHING,
  promisedContent,
  ptesOf,
  viewContent,
  vmaOf,
} from '../../model/codezero-mm0/view.ts';
import { between } from './invariant.ts';
import type { Invariant } from './invariant.ts';

const group = 'content';
const when = between;

type Kind = 'private' | 'shared';

function somePromise(kind: Kind): (k: Kernel, s: Scope) => boolean {
  return (k, s) => {
    for (const a of s.space.all) {
      if (!lives(k, a)) continue;
      for (const p of s.page.all) if (k.spaces[a].promised[p].kind === kind) return true;
    }
    return false;
  };
}

function wrongContent(k: Kernel, s: Scope, kind: Kind): string | undefined {
  for (const a of s.space.all) {
    if (!lives(k, a)) continue;
    for (const p of s.page.all) {
      if (k.spaces[a].promised[p].kind !== kind) continue;
      if (s.choices.privateFile === 'unspecified' && followsFile(k, a, p)) continue;
      const ref = vmaOf(k, a, p);
      const found = ref === null ? undefined : wrongAt(k, s, a, p, ref);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** A private page of a file that its task has not written yet. */
function followsFile(k: Kernel, space: SpaceRef, page: PageRef): boolean {
  const { kind, written, source } = k.spaces[space].promised[page];
  return kind === 'private' && !written && source !== null;
}

function wrongAt(
  k: Kernel,
  s: Scope,
  space: SpaceRef,
  page: PageRef,
  ref: VmaRef,
): string | undefined {
  const promised = promisedContent(k, space, page);
  const { frame } = ptesOf(k, space)[page];
  const name = `page ${page} of ${s.spaceNames[space]} should read ${contentText(s, promised)}`;
  if (frame !== null && contentOf(k.frames[frame]) !== promised) {
    return `${name}, but its entry shows ${contentText(s, contentOf(k.frames[frame]))}`;
  }
  const seen = viewContent(k, s, k.vmas[ref], page);
  if (seen === promised || seen === NOTHING) return undefined;
  return `${name}, but its objects hold ${contentText(s, seen)}`;
}

export const privateContentIsolated: Invariant = {
  name: 'private-content-isolated',
  sentence: 'A private page shows what its task wrote or inherited, or what the file holds.',
  when,
  group,
  applies: somePromise('private'),
  violation: (k, s) => wrongContent(k, s, 'private'),
};

export const sharedWritesVisible: Invariant = {
  name: 'shared-writes-visible',
  sentence: 'A shared page shows what was last written to it by anybody.',
  when,
  group,
  applies: somePromise('shared'),
  violation: (k, s) => wrongContent(k, s, 'shared'),
};

export const dirtyDataNotLost: Invariant = {
  name: 'dirty-data-not-lost',
  sentence: 'What was written to a file is in its cache, or on the server.',
  when,
  group,
  applies: (_k, s) => s.groups.some(({ kind }) => kind === 'vfs'),
  violation(k, s) {
    for (let g = 0; g < s.groups.length; g++) {
      const { kind, name, first, room } = s.groups[g];
      if (kind !== 'vfs') continue;
      for (let i = 0; i < room; i++) {
        const source = s.source.at(first + i);
        const written = contentOf(k.shared[source]);
        if (written === kept(k, source) || isCached(k, s, g, i, written)) continue;
        return `page ${i} of ${name} should hold ${contentText(s, written)}: it is lost`;
      }
    }
    return undefined;
  },
};

/** A page without a block was never written: zero. */
function kept(k: Kernel, source: SourceRef): number {
  return k.server[source].missing === 1 ? 0 : contentOf(k.server[source]);
}

function isCached(k: Kernel, s: Scope, g: number, offset: number, content: number): boolean {
  for (const f of s.file.all) {
    const { live, type, group: vnum, vm_obj } = k.files[f];
    if (!live || type !== VM_FILE_VFS || vnum !== g || vm_obj === null) continue;
    const frame = findPage(k, vm_obj, offset);
    if (frame !== null && contentOf(k.frames[frame]) === content) return true;
  }
  return false;
}
