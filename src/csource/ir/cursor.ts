/** Goes over the tokens of a file, one by one, and refuses what stands where it must not. */

import { InputError } from '../../errors.ts';
import type { Token } from './tokens.ts';

export class Cursor {
  readonly file: string;
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(tokens: readonly Token[], file: string) {
    this.tokens = tokens;
    this.file = file;
  }

  /** The token that comes next. */
  get token(): Token {
    return this.tokens[this.at];
  }

  /** A later one; at the end, the end. */
  peek(ahead = 1): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)];
  }

  fail(what: string): never {
    throw new InputError(
      `${this.file}: ${what} (line ${this.token.line} of its LLVM IR, at ` +
        `${JSON.stringify(this.token.text)})`,
    );
  }

  /** Fails at the token before. */
  failBefore(what: string): never {
    this.at--;
    return this.fail(what);
  }

  next(): Token {
    return this.tokens[this.at++];
  }

  skip(count = 1): void {
    this.at += count;
  }

  isPunct(text: string): boolean {
    return this.token.kind === 'punct' && this.token.text === text;
  }

  isWord(text: string): boolean {
    return this.token.kind === 'word' && this.token.text === text;
  }

  /** Is the next token a word of a vocabulary? */
  isWordOf(words: ReadonlySet<string>): boolean {
    return this.token.kind === 'word' && words.has(this.token.text);
  }

  skipWordsOf(words: ReadonlySet<string>): void {
    while (this.isWordOf(words)) this.at++;
  }

  /** Passes over a token with this text if it comes next. */
  take(text: string): boolean {
    const { kind } = this.token;
    if ((kind !== 'punct' && kind !== 'word') || this.token.text !== text) return false;
    this.at++;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) this.fail(`expected ${text}`);
  }

  /** The text of a token that has to be of a kind. */
  kind(kind: Token['kind']): string {
    if (this.token.kind !== kind) this.fail(`expected ${kind}`);
    return this.next().text;
  }

  number(): number {
    return Number(this.kind('int'));
  }

  /** What stands between here and a closing bracket, with commas between. */
  list<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.take(close)) {
      items.push(item());
      this.take(',');
    }
    return items;
  }

  /** Passes over a group in brackets. */
  group(open: string, close: string): void {
    this.expect(open);
    this.rest(open, close);
  }

  /** The same behind the bracket that opens it. */
  rest(open: string, close: string): void {
    for (let depth = 1; depth > 0;) {
      if (this.token.kind === 'end') this.fail(`expected ${close}`);
      if (this.isPunct(open)) depth++;
      if (this.isPunct(close)) depth--;
      this.at++;
    }
  }

  /** Passes over a group in parentheses if one begins here. */
  skipParentheses(): void {
    if (this.isPunct('(')) this.group('(', ')');
  }
}
