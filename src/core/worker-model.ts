/**
 * Builds the subject of a search in a worker thread: from its spec, which is plain JSON,
 * and from the module of its system if that is not built in. Works only in compiled code,
 * as Node runs no TypeScript.
 */

import { build, findSystem } from './spec.ts';
import type { ModelFactory } from '../explorer/model-factory.ts';
import type { SearchOptions } from '../explorer/options.ts';
import { systems } from '../systems.ts';
import { originOf } from './origin.ts';
import type { Spec, Subject, System } from '../system.ts';

/** `url`: the module of a system that is not built in. */
export async function buildInWorker(spec: Spec, url?: string): Promise<Subject> {
  const known = url === undefined ? systems : await ownSystems(url);
  return build(findSystem(known, spec.system), spec);
}

/** Files are within reach only of those who need them. */
async function ownSystems(url: string): Promise<readonly System[]> {
  const { systemsAt } = await import('./system-module.ts');
  return systemsAt(url);
}

/** True if a worker thread can build the subjects of this system. */
export function canBuildInWorker(system: System): boolean {
  const isFound = originOf(system) !== undefined || systems.includes(system);
  return import.meta.url.endsWith('.js') && (system.remake !== undefined || isFound);
}

/** The workers of a search: the requested number, or one per core where several may search. */
export function workersFor(
  system: System,
  spec: Spec,
  { workers, strategy = 'bfs', checkModel }: SearchOptions,
  cores: number,
): { readonly workers: number; readonly factory?: ModelFactory } {
  if (!canBuildInWorker(system)) return { workers: workers ?? 1 };
  const several = strategy === 'bfs' && checkModel !== 'all';
  const wanted = workers ?? (several ? cores : 1);
  if (system.remake !== undefined) {
    return wanted === 1 ? { workers: 1 } : { workers: wanted, factory: system.remake(spec) };
  }
  const name = 'buildInWorker' satisfies keyof typeof import('./worker-model.ts');
  const origin = originOf(system);
  const args = origin === undefined ? [spec] : [spec, origin.url];
  return { workers: wanted, factory: { module: import.meta.url, name, args } };
}
