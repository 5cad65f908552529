/**
 * Builds the subject of a search in a worker thread, from its spec, which is plain JSON. This works
 * only for systems of the table and only in compiled code, because Node does not run TypeScript.
 */

import { build, findSystem } from './spec.ts';
import type { ModelFactory } from '../explorer/model-factory.ts';
import type { SearchOptions } from '../explorer/options.ts';
import { systems } from '../systems.ts';
import type { Spec, Subject, System } from '../system.ts';

export function buildInWorker(spec: Spec): Subject {
  return build(findSystem(systems, spec.system), spec);
}

/** True if a worker thread can build the subjects of this system. */
export function canBuildInWorker(system: System): boolean {
  const isKnown = system.remake !== undefined || systems.includes(system);
  return import.meta.url.endsWith('.js') && isKnown;
}

/** The workers of a search: the requested number, or one per core. */
export function workersFor(
  system: System,
  spec: Spec,
  { workers, strategy = 'bfs' }: SearchOptions,
  cores: number,
): { readonly workers: number; readonly factory?: ModelFactory } {
  if (!canBuildInWorker(system)) return { workers: workers ?? 1 };
  const wanted = workers ?? (strategy === 'bfs' ? cores : 1);
  if (system.remake !== undefined) {
    return wanted === 1 ? { workers: 1 } : { workers: wanted, factory: system.remake(spec) };
  }
  const name = 'buildInWorker' satisfies keyof typeof import('./worker-model.ts');
  return { workers: wanted, factory: { module: import.meta.url, name, args: [spec] } };
}
