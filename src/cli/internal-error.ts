/** An error that is not the user's, as text for standard error. */

import { ModelError } from '../errors.ts';
import { cut, sentence } from '../safe-text.ts';

/** Most characters of a stack trace that are printed. */
const LONGEST_STACK = 8000;

/** Most steps of a trace that are printed: those before them are left out. */
const MOST_STEPS = 100;

/**
 * A model that is wrong is its author's to mend: where, and how one gets there. Of an error of
 * vmcheck itself, the stack, which a report of it needs.
 */
export function internalError(error: unknown): string {
  if (error instanceof ModelError) return modelError(error);
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const headline =
    'vmcheck: internal error: this is a bug in vmcheck, please report it with the text below';
  return `${headline}\n${cut(stack, LONGEST_STACK)}\n`;
}

function modelError({ message, trace }: ModelError): string {
  const steps = trace.slice(-MOST_STEPS).map((step) => `  ${sentence(step)}`);
  if (steps.length < trace.length) steps.unshift('  ...');
  return [`vmcheck: the model is wrong: ${sentence(message)}`, ...steps, ''].join('\n');
}
