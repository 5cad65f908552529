import fc from 'fast-check';
import { expect, test } from 'vitest';

import { InputError } from '../src/errors.ts';
import * as safe from '../src/safe-text.ts';
import { hostile, unsafe } from './hostile.ts';

test('unsafe characters are shown as escapes', () => {
  expect(safe.oneLine('a\u001b[31mb\nc\u009b\u202e\u{e0041}')).toBe(
    'a\\u001b[31mb\\nc\\u009b\\u202e\\udb40\\udc41',
  );
  expect(safe.terminalText('\u001b[31mred\u001b[39m\n\u001b[2J\r\u001b[K')).toBe(
    '\u001b[31mred\u001b[39m\n\\u001b[2J\r\u001b[K',
  );
});

test('quotations are at most 80 characters, the middle cut', () => {
  expect(safe.quote({ a: [1, 'x\n'] })).toBe('{"a":[1,"x\\n"]}');
  expect(safe.quote('a'.repeat(1e6))).toBe(`"${'a'.repeat(38)} … ${'a'.repeat(37)}"`);
  expect(safe.quote(undefined)).toBe('undefined');
});

test('a quotation of anything is short and safe', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), hostile), (value) => {
      const text = safe.quote(value);
      expect(text.length).toBeLessThanOrEqual(80);
      expect(safe.oneLine(text)).toBe(text);
      expect(text).not.toContain('[object');
    }),
  );
});

test('values of any depth and length are quoted at once', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = i % 2 === 0 ? [deep] : { a: deep };
  expect(safe.quote(deep).length).toBeLessThanOrEqual(80);
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  expect(safe.quote(cyclic)).toMatch(/^\[\[+.*\]$/);
  expect(safe.quote(new Array(1e6).fill('x')).length).toBeLessThanOrEqual(80);
});

test('the message of an input error is one short line', () => {
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 40 }), (words) => {
      const { message } = new InputError(words.join(''));
      expect(unsafe.test(message) || message.includes('\n')).toBe(false);
      expect(message.length).toBeLessThanOrEqual(2000);
      expect(new InputError(message).message).toBe(message);
    }),
  );
  expect(new InputError('x'.repeat(1e6)).message).toHaveLength(255);
  expect(new InputError('two words '.repeat(1e5)).message).toHaveLength(2000);
});

test('JSON stays the same value, and has nothing unsafe in it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), hostile, (value, name) => {
      const text = safe.jsonText({ value, name }, 2);
      expect(unsafe.test(text)).toBe(false);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify({ value, name })));
    }),
  );
});

test('code in Markdown is one span, and ends no cell', () => {
  expect(safe.markdownCode('n = refs')).toBe('`n = refs`');
  expect(safe.markdownCode('a |= b')).toBe('`a \\|= b`');
  expect(safe.markdownCode('a\\|b`')).toBe('<code>a&#92;&#124;b&#96;</code>');
  expect(safe.markdownBlock(['a', '````'])).toEqual(['`````', 'a', '````', '`````']);
});

test('no keyword, comment or end of a message is left in text for Mermaid', () => {
  expect(safe.mermaidText('end;%%{x}#')).toBe('#101;nd#59;#37;#37;#123;x#125;#35;');
});
