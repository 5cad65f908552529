/** Calls that fail although there is room, and what traces and scripts report of calls. */

import type { Kernel } from '../../../model/minix-vm/state.ts';
import type { Cx } from '../vocabulary.ts';

/** Something that a trace, or the events of a script, report. */
export function event(cx: Cx, text: () => string): void {
  cx.scope.script?.events.push(text());
  cx.note(text);
}

/**
 * May the call at failure point `point` fail although there is room? Every answer is explored while
 * the budget lasts; `object` is a slab object, which a persistent failure refuses from then on.
 */
export function fails(k: Kernel, cx: Cx, point: () => string, object: boolean): boolean {
  const { script, scenario } = cx.scope;
  if (script !== undefined) {
    const before = script.reached;
    const failed = script.fails(point(), object);
    if (failed && !before) event(cx, () => `fail ${point()}`);
    if (failed) noteFailure(k);
    if (script.tries > 400) k.halted = 'hang';
    if (script.failing) k.request.persistent = true;
    return failed;
  }
  if (object && k.request.persistent) {
    event(cx, () => `fail ${point()} again`);
    return true;
  }
  if (k.failures === 0 || k.request.failed >= scenario.failuresPerRequest) return false;
  const answer = cx.pick(object && scenario.persistent ? 3 : 2);
  if (answer === 0) return false;
  k.failures -= 1;
  noteFailure(k);
  if (answer === 2) k.request.persistent = true;
  event(cx, () => `fail ${point()}${answer === 2 ? ', and all later ones' : ''}`);
  return true;
}

/** An allocation of the request under way has failed, on purpose or for lack of room. */
export function noteFailure(k: Kernel): void {
  if (k.request.failed < 7) k.request.failed += 1;
}
