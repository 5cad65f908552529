/** Calls that fail although there is room, and assertions of the kernel. */

import { checks } from '../../../model/almos-mkh/step-invariants.ts';
import type { Budgets } from '../../../model/almos-mkh/scenario.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import type { Control } from '../../../machine/vocabulary.ts';
import { stuck } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';

/**
 * A call that may fail although there is room: both outcomes are explored while the budget lasts.
 */
export function fails(k: Kernel, cx: Cx, kind: keyof Budgets): boolean {
  const { watch } = cx.scope;
  if (watch !== undefined) return watch.fails(kind);
  if (k.budgets[kind] === 0 || cx.pick(2) === 0) return false;
  k.budgets[kind] -= 1;
  k.threads[cx.thread].exhausted = true;
  cx.note(() => `${kind} fails`);
  return true;
}

/** An assertion that is passed; consulted, so that a verdict tells it was put to the test. */
export function assertionHolds(cx: Cx, line: number): void {
  cx.check(checks.noAssert, true, line);
}

/** A failed assertion: the kernel stops where it stands. */
export function assertionFails(k: Kernel, cx: Cx, line: number): Control {
  cx.check(checks.noAssert, false, line);
  k.halted = true;
  return stuck;
}
