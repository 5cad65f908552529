/** Tokens of a script language: words separated by a space, options `key=value` at the end. */

import { InputError } from '../errors.ts';
import { quote, shortName } from '../safe-text.ts';

export class Line {
  readonly text: string;
  private readonly where: string;
  private readonly words: readonly string[];
  private readonly options: ReadonlyMap<string, string>;
  private readonly used = new Set<string>();
  private next = 0;

  constructor(text: string, where: string) {
    this.text = text;
    this.where = where;
    const all = text.trim().split(/\s+/);
    this.words = all.filter((word) => !word.includes('='));
    const pairs = all.filter((word) => word.includes('='));
    this.options = new Map(
      pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    );
    if (this.options.size < pairs.length) this.fail('an option is given twice: give it once');
  }

  fail(problem: string): never {
    throw new InputError(`${shortName(this.where)} (${shortName(this.text)}): ${problem}`);
  }

  /** The next word; fails if there is none. */
  word(what: string): string {
    return this.words[this.next++] ?? this.fail(`${what} is missing`);
  }

  /** The next word if it is this one. */
  skip(word: string): boolean {
    if (this.words[this.next] !== word) return false;
    this.next += 1;
    return true;
  }

  /** A whole number from `least` to `most`. */
  whole(what: string, least: number, most: number): number {
    return this.asWhole(this.word(what), what, least, most);
  }

  /** A number of pages from 0 to `most`, in halves: `1.5` is 3. */
  halves(what: string, most: number): number {
    return this.asHalves(this.word(what), what, most);
  }

  option(key: string): string | undefined {
    this.used.add(key);
    return this.options.get(key);
  }

  wholeOption(key: string, least: number, most: number): number | undefined {
    const text = this.option(key);
    return text === undefined ? undefined : this.asWhole(text, key, least, most);
  }

  halvesOption(key: string, most: number): number | undefined {
    const text = this.option(key);
    return text === undefined ? undefined : this.asHalves(text, key, most);
  }

  /** Fails if words are left. */
  end(): void {
    const word = this.words[this.next];
    if (word !== undefined) this.fail(`${quote(word)} does not belong here`);
    for (const key of this.options.keys()) {
      if (!this.used.has(key)) this.fail(`there is no option ${shortName(key)} here`);
    }
  }

  private asWhole(text: string, what: string, least: number, most: number): number {
    if (!/^-?\d+$/.test(text)) this.fail(`${what} is a whole number, not ${quote(text)}`);
    return this.within(Number(text), text, what, least, most);
  }

  private asHalves(text: string, what: string, most: number): number {
    if (!/^-?\d+(\.0|\.5)?$/.test(text)) {
      this.fail(`${what} is a number of pages or half pages, not ${quote(text)}`);
    }
    return 2 * this.within(Number(text), text, what, 0, most);
  }

  private within(value: number, text: string, what: string, least: number, most: number): number {
    if (value >= least && value <= most) return value;
    return this.fail(`${what}: from ${least} to ${most}, not ${shortName(text)}`);
  }
}
