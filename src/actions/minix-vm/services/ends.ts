/**
 * How VM comes to its end: assertions and panics (util.h), null pointers, requests that never end.
 */

import { assertions, fatal, checks } from '../../../model/minix-vm/step-invariants.ts';
import type { Assertion, Fatal } from '../../../model/minix-vm/step-invariants.ts';
import type { ProcessRef } from '../../../model/minix-vm/scope.ts';
import type { Kernel } from '../../../model/minix-vm/state.ts';
import type { Control } from '../../../machine/vocabulary.ts';
import { stuck } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { event } from './failures.ts';

/** False if VM stops here: then the statement answers `stuck`. */
export function vm_assert(k: Kernel, cx: Cx, name: Assertion, holds: boolean): boolean {
  const mode = cx.scope.options.assert;
  if (holds) {
    cx.check(checks.noAssert, true);
    return true;
  }
  event(cx, () => `assert ${name}`);
  if (mode === 'ignore') return true;
  cx.check(checks.noAssert, false, assertions.indexOf(name));
  if (mode === 'report') return true;
  k.halted = 'assert';
  return false;
}

/** utility.c: does the endpoint name a process? */
export function vm_isokendpt(k: Kernel, process: ProcessRef): boolean {
  return k.processes[process].alive;
}

export function panic(k: Kernel, cx: Cx, where: Fatal): Control {
  cx.check(checks.noPanic, false, fatal.indexOf(where));
  cx.note(() => `panic: ${where}`);
  k.halted = 'panic';
  return stuck;
}

/** A null pointer is followed. */
export function crash(k: Kernel, cx: Cx, where: Fatal): Control {
  cx.check(checks.noCrash, false, 0, fatal.indexOf(where));
  cx.note(() => `crash: ${where}`);
  k.halted = 'crash';
  return stuck;
}

/** The request provably comes back to where it was, with nothing in between that could end it. */
export function hang(k: Kernel, cx: Cx): Control {
  cx.check(checks.requestTerminates, false);
  cx.note(() => 'for ever');
  k.halted = 'hang';
  return stuck;
}
