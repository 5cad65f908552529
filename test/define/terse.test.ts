/** What an author need not write, and what is said where the short form is wrong. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { build, resolveSpec } from '../../src/core/spec.ts';
import { describeTrace } from '../../src/core/trace.ts';
import {
  defineSystem,
  explore,
  field,
  firstOf,
  frames,
  goto,
  holdsOther,
} from '../../src/index.ts';
import { lockStatements, Mutex, next, pageTable, patched, pool } from '../../src/index.ts';
import { ref, sumOf, upTo, vocabulary } from '../../src/index.ts';
import type { FixDefinition, Moment, StateOf } from '../../src/index.ts';
import { folder } from '../cli/folder.ts';

const scope = ({ threads }: { readonly threads: number }) => {
  const thread = pool('thread', threads);
  return { thread, lock: new Mutex('lock', thread) };
};
type Scope = ReturnType<typeof scope>;
const state = ({ lock }: Scope) => ({ lock: lock.schema, sum: upTo(9) });
type Kernel = StateOf<typeof state>;
const { operation, at, local, calls } = vocabulary<Kernel>();

/** Each thread adds 2 to the sum, under a lock and through a function. */
function operations({ lock }: Scope) {
  const { acquire, release } = lockStatements({ lock, of: (k: Kernel) => k.lock });
  const raise = operation({ name: 'raise', file: 'a.c', lines: [1, 3], locals: { by: upTo(3) } })([
    at(2, 'sum += by', (k, my, cx) => ((k.sum += my.by), cx.leave())),
  ]);
  const add = operation({ name: 'add', locals: { n: upTo(3) } })([
    acquire(0.1),
    calls(0.2, 'raise(n)', raise, { by: 'n' }),
    release(0.3),
    local(0.4, 'return', (_k, _my, cx) => cx.leave()),
  ]);
  return [raise, add];
}

type Patch = FixDefinition<Kernel, Scope>['patch'];

function system(more: { asked?: Moment; patch?: Patch; scenarios?: readonly unknown[] | URL }) {
  const { asked = 'always', patch = () => [] } = more;
  const { scenarios = [{ name: 'two', purpose: 'x', threads: 2 }] } = more;
  return defineSystem({
    name: 'adders',
    sentence: 'Threads add.',
    scenario: { threads: field.whole(1, 2, 'How many.') },
    scenarios,
    scope,
    state,
    operations,
    threads: ({ thread }) =>
      thread.all.map((t) => ({ name: `${t}`, program: [{ do: 'add', n: 2 }] })),
    invariants: [
      {
        name: 'even',
        sentence: 'x',
        asked,
        reads: ['sum'],
        violation: ({ sum }) => (sum === 4 ? 'it is 4' : undefined),
      },
    ],
    fixes: [{ name: 'fix', sentence: 'x', patch }],
  });
}

describe('an invariant is asked', () => {
  test.each<[Moment, number]>([
    ['always', 7],
    ['at rest', 8],
    ['at the end', 8],
  ])('%s', (asked, steps) => {
    const own = system({ asked });
    const subject = build(own, resolveSpec(own, {}));
    const { violations } = explore(subject);
    expect(violations[0]?.trace).toHaveLength(steps);
    expect(own.invariants[0]?.when).toBe(asked);
    expect(describeTrace(subject, violations[0]!).sentence).toBe('it is 4');
  });

  test('at rest while some thread has not begun', () => {
    const own = system({ asked: 'at rest' });
    const model = build(own, resolveSpec(own, {}));
    const applied: boolean[] = [];
    model.initialStates(() => applied.push(model.stateInvariants[0]!.applies()));
    expect(applied).toEqual([true]);
  });

  test('at no other moment', () => {
    const own = system({ asked: 'at the ent' as Moment });
    expect(() => build(own, resolveSpec(own, {}))).toThrow(
      'adders: invariant even: asked is "at the ent": did you mean at the end?',
    );
  });
});

test('operations made of the scope are listed as the default scenario has them', () => {
  expect(system({}).operations).toEqual([
    { name: 'raise', file: 'a.c', lines: [1, 3], sentence: '' },
    { name: 'add', file: '', lines: [0, 0], sentence: '' },
  ]);
});

test('a fix takes what is written by its name, and is told of one that is not there', () => {
  const doubled: Patch = (written, { lock }) => [
    patched(written.get('raise'), [at(2, lock.name, (k, _my, cx) => ((k.sum += 1), cx.leave()))]),
  ];
  const own = system({ patch: doubled });
  const fixed = resolveSpec(own, { fixes: ['fix'] });
  expect(explore(build(own, fixed)).outcome).toBe('holds');
  const odd = system({ patch: (written) => [written.get('rise')] });
  expect(() => build(odd, resolveSpec(odd, { fixes: ['fix'] }))).toThrow(
    'adders: fix fix: there is no operation "rise": did you mean raise?',
  );
});

test('scenarios are read from a folder, by name, and from single files', () => {
  const place = folder();
  const write = (name: string, text: string) => writeFileSync(join(place, name), text);
  write('b.json', JSON.stringify({ name: 'second', purpose: 'x', threads: 1 }));
  write('a.json', JSON.stringify({ name: 'first', purpose: 'x', threads: 2 }));
  write('note.txt', 'no scenario');
  const at = pathToFileURL(`${place}/`);
  expect(system({ scenarios: at }).scenarios.map(({ name }) => name)).toEqual(['first', 'second']);
  const one = system({ scenarios: [new URL('b.json', at)] });
  expect(one.defaultScenario).toBe('second');
  write('c.json', '{ "name": "x", "purpose": "y", "thread": 1, "threads": 1 }');
  expect(() => system({ scenarios: at })).toThrow(
    `${join(place, 'c.json')}:1:32: thread: there is no such field: did you mean threads?`,
  );
  write('c.json', '{');
  expect(() => system({ scenarios: at })).toThrow(/c\.json: c\.json/);
  expect(() => system({ scenarios: new URL('none/', at) })).toThrow(/none\/ does not exist$/);
});

test('rules are asked in every state', () => {
  const rules = defineSystem({
    name: 'rules',
    sentence: 'x',
    scenario: {},
    scenarios: [{ name: 'one', purpose: 'x' }],
    scope: () => 0,
    state: () => ({ sum: upTo(3) }),
    threads: () => ['t'],
    rules: () => [],
    invariants: [{ name: 'i', sentence: 'x', asked: 'at rest', violation: () => undefined }],
  });
  expect(() => build(rules, resolveSpec(rules, {}))).toThrow(
    'rules: invariant i: only a system of operations is asked at rest: say with applies when it is',
  );
});

test('a lock is released by who holds it', () => {
  const lock = new Mutex('m', pool('thread', 1));
  const { release } = lockStatements({ lock, of: (k: { lock: { holder: null } }) => k.lock });
  const { token, run } = release(3);
  expect(token).toBe('release(&m)');
  expect(() => run?.({ lock: { holder: null } }, {}, { thread: 0 } as never)).toThrow(
    'm is released by a thread that does not hold it',
  );
});

test('sums, first sentences and contents over the things of a pool', () => {
  const [page, frame] = [pool('page', 3), pool('frame', 2)];
  expect(sumOf(page, (p) => p * 2)).toBe(6);
  expect(firstOf(page, (p) => (p > 0 ? `page ${p}` : undefined))).toBe('page 1');
  expect(firstOf(page, () => undefined)).toBe(undefined);
  const [pages, memory] = [pageTable({ page, frame }), frames({ frame, tokens: 3 })];
  const ptes = structuredClone(pages.schema.blank());
  const all = structuredClone(memory.schema.blank());
  pages.map(ptes, page.at(1), frame.at(0), true);
  expect(pages.frameAt(ptes, page.at(1))).toBe(0);
  expect(() => pages.frameAt(ptes, page.at(2))).toThrow('page 2 is not mapped');
  expect(holdsOther(pages, ptes, all, () => 0)).toBe(undefined);
  expect(holdsOther(pages, ptes, all, () => 2)).toBe('page 1 holds 0, and 2 was stored there');
});

test('locals are typed where an operation is called', () => {
  const callee = operation({ name: 'callee', locals: { n: upTo(3) } })([]);
  const locals = { own: upTo(3), page: ref(pool('page', 2)) };
  const caller = operation({ name: 'caller', locals })([
    calls(1, 'a', callee, (_k, my, to) => void (to.n = my.own)),
    calls(
      2,
      'b',
      () => callee,
      { n: 'own' },
      (_k, my) => goto(my.own),
    ),
    // @ts-expect-error there is no such local of the callee
    calls(3, 'c', callee, (_k, my, to) => void (to.m = my.own)),
    // @ts-expect-error there is no such local of the caller
    calls(4, 'd', callee, { n: 'other' }),
    // @ts-expect-error its locals are numbers
    calls(5, 'e', callee, (_k, _my, to) => void (to.n = 'one')),
    // @ts-expect-error there is no such local of the caller
    at(6, 'f', (_k, my) => (my.missing, next)),
  ]);
  expect(caller.statements.map(({ kind }) => kind)).toEqual([...Array(5).fill('calls'), 'at']);
});
