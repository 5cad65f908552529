/**
 * Tokens of textual LLVM IR. Every character is part of a token or of a comment: what this does not
 * know is refused with its place, never skipped.
 */

import { InputError } from '../../errors.ts';

type TokenKind =
  /** `%x`, `@x`: without the mark, quotes resolved. */
  | 'local'
  | 'global'
  /** `!12`, `!dbg`, `!DILocation`: without the mark. */
  | 'meta'
  /** `#0` (an attribute group) and `#dbg_declare`: without the mark. */
  | 'hash'
  /** `$name` */
  | 'comdat'
  /** Keywords, types, labels' names. */
  | 'word'
  /** A whole number, as written. */
  | 'int'
  /** `1.0e+00`, `0x3FF0000000000000`, `0xK...`: as written. */
  | 'float'
  /** `"text"` and `c"text"`, escapes resolved, one character a byte. */
  | 'string'
  | 'bytes'
  /** `name:` or `12:` or `"name":` at the beginning of a block. */
  | 'label'
  | 'punct'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Line of the IR, for messages. */
  readonly line: number;
}

const SPACE = /[ \t\r]/;
const NAME = /[-a-zA-Z$._0-9]/;
const WORD = /[a-zA-Z_$.]/;
const DIGIT = /[0-9]/;
const COMDAT = /["a-zA-Z_.]/;
const INT = /^[-+]?\d+$/;
const FLOAT = /^[-+]?\d+\.\d*([eE][-+]?\d+)?$|^0x[KLMHR]?[0-9A-Fa-f]+$/;

/** Characters that stand for themselves. */
const PUNCT = new Set('=,()[]{}<>*|:'.split(''));

export function tokenize(text: string, file: string): Token[] {
  return new Tokenizer(text, file).tokenize();
}

class Tokenizer {
  private readonly text: string;
  private readonly file: string;
  private readonly tokens: Token[] = [];
  private at = 0;
  private line = 1;

  constructor(text: string, file: string) {
    this.text = text;
    this.file = file;
  }

  tokenize(): Token[] {
    const { text } = this;
    while (this.at < text.length) {
      const c = text[this.at];
      if (c === '\n') {
        this.line++;
        this.at++;
      } else if (SPACE.test(c)) {
        this.at++;
      } else if (c === ';') {
        while (this.at < text.length && text[this.at] !== '\n') this.at++;
      } else {
        this.token(c);
      }
    }
    this.push('end', '');
    return this.tokens;
  }

  private token(c: string): void {
    const { text, at } = this;
    const after = text.at(at + 1) ?? '';
    if (c === '%' || c === '@') this.marked(c === '%' ? 'local' : 'global');
    else if (c === '!') this.metadata(after);
    else if (c === '#') this.marked('hash');
    else if (c === '$' && COMDAT.test(after)) this.marked('comdat');
    else if (c === 'c' && after === '"') {
      this.at++;
      this.push('bytes', this.quoted());
    } else if (c === '"') this.labelOr('string', this.quoted());
    else if (text.startsWith('...', at)) {
      this.at += 3;
      this.push('punct', '...');
    } else if (DIGIT.test(c) || ((c === '-' || c === '+') && DIGIT.test(after))) this.number();
    else if (WORD.test(c)) this.word();
    else if (PUNCT.has(c)) {
      this.at++;
      this.push('punct', c);
    } else this.refuse();
  }

  private refuse(): never {
    const rest = this.text.slice(this.at, this.at + 20).split('\n')[0];
    throw new InputError(
      `${this.file}: line ${this.line} of its LLVM IR has no token of ours at ` +
        JSON.stringify(rest),
    );
  }

  private push(kind: TokenKind, text: string): void {
    this.tokens.push({ kind, text, line: this.line });
  }

  /** A name behind a mark of one character. */
  private marked(kind: TokenKind): void {
    this.at++;
    this.push(kind, this.name());
  }

  /** A name behind `!`, or the mark alone. */
  private metadata(after: string): void {
    if (NAME.test(after) || after === '\\') return this.marked('meta');
    this.at++;
    this.push('punct', '!');
  }

  /** A label if a colon follows. */
  private labelOr(kind: TokenKind, value: string): void {
    if (this.text[this.at] !== ':') return this.push(kind, value);
    this.at++;
    this.push('label', value);
  }

  private number(): void {
    const from = this.at++;
    this.skip(NAME);
    // The sign of an exponent.
    if (/[eE]$/.test(this.text.slice(from, this.at)) && this.text[this.at] === '+') {
      this.at++;
      this.skip(DIGIT);
    }
    const value = this.text.slice(from, this.at);
    if (this.text[this.at] === ':') this.labelOr('int', value);
    else if (INT.test(value)) this.push('int', value);
    else if (FLOAT.test(value)) this.push('float', value);
    else this.refuse();
  }

  private word(): void {
    const { text, at: from } = this;
    this.skip(NAME);
    const value = text.slice(from, this.at);
    // `name: "x"` in metadata is a field; `name:` at the beginning of a line is a block.
    if (from === 0 || text[from - 1] === '\n') this.labelOr('word', value);
    else this.push('word', value);
  }

  private skip(characters: RegExp): void {
    while (this.at < this.text.length && characters.test(this.text[this.at])) this.at++;
  }

  private name(): string {
    if (this.text[this.at] === '"') return this.quoted();
    const from = this.at;
    this.skip(NAME);
    if (from === this.at) this.refuse();
    return this.text.slice(from, this.at);
  }

  /** A quoted string that begins here; leaves the place behind it. */
  private quoted(): string {
    const { text } = this;
    let value = '';
    let from = ++this.at;
    for (;;) {
      if (this.at >= text.length) this.refuse();
      const c = text[this.at];
      if (c === '"') break;
      if (c === '\\') {
        value += text.slice(from, this.at) + this.escaped();
        from = this.at;
        continue;
      }
      if (c === '\n') this.line++;
      this.at++;
    }
    value += text.slice(from, this.at++);
    return value;
  }

  /** `\\`, or a backslash and the two digits of a byte. */
  private escaped(): string {
    const { text, at } = this;
    if (text[at + 1] === '\\') {
      this.at += 2;
      return '\\';
    }
    const code = Number.parseInt(text.slice(at + 1, at + 3), 16);
    if (Number.isNaN(code)) this.refuse();
    this.at += 3;
    return String.fromCharCode(code);
  }
}
