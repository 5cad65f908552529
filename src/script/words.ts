/** Pieces of a script language: words separated by a space, options `key=value` at the end. */

import { InputError } from '../errors.ts';

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
  }

  fail(problem: string): never {
    throw new InputError(`${this.where} (${this.text}): ${problem}`);
  }

  /** The next word; fails where there is none. */
  word(what: string): string {
    return this.words[this.next++] ?? this.fail(`${what} is missing`);
  }

  /** The next word if it is this one. */
  skip(word: string): boolean {
    if (this.words[this.next] !== word) return false;
    this.next += 1;
    return true;
  }

  whole(what: string): number {
    return this.asWhole(this.word(what), what);
  }

  /** A number in halves: `1.5` is 3. */
  halves(what: string): number {
    return this.asHalves(this.word(what), what);
  }

  option(key: string): string | undefined {
    this.used.add(key);
    return this.options.get(key);
  }

  wholeOption(key: string): number | undefined {
    const text = this.option(key);
    return text === undefined ? undefined : this.asWhole(text, key);
  }

  halvesOption(key: string): number | undefined {
    const text = this.option(key);
    return text === undefined ? undefined : this.asHalves(text, key);
  }

  /** Nothing may be left over. */
  end(): void {
    const word = this.words[this.next];
    if (word !== undefined) this.fail(`${JSON.stringify(word)} does not belong here`);
    for (const key of this.options.keys()) {
      if (!this.used.has(key)) this.fail(`there is no option ${key} here`);
    }
  }

  asWhole(text: string, what: string): number {
    if (!/^-?\d+$/.test(text)) this.fail(`${what} is a whole number, not ${JSON.stringify(text)}`);
    return Number(text);
  }

  private asHalves(text: string, what: string): number {
    if (!/^-?\d+(\.0|\.5)?$/.test(text)) {
      this.fail(`${what} is a number of pages or half pages, not ${JSON.stringify(text)}`);
    }
    return 2 * Number(text);
  }
}
