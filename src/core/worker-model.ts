/**
 * How another thread makes the subject of a search again: from its spec, which is plain JSON. Only
 * systems of the table can be found there, and only by compiled code, as Node runs no TypeScript.
 */

import { build, findSystem } from './spec.ts';
import { InputError } from '../errors.ts';
import type { ModelFactory, SearchOptions } from '../explorer/options.ts';
import { systems } from '../systems.ts';
import type { Spec, Subject, System } from '../system.ts';

export function buildInWorker(spec: Spec): Subject {
  return build(findSystem(systems, spec.system), spec);
}

/** The workers that a search may have: as many as asked for, or as there are cores. */
export function workersFor(
  system: System,
  spec: Spec,
  { workers, strategy = 'bfs' }: SearchOptions,
  cores: number,
): { readonly workers: number; readonly factory?: ModelFactory } {
  const url = import.meta.url;
  const usual = strategy === 'bfs' ? cores : 1;
  if (url.endsWith('.js') && system.remake !== undefined) {
    const wanted = workers ?? usual;
    return wanted === 1 ? { workers: 1 } : { workers: wanted, factory: system.remake(spec) };
  }
  if (!url.endsWith('.js') || !systems.includes(system)) {
    if ((workers ?? 1) === 1) return { workers: 1 };
    throw new InputError(`--workers ${workers}: worker threads cannot build ${system.name}`);
  }
  const name = 'buildInWorker' satisfies keyof typeof import('./worker-model.ts');
  return { workers: workers ?? usual, factory: { module: url, name, args: [spec] } };
}
