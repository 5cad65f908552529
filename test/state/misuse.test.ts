/** What only TypeScript would refuse in a declaration is refused by the combinator's name. */

import { expect, test } from 'vitest';
import * as vmcheck from '../../src/index.ts';
import { ModelError } from '../../src/errors.ts';

type Loose = Record<string, any>;
const { pool, ref, optional, oneOf, only, record, table, list, cases, stack, layout } =
  vmcheck as Loose;
const { callStack, ruleModel, Machine, explore, counter, frames, pageTable, tlbs } =
  vmcheck as Loose;
const { deferredFrees, pins, pageCache, lockStatements, flushLocal, shootDown, firstOf } =
  vmcheck as Loose;
const { bool, upTo, vocabulary, field, defineSystem, Mutex } = vmcheck as Loose;
const page = pool('page', 2);
const { operation, at, local } = vocabulary();
const header = { name: 'f', file: 'f.c', lines: [1, 2], locals: () => ({}) };
const next = (): unknown => vmcheck.next;

const mistakes: readonly [message: string, call: () => unknown][] = [
  ['pool: name: expected a text, found nothing', () => pool()],
  ['pool x: a size of at least 1 is needed, not 1.5', () => pool('x', 1.5)],
  ['ref: expected a pool, such as', () => ref(bool)],
  ['optional: expected a pool, such as pool(\'frame\', 3), found "page"', () => optional('page')],
  ['oneOf: name: expected a text, found ["a","b"]', () => oneOf(['a', 'b'])],
  ['only: expected a value, found nothing', () => only()],
  ['record: expected an object of fields', () => record()],
  [
    'record.a: expected a schema, such as upTo(3) or record({...}), found 3',
    () => record({ a: 3 }),
  ],
  ['record.a: expected a schema, such as', () => record({ a: { b: bool } })],
  [
    'record.a: expected a schema, such as upTo(3) or record({...}), found the function upTo',
    () => record({ a: upTo }),
  ],
  ['table of page: expected a record, such as', () => table(page, upTo(9))],
  ['table of page: expected a record, such as', () => table(page)],
  ['table: expected a pool, such as', () => table(record({ a: bool }))],
  ['list: expected a scalar, such as', () => list(record({ a: bool }), 2)],
  ['list: expected room for at least 1 element', () => list(bool)],
  ['cases.a: expected an object of fields', () => cases({ a: bool })],
  ['cases.a.b: expected a schema', () => cases({ a: { b: 1 } })],
  [
    'stack: expected cases, such as cases({ idle: {} }), found a RecordSchema',
    () => stack(record({ a: bool }), 2),
  ],
  [
    'layout: expected a record, such as record({ count: upTo(3) }), found an Int',
    () => layout(upTo(3)),
  ],
  [
    'callStack: operations: expected a list',
    () => callStack(operation(header)([at(1, 'x', next)])),
  ],
  ['operation f: statements: expected a list, found nothing', () => operation(header)()],
  ['at 1 x: expected a function, found nothing', () => at(1, 'x')],
  ['at: line: expected the number of a line', () => at('1', 'x', next)],
  ['local 2: token: expected a text', () => local(2, next)],
  ['Machine: expected an object with scope, operations', () => new Machine({})],
  [
    'ruleModel: expected an object with name, space, threads, start, rules; missing',
    () => ruleModel({ name: 'r' }),
  ],
  ['explore: expected a model, found undefined', () => explore()],
  ['explore: this is no model: it has no words', () => explore({ scratch: [] })],
  ['counter: expected a width of 1 to 31 bits, found 32', () => counter(32)],
  ['frames: expected an object with frame; missing: frame', () => frames({})],
  ['pageTable: expected an object with page, frame; missing: frame', () => pageTable({ page })],
  ['tlbs: expected an object with cpu, pages', () => tlbs()],
  ['deferredFrees: expected an object with frame, cpu', () => deferredFrees()],
  ['pins: expected an object with frames', () => pins({})],
  ['pageCache: expected an object with index, frame', () => pageCache({})],
  ['lockStatements: expected an object with lock, of', () => lockStatements({})],
  ['flushLocal: expected an object with tlbs, cpus', () => flushLocal(1, 'flush', {})],
  ['shootDown: expected an object with tlbs, cpus', () => shootDown([1, 2], 'flush', {})],
  ['firstOf: expected a pool', () => firstOf({}, () => undefined)],
  ['optional: expected a pool', () => new Mutex('lock')],
  ['field.list: expected [least, most], found nothing', () => field.list(field.text('A name.'))],
  ['field.command: expected an object of commands, found nothing', () => field.command()],
  ['defineSystem: needs an object that describes the system', () => defineSystem()],
];

test.each(mistakes)('%s', (message, call) => {
  expect(call).toThrow(ModelError);
  expect(call).toThrow(message);
});
