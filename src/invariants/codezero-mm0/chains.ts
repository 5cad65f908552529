/** Chains of objects: what an area is made of. */

import { VM_FILE_SHM } from '../../model/codezero-mm0/header.ts';
import type { LinkRef, ObjectRef, Scope, VmaRef } from '../../model/codezero-mm0/scope.ts';
import { DEVZERO } from '../../model/codezero-mm0/state.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import { fileType, isShadow, isWritable, objectOf } from '../../model/codezero-mm0/view.ts';
import { between, eachObject, objectName, someArea, someShadow } from './invariant.ts';
import type { Invariant } from './invariant.ts';

const group = 'chains';
const when = between;

/** An area of a task: `the area at page 1 of P`. */
export function areaName(k: Kernel, s: Scope, ref: VmaRef): string {
  const owner = s.space.all.find((a) => k.spaces[a].vmas.includes(ref));
  const whose = owner === undefined ? 'nobody' : s.spaceNames[owner];
  return `the area at page ${k.vmas[ref].pfn_start} of ${whose}`;
}

/**
 * Is there a violation for one of the chains? Dangling links are the subject of no-dangling-link.
 */
function eachChain(
  k: Kernel,
  s: Scope,
  violation: (objects: readonly ObjectRef[], vma: VmaRef) => string | undefined,
): string | undefined {
  for (const v of s.vma.all) {
    const { live, chain } = k.vmas[v];
    if (!live) continue;
    const objects: ObjectRef[] = [];
    for (let i = 0; i < chain.length; i++) {
      const object = objectOf(k, chain.at(i) as LinkRef);
      if (object !== null) objects.push(object);
    }
    if (objects.length < chain.length) continue;
    const found = violation(objects, v);
    if (found !== undefined) return found;
  }
  return undefined;
}

export const vmaHasObjects: Invariant = {
  name: 'vma-has-objects',
  sentence: 'Every area of a task has an object.',
  when,
  group,
  applies: someArea,
  violation(k, s) {
    for (const v of s.vma.all) {
      if (k.vmas[v].live && k.vmas[v].chain.length === 0) {
        return `${areaName(k, s, v)} has no objects`;
      }
    }
    return undefined;
  },
};

export const chainEndsInFile: Invariant = {
  name: 'chain-ends-in-file',
  sentence: 'The last object of a chain is a file; a segment stands before devzero, else shadows.',
  when,
  group,
  applies: someArea,
  violation: (k, s) =>
    eachChain(k, s, (objects, v) => {
      for (let i = 0; i < objects.length; i++) {
        const type = fileType(k, objects[i]);
        const last = i === objects.length - 1;
        const before = i === objects.length - 2 && objects[i + 1] === DEVZERO;
        const right = last ? type !== 0 : type === 0 || (before && type === VM_FILE_SHM);
        if (right) continue;
        const name = objectName(k, s, objects[i]);
        return `${areaName(k, s, v)} has ${name} ${last ? 'at' : 'before'} the end of its chain`;
      }
      return undefined;
    }),
};

export const chainFollowsOrig: Invariant = {
  name: 'chain-follows-orig',
  sentence: 'Behind a shadow in a chain stands its orig_obj.',
  when,
  group,
  applies: someShadow,
  violation: (k, s) =>
    eachChain(k, s, (objects, v) => {
      for (let i = 0; i + 1 < objects.length; i++) {
        const { orig_obj } = k.objects[objects[i]];
        if (!isShadow(k, objects[i]) || orig_obj === objects[i + 1]) continue;
        const orig = orig_obj === null ? 'nothing' : objectName(k, s, orig_obj);
        return (
          `in ${areaName(k, s, v)}, ${objectName(k, s, objects[i + 1])} stands behind ` +
          `${objectName(k, s, objects[i])}, which shadows ${orig}`
        );
      }
      return undefined;
    }),
};

export const chainAcyclic: Invariant = {
  name: 'chain-acyclic',
  sentence: 'Following orig_obj from a shadow leads to a file.',
  when,
  group,
  applies: someShadow,
  violation: (k, s) =>
    eachObject(k, s, (o) => {
      let at: ObjectRef | null = o;
      for (let i = 0; i <= s.object.size; i++) {
        if (at === null || !isShadow(k, at)) break;
        at = k.objects[at].orig_obj;
      }
      if (at !== null && k.objects[at].live && !isShadow(k, at)) return undefined;
      return `following orig_obj from ${objectName(k, s, o)} leads to no file`;
    }),
};

export const onlyTopWritable: Invariant = {
  name: 'only-top-writable',
  sentence: 'In a chain only the first object has WRITE.',
  when,
  group,
  applies: someArea,
  violation: (k, s) =>
    eachChain(k, s, (objects, v) => {
      for (let i = 1; i < objects.length; i++) {
        if (!isWritable(k, objects[i])) continue;
        return `${objectName(k, s, objects[i])} below the top of ${areaName(k, s, v)} has WRITE`;
      }
      return undefined;
    }),
};

export const noDanglingLink: Invariant = {
  name: 'no-dangling-link',
  sentence: 'No chain holds a freed link, and no link names a freed object.',
  when,
  group,
  applies: someArea,
  violation(k, s) {
    for (const v of s.vma.all) {
      const { live, chain } = k.vmas[v];
      if (!live) continue;
      for (let i = 0; i < chain.length; i++) {
        if (!k.links[chain.at(i) as LinkRef].live) {
          return `the chain of ${areaName(k, s, v)} holds a link that has been freed`;
        }
      }
    }
    for (const l of s.link.all) {
      const { live, obj } = k.links[l];
      if (live && obj !== null && !k.objects[obj].live) return `a link names a freed object`;
    }
    return undefined;
  },
};
