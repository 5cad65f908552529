/** An error that is not the user's, as text for standard error. */

import { ModelError } from '../errors.ts';
import { cut } from '../safe-text.ts';

/** Most characters of a stack trace that are printed. */
const LONGEST_STACK = 8000;

/** Whose it is, and the stack, which a report of it needs. */
export function internalError(error: unknown): string {
  const whose = error instanceof ModelError ? 'a bug in a model of vmcheck' : 'a bug of vmcheck';
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const told = `vmcheck: internal error: this is ${whose}, please report it with what follows`;
  return `${told}\n${cut(stack, LONGEST_STACK)}\n`;
}
