import { expect, test } from 'vitest';

import { citedStatement, format, toCounterexample } from '../../src/counterexample/file.ts';
import { schemaCheck } from '../../src/core/schema-check.ts';
import type { Statement } from '../../src/explorer/statement.ts';
import type { Subject } from '../../src/system.ts';
import { refcount } from '../cli/toys.ts';

const statements: readonly Statement[] = [
  { operation: 'vmm_handle_cow', file: 'vmm.c', line: 2313, token: 'unlock' },
  { operation: 'vmm_handle_cow', file: 'vmm.c', line: 2338.1, token: 'second half of a copy' },
  { operation: 'user', file: '', line: 4, token: 'retry' },
  { operation: 'rule', file: '', line: 0, token: 'a rule "with quotes"' },
  { operation: 'odd', file: 'a:b.c', line: 7, token: 'colon' },
];

const subject: Subject = refcount.build({
  system: 'refcount',
  scenario: refcount.scenarios[0],
  fixes: [],
  hardware: 'plain',
  options: { allocator: 'eager' },
  invariants: ['no-lost-frame'],
});

test('every kind of statement survives being written and read', () => {
  const steps = statements.map((statement) => ({
    thread: 'P1',
    statement,
    choice: 0,
    changes: [],
    notes: [],
  }));
  const trace = { invariant: 'no-lost-frame', sentence: 'lost', initial: 0, steps };
  const text = format(toCounterexample(subject, 'r1', trace, '0.1.0'));
  const check = schemaCheck<ReturnType<typeof toCounterexample>>('counterexample.schema.json');
  const read = check({ json: JSON.parse(text), text, shown: 'the file' });
  expect(read.steps.map(citedStatement)).toEqual(statements);
});

test('a violation of the initial state has no steps', () => {
  const trace = { invariant: 'no-lost-frame', sentence: 'lost', initial: 0, steps: [] };
  const text = format(toCounterexample(subject, 'r1', trace, '0.1.0'));
  expect(JSON.parse(text).steps).toEqual([]);
});
