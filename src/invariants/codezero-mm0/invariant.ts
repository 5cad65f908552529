/** What an invariant of states is; all of them are silent once the system has halted. */

import type { ObjectRef, Scope } from '../../model/codezero-mm0/scope.ts';
import { DEVZERO } from '../../model/codezero-mm0/state.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import { isShadow } from '../../model/codezero-mm0/view.ts';
import type { InvariantInfo } from '../../system.ts';

export interface Invariant extends InvariantInfo {
  /** Does it say something about this state? */
  applies(k: Kernel, s: Scope): boolean;
  /** The violation in a sentence; undefined, with nothing allocated, while it holds. */
  violation(k: Kernel, s: Scope): string | undefined;
}

export const between = 'in every state between requests';

/** `file f`, `segment s`, `devzero`, `shadow 3`: how sentences and traces call an object. */
export function objectName(k: Kernel, s: Scope, object: ObjectRef): string {
  if (object === DEVZERO) return 'devzero';
  const { file } = k.objects[object];
  if (isShadow(k, object) || file === null) return `shadow ${object}`;
  return `${s.groups[k.files[file].group].name}(${object})`;
}

/** An object other than devzero is there. */
export function someObject(k: Kernel, s: Scope): boolean {
  for (const o of s.object.all) if (o !== DEVZERO && k.objects[o].live) return true;
  return false;
}

export function someShadow(k: Kernel, s: Scope): boolean {
  for (const o of s.object.all) if (k.objects[o].live && isShadow(k, o)) return true;
  return false;
}

export function someArea(k: Kernel, s: Scope): boolean {
  for (const v of s.vma.all) if (k.vmas[v].live) return true;
  return false;
}

export function someEntry(k: Kernel, s: Scope): boolean {
  for (const a of s.space.all) {
    for (const p of s.page.all) if (k.spaces[a].ptes[p].frame !== null) return true;
  }
  return false;
}

/** Is there a violation for one of the live objects? */
export function eachObject(
  k: Kernel,
  s: Scope,
  violation: (object: ObjectRef) => string | undefined,
): string | undefined {
  for (const o of s.object.all) {
    if (!k.objects[o].live) continue;
    const found = violation(o);
    if (found !== undefined) return found;
  }
  return undefined;
}
