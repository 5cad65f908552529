/**
 * Requests that fail although there is room: only by a budget. Where the state itself has no room
 * left, the scenario is too small and says so.
 */

import { InputError } from '../../../errors.ts';
import type { Budgets } from '../../../model/codezero-mm0/scenario.ts';
import type { Kernel } from '../../../model/codezero-mm0/state.ts';
import type { Cx } from '../vocabulary.ts';

/** A request that may fail although there is room: both outcomes are explored. */
export function fails(k: Kernel, cx: Cx, kind: keyof Budgets): boolean {
  const { port } = cx.scope;
  if (port !== undefined) {
    if (!port.fails(kind)) return false;
  } else {
    if (k.budgets[kind] === 0 || cx.pick(2) === 0) return false;
    k.budgets[kind] -= 1;
  }
  const what = {
    alloc: 'a small allocation',
    page: 'a page allocation',
    server: 'the file server',
  };
  cx.note(() => `${what[kind]} fails`);
  return true;
}

export function tooFew(what: string): never {
  throw new InputError(`scenario: bounds.${what}: more are needed; raise it`);
}
