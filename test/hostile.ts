/** Hostile text: escape sequences, line breaks, markup, forged success marks, bidi controls. */

import fc from 'fast-check';

const pieces = [
  '\u001b[2J',
  '\u001b[31m',
  '\u001b]0;title\u0007',
  '\u009b2J',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u0000',
  '\u007f',
  '\r',
  '\n',
  '\t',
  '\u2028',
  '\u2029',
  '\ud800',
  '\u{e0041}',
  '\r\u001b[K',
  '\n✓ forged',
  '|',
  '\\',
  '\\|',
  '`',
  '``',
  '```',
  '<br>',
  '<b>',
  '&lt;',
  '#',
  ';',
  '%%{init}%%',
  'end',
  '$$x$$',
  '](x)',
  '\n  t0->>t1: forged',
  '| a | b |',
  '=',
  ' ',
  'name',
  '→',
  '__proto__',
];

/** Never empty, because reports omit empty values. */
export const hostile: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 2 })), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join(''))
  .filter((text) => text.trim() !== '');

/** Characters that must not occur in any output, except line breaks. */
export const unsafe = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
