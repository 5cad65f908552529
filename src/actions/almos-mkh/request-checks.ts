/**
 * Step invariants of which the functions of vmm.c know only a part: what the user of the running
 * thread has asked for is in the frame of its program.
 */

import { checks, privateTypes } from '../../model/almos-mkh/step-invariants.ts';
import { pageOf } from '../../model/almos-mkh/numbers.ts';
import type { UserStep } from '../../model/almos-mkh/scenario.ts';
import type { VsegRef } from '../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import { userFrame } from '../../model/almos-mkh/threads.ts';
import type { Cx } from './vocabulary.ts';

/** What the user has asked for; undefined in scripts, and where a process exits. */
function asked(k: Kernel, cx: Cx): UserStep | undefined {
  const { userSteps } = cx.scope;
  if (userSteps.length === 0) return undefined; // a script: its threads stand in no program
  return userSteps[userFrame(k, cx.thread).step - 1];
}

const processOf = (cx: Cx): number => cx.scope.threads[cx.thread].process;

/** A vseg is about to be cut or removed: if by a munmap, then not one of these. */
export function checkTypeUnmapped(k: Kernel, cx: Cx, vseg: VsegRef): void {
  const { state, type, min } = k.vsegs[vseg];
  // The fields of a free descriptor are blank: that it is used is another violation.
  if (state === 'free' || asked(k, cx)?.do !== 'munmap') return;
  const place = privateTypes.indexOf(type as (typeof privateTypes)[number]);
  cx.check(checks.munmapSparesOthers, place < 0, processOf(cx), pageOf(min), place);
}

/** vmm_delete_vseg has looked for a vseg: a munmap that asked for it reports success anyhow. */
export function checkDeleted(k: Kernel, cx: Cx, found: boolean): void {
  const step = asked(k, cx);
  if (step?.do !== 'munmap') return;
  cx.check(checks.munmapActs, found, processOf(cx), step.page, step.pages);
}

/** A fault or COW has asked for a descriptor: without one its access ends. */
export function checkDescriptorFound(k: Kernel, cx: Cx, found: boolean): void {
  const step = asked(k, cx);
  if (step?.do !== 'read' && step?.do !== 'write') return;
  const { entitled } = userFrame(k, cx.thread);
  cx.check(checks.noKillForDescriptor, found || !entitled, processOf(cx), step.page);
}
