/** Which processes map a frame, and which frames are used. */

import type { FrameRef, Scope } from '../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';

/** Bit p: process p maps the frame, in any of its copies. */
export function mappers(k: Kernel, s: Scope, f: FrameRef): number {
  let found = 0;
  for (const c of s.copy.all) {
    const { gpt } = k.copies[c];
    for (const n of s.page.all) if (gpt[n].frame === f) found |= 1 << s.copies[c].process;
  }
  return found;
}

export function count(bits: number): number {
  let n = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) n += 1;
  return n;
}

export function processes(s: Scope, bits: number): string {
  const names = s.process.all.filter((p) => (bits & (1 << p)) !== 0).map((p) => s.processNames[p]);
  return names.length === 0 ? 'no process' : names.join(' and ');
}

export function anyUsed(k: Kernel, s: Scope): boolean {
  for (const f of s.frame.all) if (!k.frames[f].free) return true;
  return false;
}

/** Some entry maps a frame. */
export function anyMapped(k: Kernel, s: Scope): boolean {
  for (const c of s.copy.all) {
    const { gpt } = k.copies[c];
    for (const n of s.page.all) if (gpt[n].frame !== null) return true;
  }
  return false;
}

/** Used frames that were allocated for user memory. */
export function isUser(k: Kernel, f: FrameRef): boolean {
  return !k.frames[f].free && k.frames[f].owner === 'user';
}
