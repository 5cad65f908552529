/** Formats an error in a model or in vmcheck for standard error. */

import { textOf } from '../author-errors.ts';
import { ModelError } from '../errors.ts';
import { cut, sentence } from '../safe-text.ts';

/** The maximum number of characters printed of a stack trace. */
const LONGEST_STACK = 8000;

/** The maximum number of steps printed of a trace; earlier ones are omitted. */
const MOST_STEPS = 100;

/**
 * For a wrong model, prints the place and the steps that lead there, which its author needs, and
 * with `verbose` the stack. For an error in vmcheck, prints the stack, which a bug report needs.
 */
export function internalError(error: unknown, verbose = false): string {
  if (error instanceof ModelError) return modelError(error) + (verbose ? stackOf(error) : '');
  const headline =
    'vmcheck: internal error: this is a bug in vmcheck, please report it with the text below';
  return `${headline}\n${stackOf(error)}`;
}

/** The stack of what was thrown first. */
function stackOf(error: unknown): string {
  const cause = error instanceof ModelError ? (error.cause ?? error) : error;
  return `${cut(textOf(cause), LONGEST_STACK)}\n`;
}

function modelError({ message, trace, system }: ModelError): string {
  const steps = trace.slice(-MOST_STEPS).map((step) => `  ${sentence(step)}`);
  if (steps.length < trace.length) steps.unshift('  ...');
  if (steps.length > 0) steps.unshift('  after this trace:');
  const model = system === undefined ? 'the model' : `the model ${system}`;
  return [`vmcheck: ${model} is wrong: ${sentence(message)}`, ...steps, ''].join('\n');
}
