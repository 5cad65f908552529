/** The begin of an action: what it needs on record, and where it goes on. */

import { EFAULT, EINVAL } from '../../../model/minix-vm/step-invariants.ts';
import type { Kernel } from '../../../model/minix-vm/state.ts';
import { regionAt } from '../../../model/minix-vm/tree.ts';
import type { Control } from '../../../machine/vocabulary.ts';
import { insideDigest, outsideDigest } from '../digests.ts';
import { goto } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import {
  TOUCH,
  FORK,
  EXIT,
  MAP,
  UNMAP,
  MUNMAP,
  MMAP,
  BRK,
  CHECK,
  EXEC,
  REMAP,
  answer,
} from './frame.ts';
import type { UserLocals } from './frame.ts';
import { sharedBy, chooseRecord, addRecord } from './records.ts';
import { access } from './access.ts';
import { describeAction } from './step-text.ts';

function isMapping(action: string): boolean {
  return action === 'safemap' || action === 'cowmap';
}

export function begin(k: Kernel, my: UserLocals, cx: Cx, index: number): Control {
  const { given, process } = cx.scope.actions[index];
  my.action = index + 1;
  k.running = process;
  if (given.do === 'safeunmap' || given.do === 'revoke') {
    const record = chooseRecord(k, cx, index);
    if (record === null) return answer(k, my, EINVAL);
    my.record = record;
  }
  cx.note(() => describeAction(k, my, cx));
  if (cx.scope.script === undefined && given.do !== 'read' && given.do !== 'write') {
    k.request.before = insideDigest(k, cx);
    if (isMapping(given.do)) k.request.outside = outsideDigest(k, cx, sharedBy(k, my, cx));
  }
  switch (given.do) {
    case 'read':
    case 'write':
      return access(k, my, cx);
    case 'touch':
      return regionAt(k, process, given.page) === null ? answer(k, my, EFAULT) : goto(TOUCH);
    case 'fork':
      return goto(FORK);
    case 'exit':
      return goto(EXIT);
    case 'exec':
      return goto(EXEC);
    case 'safemap':
      addRecord(k, cx, index);
      return goto(MAP);
    case 'cowmap':
      return goto(MAP);
    case 'unmap':
    case 'safeunmap':
    case 'revoke':
      return goto(UNMAP);
    case 'munmap':
      return goto(MUNMAP);
    case 'mmap':
      return goto(MMAP);
    case 'brk':
      return k.processes[process].vm_regions === null ? answer(k, my, EINVAL) : goto(BRK);
    case 'check':
      return goto(CHECK);
    case 'remap':
      return goto(REMAP);
  }
}
