/** shm.c: segments are attached and detached, each at the one address that it has. */

import {
  VM_FILE_SHM,
  VM_READ,
  VM_WRITE,
  VMA_ANONYMOUS,
  VMA_SHARED,
} from '../../model/codezero-mm0/header.ts';
import type { Rules } from '../../model/codezero-mm0/rules.ts';
import type { UserStep } from '../../model/codezero-mm0/scenario.ts';
import type { FileRef, LinkRef, SpaceRef, VmaRef } from '../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import { objectOf } from '../../model/codezero-mm0/view.ts';
import { EINVAL, ENOENT, ENOMEM } from './services/errors.ts';
import { do_mmap } from './mmap.ts';
import { do_munmap } from './munmap.ts';
import { poolBits } from './vm_object.ts';
import { halt, places } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';
import { findSegment, shm_new_address } from './segments.ts';

type ShmatStep = Extract<UserStep, { do: 'shmat' }>;

const r0 = ({ shmat }: Rules): boolean => shmat === 'r0';

const later = ({ shmat }: Rules): boolean => shmat !== 'r0';

export const attaching = places('do_shmat', {
  none: '5.15 there is no such segment',
  aligned: '5.15/1 an address within a page goes to its start',
  unaligned: ['5.15/1 an address within a page: EINVAL', later],
  given: ['5.15/3 no links: the address given becomes that of the segment', r0],
  pool: ['5.15/3 no links: an address of the pool', r0],
  unset: ['5.15/4 links but no address: stop', r0],
  other: ['5.15/3 another address than that of the segment: EINVAL', later],
  again: ['5.15/5 attached here already: EINVAL', ({ shmat }) => shmat === 'reference'],
  failed: ['5.15/5 do_mmap fails: stop', r0],
  map: '5.15/5 do_mmap',
  differs: ['5.15/6 the result is not the address of the segment: stop', later],
});

/** Answers with the first page, or an error. */
export function do_shmat(
  k: Kernel,
  cx: Cx,
  space: SpaceRef,
  group: number,
  { page: address, readOnly, within, round }: ShmatStep,
): number {
  const { rules } = cx.scope;
  const ref = findSegment(k, cx, group);
  if (ref === null) {
    attaching(cx, 'none');
    return ENOENT;
  }
  if (within) {
    if (rules.shmat !== 'r0' && !round) {
      attaching(cx, 'unaligned');
      return EINVAL;
    }
    attaching(cx, 'aligned');
  }
  const segment = k.files[ref];
  const { pages } = cx.scope.groups[group];
  const flags = VM_READ | VMA_SHARED | VMA_ANONYMOUS | (readOnly ? 0 : VM_WRITE);
  const { nlinks } = k.objects[segment.vm_obj as never];
  if (rules.shmat === 'r0') {
    if (nlinks === 0) {
      attaching(cx, address > 0 ? 'given' : 'pool');
      segment.shm_addr = address > 0 ? address : shm_new_address(k, cx, pages);
    } else if (segment.shm_addr === 0) {
      attaching(cx, 'unset');
      halt('stop', 'do_shmat: a segment with links has no address');
    }
    attaching(cx, 'map');
    const mapped = do_mmap(k, cx, ref, 0, space, segment.shm_addr, flags, pages);
    if (mapped < 0) {
      attaching(cx, 'failed');
      halt('stop', 'do_shmat: do_mmap fails');
    }
    segment.attached = true;
    return segment.shm_addr;
  }
  if (segment.shm_addr !== 0 && address !== 0 && address !== segment.shm_addr) {
    attaching(cx, 'other');
    return EINVAL;
  }
  if (rules.shmat === 'reference') return attachReference(k, cx, ref, space, address, flags);
  attaching(cx, 'map');
  const mapped = do_mmap(k, cx, ref, 0, space, address, flags, pages);
  if (mapped < 0) return mapped;
  if (segment.shm_addr === 0) segment.shm_addr = mapped;
  else if (segment.shm_addr !== mapped) {
    attaching(cx, 'differs');
    halt('stop', 'do_shmat: the segment is mapped elsewhere than at its address');
  }
  segment.attached = true;
  return mapped;
}

function attachReference(
  k: Kernel,
  cx: Cx,
  ref: FileRef,
  space: SpaceRef,
  address: number,
  flags: number,
): number {
  const segment = k.files[ref];
  const { pages } = cx.scope.groups[segment.group];
  if (attachedIn(k, space, ref)) {
    attaching(cx, 'again');
    return EINVAL;
  }
  const before = k.pool;
  let at = segment.shm_addr;
  if (at === 0) {
    at = address !== 0 ? address : shm_new_address(k, cx, pages);
    if (at === 0) return ENOMEM;
    // An address that another segment has, or that reaches out of the pool half way, is refused.
    const bits = poolBits(cx.scope, at, pages);
    if (address !== 0 && ((before & bits) !== 0 || takenBySegment(k, cx, at, pages))) return EINVAL;
    k.pool |= bits;
  }
  attaching(cx, 'map');
  const mapped = do_mmap(k, cx, ref, 0, space, at, flags, pages);
  if (mapped < 0) {
    k.pool = before;
    return mapped;
  }
  segment.shm_addr = mapped;
  segment.attached = true;
  return mapped;
}

/** Does another segment have an address in this range? Those outside of the pool are in no bits. */
function takenBySegment(k: Kernel, cx: Cx, at: number, pages: number): boolean {
  for (const f of cx.scope.file.all) {
    const { live, type, shm_addr, length } = k.files[f];
    if (!live || type !== VM_FILE_SHM || shm_addr === 0) continue;
    if (at < shm_addr + length && at + pages > shm_addr) return true;
  }
  return false;
}

function attachedIn(k: Kernel, space: SpaceRef, file: FileRef): boolean {
  const { vmas } = k.spaces[space];
  for (let i = 0; i < vmas.length; i++) {
    const link = k.vmas[vmas.at(i) as VmaRef].chain.at(0) as LinkRef;
    if (objectOf(k, link) === k.files[file].vm_obj) return true;
  }
  return false;
}

export const detaching = places('sys_shmdt', {
  none: '5.16 no segment has this address: EINVAL',
  unmap: '5.16 its pages are unmapped',
  refused: ['5.16 EINVAL all the same', ({ shmdtAnswer }) => shmdtAnswer === 'always-error'],
});

/** The user passes the address that the attach returned: the segment's. */
export function sys_shmdt(k: Kernel, cx: Cx, space: SpaceRef, address: number): number {
  for (const f of cx.scope.file.all) {
    const { live, type, shm_addr, group } = k.files[f];
    if (!live || type !== VM_FILE_SHM || shm_addr !== address || address === 0) continue;
    detaching(cx, 'unmap');
    const error = do_munmap(k, cx, space, address, cx.scope.groups[group].pages);
    if (cx.scope.rules.shmdtAnswer === 'success') return error;
    if (error < 0) return 1; // `err = do_shmdt() < 0`: no error to its caller
    detaching(cx, 'refused');
    return EINVAL;
  }
  detaching(cx, 'none');
  return EINVAL;
}
