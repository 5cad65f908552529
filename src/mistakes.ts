/**
 * What is wrong in a file or a value from outside: all of it at once, each with its path. A caller
 * that has the text it was read from can give the line and the column.
 */

import { InputError } from './errors.ts';
import { type Place, placeOf } from './json.ts';
import { quote, sentence, shortName } from './safe-text.ts';

/** The way to a place in a JSON value: names of fields, and indexes from 0. */
export type Path = readonly (string | number)[];

/** One mistake, and where it is. */
export interface Mistake {
  readonly path: Path;
  /** Without the path: `expected a whole number from 1 to 8, found 9`. */
  readonly sentence: string;
  /** True if it is the name of the field that is wrong, not its value. */
  readonly ofName?: true;
  /** True if the sentence has the path in it. */
  readonly saysPath?: true;
}

/** `expected a whole number from 1 to 8, found 9`. */
export function expected(what: string, found: unknown): string {
  return `expected ${what}, found ${found === undefined ? 'nothing' : quote(found)}`;
}

/** A file as messages name it, and its text, which is JSON. */
export interface Source {
  readonly shown: string;
  readonly text: string;
}

type Some = readonly [Mistake, ...Mistake[]];

/** How many mistakes are told. */
const MOST_TOLD = 10;

/** How many mistakes of a file are put in the order of its lines. */
const MOST_SORTED = 100;

/** The input is wrong in one place or several. Its message is about the first. */
export class Mistakes extends InputError {
  readonly mistakes: Some;
  /** The message if there is only one mistake; otherwise a headline, and a line for each. */
  readonly report: string;

  /** `where` is what is read, with the place in it of a mistake. */
  constructor(
    mistakes: Some,
    subject = 'scenario',
    where: (mistake: Mistake) => string = () => subject,
  ) {
    const line = (mistake: Mistake): string => `${where(mistake)}: ${told(mistake)}`;
    const others = mistakes.length - 1;
    const more = `(and ${others} more ${others === 1 ? 'mistake' : 'mistakes'})`;
    super(line(mistakes[0]) + (others === 0 ? '' : ` ${more}`));
    this.mistakes = mistakes;
    const lines = mistakes.slice(0, MOST_TOLD).map((mistake) => sentence(line(mistake)));
    const left = mistakes.length - MOST_TOLD;
    if (left > 0) lines.push(`… and ${left} more`);
    const headline = sentence(`${subject} has ${mistakes.length} mistakes:`);
    this.report = others === 0 ? this.message : [headline, ...lines].join('\n  ');
  }

  /**
   * The same with the line and the column of each in the file that was read. `outside` is the path
   * of the value in the file, and `where` is where the file was named.
   */
  in({ shown, text }: Source, outside: Path = [], where = ''): Mistakes {
    const found = this.mistakes.map((mistake) => ({
      ...mistake,
      path: [...outside, ...mistake.path],
    }));
    const places = new Map<Mistake, Place>();
    for (const mistake of found.slice(0, MOST_SORTED)) {
      places.set(mistake, placeOf(text, mistake.path, mistake.ofName));
    }
    const at = (mistake: Mistake): Place => places.get(mistake) ?? { line: Infinity, column: 0 };
    const [first, ...others] = found.sort(
      (a, b) => at(a).line - at(b).line || at(a).column - at(b).column,
    );
    const file = where + shown;
    return new Mistakes([first, ...others], file, (mistake) => {
      const { line, column } = at(mistake);
      return `${file}:${line}:${column}`;
    });
  }
}

function told({ path, sentence: text, saysPath }: Mistake): string {
  return path.length === 0 || saysPath ? text : `${pathText(path)}: ${text}`;
}

/** `threads[0].program[1].page`. */
export function pathText(path: Path): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${shortName(key)}`))
    .join('')
    .replace(/^\./, '');
}
