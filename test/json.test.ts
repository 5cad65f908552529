/** JSON with duplicate keys. */

import { expect, test } from 'vitest';

import { InputError } from '../src/errors.ts';
import { parseJson } from '../src/json.ts';

test.each([
  ['{"a": 1,\n "a": 1}', 'x has the field "a" twice in one object, again at line 2, column 2: '],
  [
    '{"a": 1, "b": {"c": "}", "\\u0063" : 2}}',
    '"c" twice in one object, again at line 1, column 26',
  ],
  ['{"a": [{"b": 1}], "a": []}', '"a" twice in one object, again at line 1, column 19'],
  ['[{"__proto__": 1, "__proto__": 1}]', '"__proto__" twice'],
  ['{"\\"": 1, "\\"": 2}', '"\\"" twice'],
])('%s is refused', (text, sentence) => {
  expect(() => parseJson(text, 'x')).toThrow(InputError);
  expect(() => parseJson(text, 'x')).toThrow(sentence);
});

test.each([
  '{"a": {"a": {"a": "a"}}, "b": ["a", "a"]}',
  '[{"a": "b", "b": "a"}, {"a": "{\\"a\\":1,\\"a\\":"}]',
  '"a"',
])('%s is taken', (text) => {
  expect(parseJson(text, 'x')).toEqual(JSON.parse(text));
});
