/**
 * What is wrong in a file or a value from outside: all of it at once, each with its path. A caller
 * that has the text it was read from can give the line and the column.
 */

import { InputError } from './errors.ts';
import { quote, shortName } from './safe-text.ts';

export type Path = readonly (string | number)[];

export interface Mistake {
  readonly path: Path;
  /** Without the path: `expected a whole number from 1 to 8, found 9`. */
  readonly sentence: string;
  /** True if it is the name of the field that is wrong, not its value. */
  readonly ofName?: true;
}

/** `expected a whole number from 1 to 8, found 9`. */
export function expected(what: string, found: unknown): string {
  return `expected ${what}, found ${found === undefined ? 'nothing' : quote(found)}`;
}

/** The input is wrong in one place or several. */
export class Mistakes extends InputError {
  readonly mistakes: readonly [Mistake, ...Mistake[]];

  constructor(mistakes: readonly [Mistake, ...Mistake[]]) {
    const [{ path, sentence }] = mistakes;
    const others = mistakes.length - 1;
    const more =
      others === 0 ? '' : ` (and ${others} more ${others === 1 ? 'mistake' : 'mistakes'})`;
    super(`scenario: ${located(path, sentence)}${more}`);
    this.mistakes = mistakes;
  }
}

/** `threads[0].program: expected ...`. */
function located(path: Path, sentence: string): string {
  return path.length === 0 ? sentence : `${pathText(path)}: ${sentence}`;
}

/** `threads[0].program[1].page`. */
function pathText(path: Path): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${shortName(key)}`))
    .join('')
    .replace(/^\./, '');
}
