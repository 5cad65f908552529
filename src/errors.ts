/** Three kinds of error, three types: whose turn is it to act? */

import { sentence } from './safe-text.ts';

/**
 * The input is wrong (a file, an option, a scenario): the user mends it. Exit code 64. Its message
 * is one short sentence, whatever the names in it are.
 */
export class InputError extends Error {
  override readonly name = 'InputError';

  constructor(message: string) {
    super(sentence(message));
  }
}

/**
 * A model is wrong (a value out of its declared range, a step that writes and then
 * waits, a violation that does not come about when its steps run one by one): its
 * author mends it. Exit code 65.
 */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  /** The steps that lead to where the model goes wrong, one a line, if they are known. */
  trace: readonly string[] = [];
}
