/** Where systems come from that are not built in; by what `system-module.ts` has loaded. */

import type { System } from '../system.ts';

export interface Origin {
  /** The module, for another thread to import. */
  readonly url: string;
  /** The package that it was named by; undefined if it was named as a file. */
  readonly packageName: string | undefined;
}

const origins = new WeakMap<System, Origin>();

/** Undefined for a system that is built in. */
export function originOf(system: System): Origin | undefined {
  return origins.get(system);
}

export function setOrigin(system: System, origin: Origin): void {
  origins.set(system, origin);
}
