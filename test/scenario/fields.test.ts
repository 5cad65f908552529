/** Fields of a scenario: what they are read as, what they refuse, and what editors are told. */

import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, expectTypeOf, test } from 'vitest';

import { ModelError } from '../../src/errors.ts';
import { Mistakes } from '../../src/mistakes.ts';
import * as field from '../../src/scenario/fields.ts';
import { scenarioForm } from '../../src/scenario/form.ts';
import { undescribed } from '../schemas.ts';

const page = field.within(field.whole(0, 7, 'A page.'), (all) => [0, all('pages') - 1]);

const step = field.command(
  {
    write: field.object({ page, value: field.oneOf([1, 2], 'What.') }, 'Writes.'),
    map: field.tagged(
      'of',
      {
        memory: field.object({ pages: field.halves(0.5, 8, 'How many.') }, 'Memory.'),
        file: field.object({ file: field.nameIn('files', 'Which.') }, 'A file.'),
      },
      'Maps.',
    ),
    exit: {},
  },
  'A step.',
);

const form = scenarioForm(
  'toy',
  {
    pages: field.whole(1, 8, 'Pages.'),
    most: field.derived(
      field.whole(1, 9, 'As many as pages if left out.'),
      ({ pages }: { readonly pages: number }): number => pages,
    ),
    files: field.optional(
      field.named(
        field.list(
          field.object({ name: field.text('Its name.'), big: field.flag('Is it big?') }, ''),
          [0, 3],
          'Files.',
        ),
      ),
      [],
    ),
    cores: field.distinct(field.list(field.whole(0, 3, 'A core.'), [1, 4], 'Cores.')),
    program: field.list(
      field.oneOrSeveral(field.defined('step', step), [1, 2]),
      [0, 4],
      'Steps in order.',
    ),
    fast: field.settings({ reads: field.optional(field.truth('Reads.'), true) }, 'What is fast.'),
    one: field.optional(field.nameIn('files', 'A big file.', 'big')),
  },
  ({ cores, pages }, complain) => {
    if (cores.length > pages) complain(['cores'], 'more cores than pages');
  },
);

const least = { name: 'x', pages: 2, cores: [0], program: [] };

/** What is wrong in it: each place, and the sentence. */
function mistakes(changes: object): string[] {
  try {
    form.parse({ ...least, ...changes });
  } catch (error) {
    if (!(error instanceof Mistakes)) throw error;
    return error.mistakes.map(({ path, sentence }) => `${path.join('.')}: ${sentence}`);
  }
  return [];
}

test('what is left out is filled in, in the order of the fields', () => {
  expect(JSON.stringify(form.parse(least))).toBe(
    '{"name":"x","purpose":"A scenario of your own.","pages":2,"most":2,"files":[],' +
      '"cores":[0],"program":[],"fast":{"reads":true}}',
  );
  const whole = form.parse({
    ...least,
    $schema: './x',
    most: 5,
    files: [{ name: 'f', big: false }],
  });
  expect(whole).toMatchObject({ most: 5, files: [{ name: 'f' }] });
  expect(Object.keys(whole.files[0]!)).toEqual(['name']);
  expect(form.parse(whole)).toEqual(whole);
});

test('the type of a scenario comes from its fields', () => {
  const { program, one, most } = form.parse(least);
  expectTypeOf(one).toEqualTypeOf<string | undefined>();
  expectTypeOf(most).toEqualTypeOf<number>();
  for (const step of program.flat()) {
    if (step.do === 'write') expectTypeOf(step.value).toEqualTypeOf<1 | 2>();
    if (step.do === 'map' && step.of === 'file') expectTypeOf(step.file).toEqualTypeOf<string>();
  }
});

test('all mistakes are told at once, each with its place', () => {
  const wrong = {
    pages: 9,
    mots: 3,
    files: [{ name: 'f' }, { name: 'f' }, {}],
    cores: [0, 0],
    program: [
      { do: 'wirte', page: 0 },
      { do: 'map', of: 'fiel' },
      [{ do: 'write', page: 1.5, value: 3 }],
    ],
    fast: null,
  };
  expect(mistakes(wrong)).toEqual([
    'mots: there is no such field: did you mean most?',
    'pages: expected a whole number from 1 to 8, found 9',
    'files.2.name: expected a text, found nothing',
    'files.1.name: expected each name once, found "f"',
    'cores.1: expected each value once, found 0',
    'program.0.do: expected one of write, map, exit, found "wirte": did you mean write?',
    'program.1.of: expected one of memory, file, found "fiel": did you mean file?',
    'program.2.0.page: expected a whole number from 0 to 7, found 1.5',
    'program.2.0.value: expected one of 1, 2, found 3',
    'fast: expected a value, or no such field, found null',
  ]);
});

test('names and bounds that other fields set are asked for, too', () => {
  const program = [
    { do: 'write', page: 2, value: 1 },
    { do: 'map', of: 'file', file: 'g' },
  ];
  expect(mistakes({ program, files: [{ name: 'f' }], one: 'f' })).toEqual([
    'program.0.page: expected a whole number from 0 to 1, found 2',
    'program.1.file: files has no "g": there is only f',
    'one: files has no "f" with big: true: there is none',
  ]);
  // A field that is wrong itself sets no bounds.
  expect(mistakes({ program: program.slice(0, 1), pages: 'two' })).toHaveLength(1);
  expect(mistakes({ cores: [0, 1, 2] })).toEqual(['cores: more cores than pages']);
});

test('the JSON Schema describes every field, and refuses what it can', () => {
  const { schema } = form;
  expect(undescribed(schema)).toEqual([]);
  expect(schema).toMatchObject({
    required: ['name', 'pages', 'cores', 'program'],
    properties: {
      fast: { properties: { reads: { description: 'Reads; true if left out.', default: true } } },
    },
    $defs: { step: { description: 'A step.' } },
  });
  const fits = new Ajv2020({ strictTuples: false }).compile(schema);
  const map = { do: 'map', of: 'memory', pages: 1.5 };
  expect(fits({ ...least, program: [map, [{ do: 'exit' }, map]] })).toBe(true);
  for (const wrong of [
    { ...map, of: 'file' },
    { ...map, pages: 0.4 },
    { do: 'exit', page: 1 },
  ]) {
    expect(fits({ ...least, program: [wrong] })).toBe(false);
    expect(mistakes({ program: [wrong] })).not.toEqual([]);
  }
});

test.each<[string, () => unknown]>([
  ['needs bounds of their kind', () => field.whole(3, 1, '')],
  ['needs bounds of their kind', () => field.halves(0.25, 1, '')],
  ['needs field.whole or field.halves', () => field.within(field.optional(page, 0), () => [0, 1])],
  ['field.oneOf: needs a list of names', () => field.oneOf([], '')],
  ['do: needs at least one kind', () => field.command({}, '')],
  ['the kind a has the field do twice', () => field.command({ a: { do: page } }, '')],
  ['the field page may not be left out', () => field.settings({ page }, '')],
  ['field.list must be a field such as', () => field.list(3 as never, [0, 1], '')],
  ['every scenario has the field name', () => scenarioForm('x', { name: page })],
])('a declaration that makes no sense is refused: %s', (sentence, declare) => {
  expect(declare).toThrow(ModelError);
  expect(declare).toThrow(sentence);
});
