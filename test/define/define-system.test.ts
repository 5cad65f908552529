/** A system from what is particular to it: what `defineSystem` adds, and what it refuses. */

import { expect, test } from 'vitest';

import { build, resolveSpec } from '../../src/core/spec.ts';
import { describeTrace } from '../../src/core/trace.ts';
import { defineSystem, explore, field, goto, next, patched, vocabulary } from '../../src/index.ts';
import { bool, pool, record, table, upTo } from '../../src/index.ts';
import { blocked } from '../../src/index.ts';
import type { Pool, StateOf } from '../../src/index.ts';
import { vmcheck } from '../cli/terminal.ts';

interface Scope {
  readonly threads: readonly string[];
}
const state = (_: Scope) => ({ count: upTo(9), locked: bool });
type Kernel = StateOf<typeof state>;

const { operation, at } = vocabulary<Kernel, Scope>();

const put = operation({
  name: 'put',
  file: 'count.c',
  lines: [1, 5],
  sentence: 'Lets go of a reference.',
  locals: () => ({ seen: upTo(9) }),
})([
  at(2, 'n = count', (k, my) => {
    my.seen = k.count;
    return next;
  }),
  at(3, 'count = n - 1', (k, my, cx) => {
    k.count = my.seen - 1;
    k.locked = false;
    return cx.leave();
  }),
]);

const system = defineSystem({
  name: 'counts',
  sentence: 'Threads let go of references.',
  scenario: { threads: field.list(field.text('A name.'), [1, 3], 'Names of the threads.') },
  scenarios: [
    { name: 'two', purpose: 'Is a count lost?', threads: ['A', 'B'] },
    { name: 'one', purpose: 'Is one thread counted?', threads: ['A'] },
  ],
  scope: ({ threads }): Scope => ({ threads }),
  state,
  start: (k, { threads }) => void (k.count = threads.length),
  threads: ({ threads }) => threads.map((name) => ({ name, program: [{ do: 'put' }] })),
  operations: [put],
  invariants: [
    {
      name: 'counted',
      sentence: 'Nobody is counted in the end.',
      asked: 'at the end',
      violation: ({ count }) => (count > 0 ? `${count} are counted` : undefined),
    },
  ],
  fixes: [
    {
      name: 'lock',
      sentence: 'Takes a lock around the count.',
      patch: (written) => [
        patched(written.get('put'), [
          at(1, 'lock', (k) => {
            if (k.locked) return blocked;
            k.locked = true;
            return goto(2);
          }),
        ]),
      ],
    },
  ],
});

test('a system is put together, searched, replayed and told by its schema alone', () => {
  const subject = build(system, resolveSpec(system, {}));
  const verdict = explore(subject);
  expect(verdict.outcome).toBe('violated');
  const trace = describeTrace(subject, verdict.violations[0]!);
  expect(trace.sentence).toBe('1 are counted');
  expect(trace.steps.map(({ thread, statement }) => `${thread} ${statement.token}`)).toEqual([
    'A put',
    'A n = count',
    'B put',
    'B n = count',
    'B count = n - 1',
    'A count = n - 1',
  ]);
  expect(trace.steps[4]!.changes).toEqual([{ path: 'count', from: '2', to: '1' }]);
  expect(subject.summary).toBe('2 threads');
  const { replayer } = subject;
  expect(replayer.describe(replayer.initial()[0])).toEqual(['count: 2', 'locked: false']);
});

test('a fix is applied, and the other scenario holds', () => {
  const fixed = resolveSpec(system, { fixes: ['lock'] });
  expect(explore(build(system, fixed)).outcome).toBe('holds');
  const scenario = system.scenarios[1]!;
  expect(explore(build(system, resolveSpec(system, { scenario }))).outcome).toBe('holds');
});

test('a scenario is refused with all that is wrong in it', () => {
  const bad = { name: 'x', purpose: 'y', treads: [], threads: ['A', 3, 'B', 'C'] };
  expect(() => system.parseScenario(bad)).toThrow(
    'scenario: treads: there is no such field: did you mean threads? (and 2 more mistakes)',
  );
  expect(system.scenarioSchema).toMatchObject({
    required: ['name', 'threads'],
    properties: { threads: { type: 'array', maxItems: 3, description: 'Names of the threads.' } },
  });
});

test('what is missing is told by its name', () => {
  const { name } = system;
  expect(() => defineSystem({ name, sentence: '' } as never)).toThrow(
    'counts: scope must be a function, and is missing',
  );
});

/** A system of nothing but a state. */
const ofState = (state: Parameters<typeof record>[0], more: object = {}) =>
  defineSystem({
    name: 'bare',
    sentence: 'Has a state.',
    scenario: {},
    scenarios: [{ name: 'one' }],
    scope: () => ({}),
    state: () => state,
    threads: () => ['t'],
    rules: () => [],
    invariants: [],
    ...more,
  });

test('a system without scenarios is refused', () => {
  expect(() => ofState({}, { scenarios: [] })).toThrow('bare: it has no scenarios: give it one');
});

test('a state that is too large is refused in a sentence', async () => {
  const things = pool('thing', 2 ** 18);
  const large = ofState({ rows: table(things, record({ a: upTo(2 ** 30), b: upTo(2 ** 30) })) });
  const { code, stderr } = await vmcheck(['explore', 'bare'], { systems: [large] });
  expect(code).toBe(64);
  expect(stderr).toBe(
    'vmcheck: the state needs 524288 words, and may have 262144: make its pools and lists ' +
      'smaller\n',
  );
  expect(() => pool('thing', 1e9)).toThrow('pool thing: has 1000000000 things, and may have');
});

test('guarded rules have a replayer, too', () => {
  const cells = ({ cell }: { readonly cell: Pool<'cell'> }) => ({
    cells: table(cell, record({ value: upTo(9) })),
  });
  const rules = defineSystem({
    name: 'rules',
    sentence: 'Two cells are raised.',
    scenario: { most: field.whole(1, 9, 'How far.') },
    scenarios: [{ name: 'three', purpose: 'Is three reached?', most: 3 }],
    scope: ({ most }) => ({ most, cell: pool('cell', 2) }),
    state: cells,
    threads: () => ['t'],
    rules: ({ most, cell }) =>
      cell.all.map((c) => ({
        name: `raise ${c}`,
        thread: 0,
        run: (k: StateOf<typeof cells>) => {
          if (k.cells[c].value === most) return false;
          k.cells[c].value += 1;
          return true;
        },
      })),
    invariants: [
      {
        name: 'low',
        sentence: 'The first stays below three.',
        violation: (k) => (k.cells[0 as never].value > 2 ? 'it is three' : undefined),
      },
    ],
  });
  const subject = build(rules, resolveSpec(rules, {}));
  const verdict = explore(subject);
  const trace = describeTrace(subject, verdict.violations[0]!);
  expect(trace.steps.map(({ changes }) => changes)).toEqual([
    [{ path: 'cells[0].value', from: '0', to: '1' }],
    [{ path: 'cells[0].value', from: '1', to: '2' }],
    [{ path: 'cells[0].value', from: '2', to: '3' }],
  ]);
  expect(subject.replayer.possible(subject.replayer.initial()[0])).toHaveLength(2);
});

test('a fix that takes out a line that is not there is refused', () => {
  expect(() => patched(put, [], [7])).toThrow(
    'patched: put has no statement at line 7 to take out',
  );
});

test('an error in an invariant names the invariant, and not the statement that ran last', () => {
  const wrong = (violation: (k: Kernel) => string | undefined) =>
    defineSystem({
      name: 'counts',
      sentence: 'Threads let go of references.',
      scenario: { threads: field.list(field.text('A name.'), [1, 3], 'Names of the threads.') },
      scenarios: [{ name: 'two', purpose: 'Is a count lost?', threads: ['A', 'B'] }],
      scope: ({ threads }): Scope => ({ threads }),
      state,
      start: (k, { threads }) => void (k.count = threads.length),
      threads: ({ threads }) => threads.map((name) => ({ name, program: [{ do: 'put' }] })),
      operations: [put],
      invariants: [{ name: 'odd', sentence: 'Fails.', violation }],
    });
  const explored = (violation: (k: Kernel) => string | undefined) => () => {
    const odd = wrong(violation);
    return explore(build(odd, resolveSpec(odd, {})));
  };
  expect(explored((k) => (k as unknown as { cuont: string }).cuont)).toThrow(
    'The invariant odd: cuont: there is no such field: there are count, locked, stacks',
  );
  expect(explored((k) => (k.count < 2 ? (k as any).count.x.y : undefined))).toThrow(
    /^The invariant odd: TypeError: /,
  );
});
