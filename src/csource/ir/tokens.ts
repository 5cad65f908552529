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

/** Characters that stand for themselves. */
const PUNCT = new Set('=,()[]{}<>*|:'.split(''));

export function tokenize(text: string, file: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  const refuse = (): never => {
    const rest = text.slice(at, at + 20).split('\n')[0]!;
    throw new InputError(
      `${file}: line ${line} of its LLVM IR has no token of ours at ${JSON.stringify(rest)}`,
    );
  };
  const push = (kind: TokenKind, value: string): void => {
    tokens.push({ kind, text: value, line });
  };
  /** A quoted string that begins at `at`; leaves `at` behind it. */
  const quoted = (): string => {
    let value = '';
    let from = ++at;
    for (;;) {
      if (at >= text.length) refuse();
      const c = text[at]!;
      if (c === '"') break;
      if (c === '\\') {
        value += text.slice(from, at);
        if (text[at + 1] === '\\') {
          value += '\\';
          at += 2;
        } else {
          const code = Number.parseInt(text.slice(at + 1, at + 3), 16);
          if (Number.isNaN(code)) refuse();
          value += String.fromCharCode(code);
          at += 3;
        }
        from = at;
        continue;
      }
      if (c === '\n') line++;
      at++;
    }
    value += text.slice(from, at++);
    return value;
  };
  const name = (): string => {
    if (text[at] === '"') return quoted();
    const from = at;
    while (at < text.length && NAME.test(text[at]!)) at++;
    if (from === at) refuse();
    return text.slice(from, at);
  };
  while (at < text.length) {
    const c = text[at]!;
    if (c === '\n') {
      line++;
      at++;
    } else if (SPACE.test(c)) {
      at++;
    } else if (c === ';') {
      while (at < text.length && text[at] !== '\n') at++;
    } else if (c === '%' || c === '@') {
      at++;
      push(c === '%' ? 'local' : 'global', name());
    } else if (c === '!') {
      at++;
      if (text[at] === '"') {
        push('punct', '!');
      } else if (NAME.test(text[at] ?? '') || text[at] === '\\') {
        push('meta', name());
      } else {
        push('punct', '!');
      }
    } else if (c === '#') {
      at++;
      push('hash', name());
    } else if (c === '$' && /["a-zA-Z_.]/.test(text[at + 1] ?? '')) {
      at++;
      push('comdat', name());
    } else if (c === 'c' && text[at + 1] === '"') {
      at++;
      push('bytes', quoted());
    } else if (c === '"') {
      const value = quoted();
      if (text[at] === ':') {
        at++;
        push('label', value);
      } else {
        push('string', value);
      }
    } else if (text.startsWith('...', at)) {
      at += 3;
      push('punct', '...');
    } else if (DIGIT.test(c) || ((c === '-' || c === '+') && DIGIT.test(text[at + 1] ?? ''))) {
      const from = at++;
      while (at < text.length && NAME.test(text[at]!)) at++;
      // The sign of an exponent.
      if (/[eE]$/.test(text.slice(from, at)) && text[at] === '+') {
        at++;
        while (at < text.length && DIGIT.test(text[at]!)) at++;
      }
      const value = text.slice(from, at);
      if (text[at] === ':') {
        at++;
        push('label', value);
      } else if (/^[-+]?\d+$/.test(value)) {
        push('int', value);
      } else if (/^[-+]?\d+\.\d*([eE][-+]?\d+)?$|^0x[KLMHR]?[0-9A-Fa-f]+$/.test(value)) {
        push('float', value);
      } else {
        refuse();
      }
    } else if (WORD.test(c)) {
      const from = at;
      while (at < text.length && NAME.test(text[at]!)) at++;
      const value = text.slice(from, at);
      // `name: "x"` in metadata is a field; `name:` at the beginning of a line is a block.
      if (text[at] === ':' && (from === 0 || text[from - 1] === '\n')) {
        at++;
        push('label', value);
      } else {
        push('word', value);
      }
    } else if (PUNCT.has(c)) {
      at++;
      push('punct', c);
    } else {
      refuse();
    }
  }
  push('end', '');
  return tokens;
}
