/**
 * fault.c, first half: what becomes of an object when one of its links is dropped. The revisions
 * differ so much that each has its own functions: D1 (R0), D2 (b20fda9), D3 (from 651901d on), REF.
 *
 * S is the object in front, O the one whose link goes, N the one behind it in the same chain.
 */

import { checks } from '../../model/codezero-mm0/step-invariants.ts';
import type { Rules } from '../../model/codezero-mm0/rules.ts';
import type { FrameRef, LinkRef, ObjectRef, VmaRef } from '../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import {
  findPage,
  isShadow,
  isWritable,
  lives,
  viewContent,
  vmaOf,
} from '../../model/codezero-mm0/view.ts';
import { follow, freeLink } from './services/objects.ts';
import { remove } from './services/lists.ts';
import { insert_page_olist } from './pagers.ts';
import {
  deleteFromShadows,
  hasShadowFlag,
  joinShadows,
  leaveShadows,
  vm_object_delete,
  vm_object_is_deletable,
  vm_unlink_object,
  vma_drop_link,
} from './vm_object.ts';
import { halt, places } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

const D1 = ({ drop }: Rules): boolean => drop === 'D1';
const early = ({ drop }: Rules): boolean => drop === 'D1' || drop === 'D2';
const byCount = ({ drop }: Rules): boolean => drop === 'D2' || drop === 'D3';
const D3 = ({ drop }: Rules): boolean => drop === 'D3';
const REF = ({ drop }: Rules): boolean => drop === 'REF';
const notD1 = ({ drop }: Rules): boolean => drop !== 'D1';

/** What every task sees at every page. */
function views(k: Kernel, cx: Cx): number[] {
  const { space, page } = cx.scope;
  const seen: number[] = [];
  for (const a of space.all) {
    if (!lives(k, a)) continue;
    for (const p of page.all) {
      const vma = vmaOf(k, a, p);
      seen.push(vma === null ? -2 : viewContent(k, cx.scope, k.vmas[vma], p));
    }
  }
  return seen;
}

function checkViews(k: Kernel, cx: Cx, check: number, before: readonly number[]): void {
  const after = views(k, cx);
  cx.check(
    check,
    before.every((content, i) => content === after[i]),
  );
}

export const dropping = places('vma_drop_merge_delete', {
  notSubset: [
    '6 the object in front lacks pages, or it is no shadow: the link stays',
    (rules) => !byCount(rules),
  ],
  collapse: ['6 the link goes: the object in front has all its pages', (rules) => !byCount(rules)],
  otherCount: ['6.2 the numbers of pages differ, or it is no shadow: the link stays', byCount],
  sameCount: ['6.2 the link goes: the object in front has as many pages', byCount],
  file: ['6.1 a file: kept', D1],
  shadowed: '6 no links but shadows are left: stop',
  deleted: '6 no links are left: deleted',
  freed: ['6.1 the freed object is looked at once more', early],
  merge: '6 one link and one shadow are left: merged into the shadow',
  kept: '6 others still use it: kept',
  relink: ['6.3 the object in front now shadows the next one', notD1],
  gainsShadow: ['6.3 the next object has one shadow more', notD1],
  unshadow: ['6.3 the object stops to shadow the next one', D3],
  unlisted: [
    '6.2 the object leaves the shadows of the next one, with links left or not',
    ({ drop }) => drop === 'D2',
  ],
  release: ['6.3 nothing in front: the link goes', notD1],
  losesShadow: ['6.3 the next object has one shadow less', notD1],
  inconsistent: ['6.3 a relation between the three does not hold: stop', byCount],
  attached: ['6.6 others use the object in front too: the link stays', REF],
});

/**
 * Collapse: after a copy-on-write, is the object right under the target superfluous in this chain?
 * `front` is the place of the target in it.
 */
export function considerCollapse(k: Kernel, cx: Cx, ref: VmaRef, front: number): void {
  const { chain } = k.vmas[ref];
  const site = 'vma_drop_merge_delete';
  const next = chain.at(front + 1);
  if (next === undefined) halt('stop', 'copy_on_write: the target has no object under it');
  const S = follow(k, chain.at(front) as LinkRef, site);
  const O = follow(k, next, site);
  const { drop: rule } = cx.scope.rules;
  const drop = { D1: collapseD1, D2: collapseByCount, D3: collapseByCount, REF: collapseREF }[rule];
  drop(k, cx, ref, front, S, O);
}

function covers(k: Kernel, S: ObjectRef, O: ObjectRef): boolean {
  const { page_cache } = k.objects[O];
  for (let i = 0; i < page_cache.length; i++) {
    const { offset } = k.frames[page_cache.at(i) as FrameRef];
    if (findPage(k, S, offset) === null) return false;
  }
  return true;
}

function collapseD1(
  k: Kernel,
  cx: Cx,
  ref: VmaRef,
  front: number,
  S: ObjectRef,
  O: ObjectRef,
): void {
  const object = k.objects[O];
  if (k.objects[S].npages < object.npages || !covers(k, S, O)) {
    dropping(cx, 'notSubset');
    return;
  }
  dropping(cx, 'collapse');
  const before = views(k, cx);
  const { chain } = k.vmas[ref];
  const link = chain.at(front + 1) as LinkRef;
  chain.splice(front + 1, 1);
  vm_unlink_object(k, link);
  object.shadows -= 1;
  deleteFromShadows(k, cx.scope, S, 'vma_drop_link');
  freeLink(k, link);
  checkViews(k, cx, checks.collapsePreservesView, before);
  if (!hasShadowFlag(k, cx, O)) {
    dropping(cx, 'file');
    return;
  }
  if (object.nlinks === 0) {
    if (object.shadows !== 0) {
      dropping(cx, 'shadowed');
      halt('stop', 'vma_drop_merge_delete: an object without links has shadows');
    }
    dropping(cx, 'deleted');
    vm_object_delete(k, cx, O);
    readFreed(cx);
    return;
  }
  if (object.nlinks === 1 && object.shadows === 1) {
    dropping(cx, 'merge');
    vma_merge_object(k, cx, O);
  } else dropping(cx, 'kept');
}

/** After the delete, flags and counts of the object are tested for a merge: nlinks was 0. */
function readFreed(cx: Cx): void {
  dropping(cx, 'freed');
  if (cx.scope.choices.freedRead === 'unchanged') return;
  halt('wild', 'vma_drop_merge_delete: nlinks of the object just deleted is read');
}

/** D2 and D3 count pages instead of comparing offsets. */
function collapseByCount(
  k: Kernel,
  cx: Cx,
  ref: VmaRef,
  front: number,
  S: ObjectRef,
  O: ObjectRef,
): void {
  if (k.objects[S].npages !== k.objects[O].npages || !hasShadowFlag(k, cx, O)) {
    dropping(cx, 'otherCount');
    return;
  }
  dropping(cx, 'sameCount');
  const before = views(k, cx);
  const drop = cx.scope.rules.drop === 'D2' ? dropD2 : dropD3;
  drop(k, cx, ref, front + 1, S, before);
}

/** vma_drop_merge_delete of D2: one routine for collapse and release. */
function dropD2(
  k: Kernel,
  cx: Cx,
  ref: VmaRef,
  index: number,
  S: ObjectRef | null,
  before: readonly number[],
): void {
  const { chain } = k.vmas[ref];
  const site = 'vma_drop_merge_delete';
  const link = chain.at(index) as LinkRef;
  follow(k, link, site);
  const behind = chain.at(index + 1);
  if (S === null) dropping(cx, 'release');
  const O = vma_drop_link(k, chain, link);
  const N = behind === undefined ? null : follow(k, behind, site);
  const object = k.objects[O];
  if (S !== null) {
    if (!hasShadowFlag(k, cx, S)) {
      dropping(cx, 'inconsistent');
      halt('stop', `${site}: what is in front is no shadow`);
    }
    object.shadows -= 1;
    leaveShadows(k, cx.scope, S, site);
  }
  if (N !== null && hasShadowFlag(k, cx, O)) {
    if (object.orig_obj !== N) {
      dropping(cx, 'inconsistent');
      halt('stop', `${site}: it does not shadow the next object`);
    }
    dropping(cx, 'unlisted');
    dropping(cx, 'losesShadow');
    k.objects[N].shadows -= 1;
    leaveShadows(k, cx.scope, O, site);
    if (S !== null) {
      dropping(cx, 'relink');
      joinShadows(k, S, N);
      k.objects[S].orig_obj = N;
      dropping(cx, 'gainsShadow');
      k.objects[N].shadows += 1;
    }
  }
  if (S !== null) checkViews(k, cx, checks.collapsePreservesView, before);
  if (object.nlinks === 0 && object.shadows !== 0) {
    dropping(cx, 'shadowed');
    halt('stop', 'vm_object_is_deletable: an object without links has shadows');
  }
  outcome(k, cx, O);
  if (!object.live) readFreed(cx);
}

/** vma_drop_merge_delete of D3: one routine for collapse and release. */
function dropD3(
  k: Kernel,
  cx: Cx,
  ref: VmaRef,
  index: number,
  S: ObjectRef | null,
  before: readonly number[],
): void {
  const { chain } = k.vmas[ref];
  const site = 'vma_drop_merge_delete';
  const inconsistent = (what: string): never => {
    dropping(cx, 'inconsistent');
    return halt('stop', `${site}: ${what}`);
  };
  const link = chain.at(index) as LinkRef;
  follow(k, link, site);
  const behind = chain.at(index + 1);
  if (S === null) dropping(cx, 'release');
  const O = vma_drop_link(k, chain, link);
  const N = behind === undefined ? null : follow(k, behind, site);
  const object = k.objects[O];
  if (S !== null) {
    if (!hasShadowFlag(k, cx, S) || !isWritable(k, S)) {
      inconsistent('in front is no writable shadow');
    }
    object.shadows -= 1;
    if (object.shadows < 0) inconsistent('shadows becomes negative');
    if (k.objects[S].shref === 'self') inconsistent('what is in front shadows nothing');
    leaveShadows(k, cx.scope, S, site);
    if (N === null) return inconsistent('there is no next object');
    dropping(cx, 'relink');
    joinShadows(k, S, N);
    k.objects[S].orig_obj = N;
    if (object.nlinks === 0) {
      if (object.orig_obj !== N) inconsistent('it does not shadow the next object');
      dropping(cx, 'unshadow');
      leaveShadows(k, cx.scope, O, site);
    } else {
      dropping(cx, 'gainsShadow');
      k.objects[N].shadows += 1;
    }
    checkViews(k, cx, checks.collapsePreservesView, before);
  } else {
    if (object.nlinks === 0 && hasShadowFlag(k, cx, O) && N !== null) {
      if (object.orig_obj !== N) inconsistent('it does not shadow the next object');
      dropping(cx, 'losesShadow');
      k.objects[N].shadows -= 1;
      if (k.objects[N].shadows < 0) inconsistent('shadows of the next becomes negative');
      leaveShadows(k, cx.scope, O, site);
    }
  }
  if (object.nlinks === 0 && (object.shadows !== 0 || object.shref !== 'self')) {
    dropping(cx, 'shadowed');
    halt('stop', 'vm_object_is_deletable: an object without links has shadows');
  }
  outcome(k, cx, O);
}

/** The last rows of 6.2, 6.3 and 6.6: delete, merge or keep. */
function outcome(k: Kernel, cx: Cx, O: ObjectRef): void {
  const { nlinks, shadows } = k.objects[O];
  if (vm_object_is_deletable(k, cx, O)) {
    dropping(cx, 'deleted');
    vm_object_delete(k, cx, O);
  } else if (hasShadowFlag(k, cx, O) && nlinks === 1 && shadows === 1) {
    dropping(cx, 'merge');
    vma_merge_object(k, cx, O);
  } else dropping(cx, 'kept');
}

function collapseREF(
  k: Kernel,
  cx: Cx,
  ref: VmaRef,
  front: number,
  S: ObjectRef,
  O: ObjectRef,
): void {
  if (!isShadow(k, S) || !isWritable(k, S) || !isShadow(k, O) || !covers(k, S, O)) {
    dropping(cx, 'notSubset');
    return;
  }
  if (k.objects[S].nlinks !== 1) {
    dropping(cx, 'attached');
    return;
  }
  dropping(cx, 'collapse');
  const before = views(k, cx);
  const { chain } = k.vmas[ref];
  const N = follow(k, chain.at(front + 2) as LinkRef, 'vma_drop_merge_delete');
  vma_drop_link(k, chain, chain.at(front + 1) as LinkRef);
  dropping(cx, 'relink');
  leaveShadows(k, cx.scope, S, 'vma_drop_merge_delete');
  joinShadows(k, S, N);
  k.objects[S].orig_obj = N;
  k.objects[O].shadows -= 1;
  dropping(cx, 'gainsShadow');
  k.objects[N].shadows += 1;
  checkViews(k, cx, checks.collapsePreservesView, before);
  outcomeREF(k, cx, O);
}

function outcomeREF(k: Kernel, cx: Cx, O: ObjectRef): void {
  const { nlinks, orig_obj } = k.objects[O];
  if (nlinks === 0 && isShadow(k, O)) {
    dropping(cx, 'losesShadow');
    leaveShadows(k, cx.scope, O, 'vma_drop_merge_delete');
    if (orig_obj !== null) k.objects[orig_obj].shadows -= 1;
  }
  outcome(k, cx, O);
}

/** vma_drop_merge_delete_all: exit, and munmap of a whole area. Links leave front to back. */
export function vma_drop_merge_delete_all(k: Kernel, cx: Cx, ref: VmaRef): void {
  const { chain } = k.vmas[ref];
  if (chain.length === 0) {
    const { drop } = cx.scope.rules;
    if (drop !== 'D2' && drop !== 'D3') return;
    halt('stop', 'vma_drop_merge_delete_all: the area has no objects');
  }
  while (chain.length > 0) {
    // R0 has no release (1: D1 goes with no later one), so D1 with an exit takes the corrected.
    const { drop } = cx.scope.rules;
    if (drop === 'D2') dropD2(k, cx, ref, 0, null, []);
    else if (drop === 'D3') dropD3(k, cx, ref, 0, null, []);
    else {
      dropping(cx, 'release');
      outcomeREF(k, cx, vma_drop_link(k, chain, chain.at(0) as LinkRef));
    }
  }
}

export const merging = places('vma_merge_object', {
  counts: '6.4 links and shadows are not one each: stop',
  empty: '6.4/1 the list of shadows is empty: wild',
  stays: '6.4/2 the shadow has the page already',
  moves: '6.4/2 a page moves to the shadow',
  runaway: ['6.4/2 the walk goes on in the other cache: runaway', early],
  others: '6.4/3 others shadow it too: stop',
  relink: '6.4/5 the shadow now shadows what is behind',
  link: '6.4/6 the last link is freed',
  deleted: '6.4/7 the object is deleted',
});

/** Moves what the only shadow lacks into it, and deletes the object. */
export function vma_merge_object(k: Kernel, cx: Cx, O: ObjectRef): void {
  const object = k.objects[O];
  const { drop } = cx.scope.rules;
  const unprotected = early(cx.scope.rules); // until cb9b02a
  const site = 'vma_merge_object';
  if (object.nlinks !== 1 || object.shadows !== 1) {
    merging(cx, 'counts');
    halt('stop', `${site}: links and shadows are not one each`);
  }
  const before = views(k, cx);
  const F = object.shdw_list.at(0);
  if (F === undefined) {
    merging(cx, 'empty');
    return halt('wild', `${site}: the head of an empty list is taken for an object`);
  }
  if (!k.objects[F].live) halt('wild', `${site}: the shadow has been freed`);
  for (let i = 0; i < object.page_cache.length;) {
    const frame = object.page_cache.at(i) as FrameRef;
    if (findPage(k, F, k.frames[frame].offset) !== null) {
      merging(cx, 'stays');
      i += 1;
      continue;
    }
    merging(cx, 'moves');
    object.page_cache.splice(i, 1);
    k.frames[frame].owner = F;
    insert_page_olist(k, cx, frame, F);
    k.objects[F].npages += 1;
    if (unprotected) {
      merging(cx, 'runaway');
      halt('runaway', `${site}: the walk goes on in the cache that the page moved to`);
    }
  }
  leaveShadows(k, cx.scope, F, site);
  if (object.shdw_list.length > 0) {
    merging(cx, 'others');
    halt('stop', `${site}: the object has another shadow`);
  }
  if (unprotected) deleteFromShadows(k, cx.scope, O, site);
  else leaveShadows(k, cx.scope, O, site);
  const behind = object.orig_obj;
  if (behind === null || !k.objects[behind].live) {
    return halt('wild', `${site}: what the object shadows has been freed`);
  }
  merging(cx, 'relink');
  joinShadows(k, F, behind);
  k.objects[F].orig_obj = behind;
  merging(cx, 'link');
  const last = object.link_list.at(0);
  if (last === undefined) return halt('wild', `${site}: the head of an empty list is a link`);
  if (drop !== 'D1') {
    for (const v of cx.scope.vma.all) remove(k.vmas[v].chain, last);
  }
  vm_unlink_object(k, last);
  freeLink(k, last);
  object.shadows -= 1;
  merging(cx, 'deleted');
  vm_object_delete(k, cx, O);
  checkViews(k, cx, checks.mergePreservesView, before);
}
