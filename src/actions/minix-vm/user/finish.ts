/** The end of a request: its answer is checked, and ghost memory and records follow it. */

import { OK, checks, resultNames } from '../../../model/minix-vm/step-invariants.ts';
import type { Kernel } from '../../../model/minix-vm/state.ts';
import { giveCanonicalNames } from '../../../model/minix-vm/canonical-names.ts';
import type { Control } from '../../../machine/vocabulary.ts';
import { dropPage, forked, mapped, mayWrite, newPage, remapped, unmapped } from '../ghost.ts';
import { checkFailure, checkMap, checkRevoke, checkUnmap } from '../request-checks.ts';
import { the } from '../region.ts';
import { goto } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { ACT, actionOf } from './frame.ts';
import type { UserLocals } from './frame.ts';
import { sharedBy, dropRecord, forgetProcess } from './records.ts';

export function finish(k: Kernel, my: UserLocals, cx: Cx): Control {
  const { result } = my;
  const { script } = cx.scope;
  cx.note(() => `${resultNames[result] ?? result}`);
  if (script === undefined) checkAnswer(k, my, cx);
  follow(k, my, cx);
  if (script !== undefined) {
    script.result = result;
    script.done = true;
  }
  my.action = 0;
  my.record = null;
  my.rounds = 0;
  my.result = 0;
  k.running = null;
  k.request.failed = 0;
  k.request.persistent = false;
  k.request.before = 0;
  k.request.outside = 0;
  if (script === undefined) giveCanonicalNames(k, cx.scope, (text) => cx.note(text));
  return goto(ACT);
}

function checkAnswer(k: Kernel, my: UserLocals, cx: Cx): void {
  const { given, process } = actionOf(cx, my);
  const { result } = my;
  cx.check(checks.requestTerminates, true);
  cx.check(checks.noPanic, true);
  cx.check(checks.noCrash, true);
  switch (given.do) {
    case 'read':
    case 'write': {
      if (result === OK) return;
      const entitled =
        given.do === 'write'
          ? mayWrite(k, cx, process, given.page)
          : k.processes[process].want[cx.scope.page.at(given.page)].cell !== 0;
      const check = given.do === 'write' ? checks.legitWriteSucceeds : checks.legitReadSucceeds;
      cx.check(check, !entitled || k.request.failed > 0, process, given.page);
      return;
    }
    case 'safemap':
    case 'cowmap':
      checkMap(k, cx, sharedBy(k, my, cx), result);
      break;
    case 'unmap':
    case 'safeunmap':
    case 'revoke':
      checkUnmap(k, cx, sharedBy(k, my, cx), result);
      if (my.record !== null && result === OK) {
        checkRevoke(k, cx, sharedBy(k, my, cx), my.record);
      }
      break;
    default:
  }
  if (result !== OK) checkFailure(k, cx);
}

/** The ghost memory and the kernel's records follow what VM answered. */
function follow(k: Kernel, my: UserLocals, cx: Cx): void {
  const { given, process, source, dest } = actionOf(cx, my);
  const ok = my.result === OK;
  switch (given.do) {
    case 'fork':
      if (ok) forked(k, cx, source, dest);
      return;
    case 'exit':
      for (const n of cx.scope.page.all) dropPage(k, cx, process, n);
      for (const r of cx.scope.record.all) forgetProcess(k, cx, r, process);
      return;
    case 'safemap':
    case 'cowmap':
      if (ok) mapped(k, cx, sharedBy(k, my, cx));
      return;
    case 'unmap':
    case 'safeunmap':
    case 'revoke':
      if (ok) unmapped(k, cx, sharedBy(k, my, cx));
      if (my.record !== null) dropRecord(k, my.record);
      return;
    case 'munmap':
      for (let i = 0; ok && i < given.pages; i++) dropPage(k, cx, process, given.page + i);
      return;
    case 'remap':
      if (ok) remapped(k, cx, sharedBy(k, my, cx));
      return;
    case 'mmap':
      for (let i = 0; ok && i < given.pages; i++) newPage(k, cx, process, given.page + i);
      return;
    case 'exec':
      for (const n of cx.scope.page.all) {
        if (!ok) return;
        dropPage(k, cx, process, n);
        newPage(k, cx, process, n);
      }
      return;
    case 'brk': {
      if (!ok) return;
      const region = k.regions[the(k.processes[process].vm_regions)];
      const end = region.vaddr + region.length;
      for (let n = end - given.pages; n < end; n++) newPage(k, cx, process, n);
      return;
    }
    default:
  }
}
