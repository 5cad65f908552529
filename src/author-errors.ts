/**
 * Whose error is it? What JavaScript throws while the code of a user's model runs (a TypeError in a
 * statement, in an invariant, at a call of a combinator) is an error of that model. Its stack shows
 * that: a file that is neither vmcheck's nor Node's takes part in it.
 */

import { InputError, ModelError, Restart } from './errors.ts';

/** Deep enough to reach a statement of a model through the pieces of vmcheck that it calls. */
const FRAMES = 50;

/** The folder of vmcheck's own code, as a URL. */
const own = /^(.*\/(?:src|dist[^/]*)\/)/.exec(import.meta.url)?.[1] ?? import.meta.url;
/** Libraries that vmcheck calls a model through. */
const libraries = /\/node_modules\/(?:immer|yargs|vitest|@vitest)\//;

/** Lets stacks of errors be deep enough for `authorsError`. */
export function keepDeepStacks(): void {
  Error.stackTraceLimit = Math.max(Error.stackTraceLimit, FRAMES);
}

/**
 * The error as a ModelError with the line of the author's file, and the original as its cause; as
 * it is if it is not an author's, or says already what is wrong.
 */
export function authorsError(error: unknown): unknown {
  if (error instanceof Restart) return error;
  // vmcheck throws errors only.
  if (!(error instanceof Error)) return new ModelError(`it throws ${textOf(error)}`);
  if (error instanceof InputError || error instanceof ModelError) return error;
  const place = firstForeignPlace(error.stack ?? '');
  if (place === undefined) return error;
  return new ModelError(`${error.name}: ${error.message} (${place})`, { cause: error });
}

/** The same, with the name of the system whose model it is about. */
export function authorsErrorIn(system: string, thrown: unknown): unknown {
  const error = authorsError(thrown);
  if (error instanceof ModelError) error.system = system;
  return error;
}

/** What was thrown, as text: it may be anything, even what cannot be made a text. */
export function textOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  } catch {
    return `something that has no text (${typeof thrown})`;
  }
}

/** `my-kernel.js:41`: the innermost place outside of vmcheck. */
function firstForeignPlace(stack: string): string | undefined {
  for (const frame of stack.split('\n')) {
    const [, url, line] = /(file:\/\/[^\s)]+?|\/[^\s():]+):(\d+):\d+\)?$/.exec(frame) ?? [];
    if (url === undefined) continue;
    const whole = url.startsWith('/') ? `file://${url}` : url;
    if (whole.startsWith(own) || libraries.test(whole)) continue;
    return `${decodeURIComponent(/[^/]*$/.exec(url)![0].replace(/\?.*/, ''))}:${line}`;
  }
  return undefined;
}
