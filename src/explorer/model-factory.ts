/**
 * How a model is made again in another thread: functions cannot be sent, but a module can be named.
 */

import type { Model } from './model.ts';

/**
 * A function that makes, or promises, the same model every time, in whatever thread it is called.
 */
export interface ModelFactory {
  /** URL of a compiled module, such as its `import.meta.url`. */
  readonly module: string;
  /** Name under which the module exports the function. */
  readonly name: string;
  /** Arguments of the function: plain values, as they have to travel. */
  readonly args: readonly unknown[];
}

type Make = (...args: readonly unknown[]) => Model | Promise<Model>;

export async function makeModel({ module, name, args }: ModelFactory): Promise<Model> {
  const exported = (await import(module)) as Record<string, Make>;
  return exported[name](...args);
}
