/** Kinds of error, one type for each: they determine who has to act. */

import { sentence } from './safe-text.ts';

/**
 * The input is wrong (a file, an option, a scenario), and the user can correct it. Exit code 64.
 * Its message is one short sentence, whatever names it contains.
 */
export class InputError extends Error {
  override readonly name = 'InputError';

  constructor(message: string) {
    super(sentence(message));
  }
}

/**
 * A model is wrong (a value out of its declared range, a step that writes and then waits, a
 * violation that does not replay), and its author can correct it. Exit code 65.
 */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  /** The steps that lead to the error, one per line, if they are known. */
  trace: readonly string[] = [];
  /** Name of the system, if it is known. */
  system: string | undefined;
}

/**
 * Nothing is wrong: a search or a build has to start over, knowing more. It is for other parts of
 * vmcheck and never reaches a user.
 */
export abstract class Restart extends Error {}
