/** Scenarios as files: the published schema describes what `parseScenario` accepts. */

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';

import { explore } from '../../src/explore.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';
import { build } from './build.ts';

const schema = JSON.parse(readFileSync('docs/scenario.almos-mkh.schema.json', 'utf8'));
const valid = new Ajv2020({ strictTuples: false }).compile(schema);

const one = {
  name: 'one',
  clusters: 1,
  frames: 1,
  pages: 2,
  processes: [{ name: 'P', clusters: [0] }],
  threads: [{ process: 'P', program: [] }],
};

test.each([
  ['a cluster too many', { ...one, clusters: 5 }],
  ['a field that is unknown', { ...one, colour: 'red' }],
  ['a step that is unknown', { ...one, threads: [{ process: 'P', program: [{ do: 'sleep' }] }] }],
  ['no threads', { ...one, threads: [] }],
])('%s is refused by both', (_mistake, scenario) => {
  expect(valid(one)).toBe(true);
  expect(valid(scenario)).toBe(false);
  expect(() => almosMkh.parseScenario(scenario)).toThrow(/^scenario: /);
});

test.each([
  ['a created thread that nobody creates', { created: true }, 'a step that creates it'],
  ['a slot outside of the stack zone', { slot: 3 }, 'a slot inside of the stack zone'],
])('%s is refused', (_mistake, thread, sentence) => {
  const threads = [{ process: 'P', program: [], ...thread }];
  expect(() => almosMkh.parseScenario({ ...one, threads })).toThrow(sentence);
});

test.each([
  ['a child is forked twice', 'one step that forks process C, found 2', [['fork'], ['fork']]],
  [
    'a thread is created twice',
    'one step that creates thread 1, found 2',
    [['create'], ['create']],
  ],
])('%s: that is refused, with a sentence', (_mistake, sentence, program) => {
  const step = (kind: string) =>
    kind === 'fork' ? { do: kind, child: 'C' } : { do: kind, thread: 1 };
  const children = program[0][0] === 'fork' ? [{ name: 'C', clusters: [0], child: true }] : [];
  const threads = [
    { process: 'P', program: program.map((place) => place.map(step)) },
    children.length > 0
      ? { process: 'C', program: [] }
      : { process: 'P', created: true, program: [] },
  ];
  const processes = [...one.processes, ...children];
  expect(() => almosMkh.parseScenario({ ...one, processes, threads })).toThrow(sentence);
});

/** A cut in the middle of DATA whose rest ends below address 0: vmm.c:1147 shifts in zeros. */
const cut = {
  ...one,
  frames: 2,
  pages: 4,
  heapBase: 4,
  files: [{ name: 'elf', cluster: 0, pages: 3 }],
  vsegs: [{ process: 'P', type: 'DATA', page: 0, pages: 3, file: 'elf' }],
  threads: [
    {
      process: 'P',
      program: [{ do: 'munmap', page: 1, pages: 1 }, [{ do: 'read', page: 2 }, { do: 'exit' }]],
    },
  ],
};

test('a cut of DATA near address 0 leaves a vseg up to the end of the address space', () => {
  const subject = build(almosMkh.parseScenario(cut));
  const { outcome, states, violations } = explore(subject, { keepGoing: true });
  expect([outcome, states]).toEqual(['violated', 48]);
  const lost = 'an access to page 2 of P, which is mapped, ends in a user error';
  expect(violations.map(({ sentence }) => sentence)).toContain(lost);
});

test('the same cut in a script', () => {
  const end = almosMkh.run?.({
    name: 'cut',
    layout: {},
    options: {},
    operations: [
      'init clusters=1 frames=1',
      'mapper ELF 0',
      'process P 0',
      'vseg P 0 DATA 0 3 file=ELF',
      'munmap P 0 1 1',
    ],
  })[4];
  // 2^20 - 1 pages from page 1 on, up to 2^32 bytes: max is 0, so no address is found in it.
  const vsl = [
    ['DATA', 0, 1],
    ['DATA', 1, 1048575],
  ];
  expect(end?.state).toMatchObject({ procs: { 'P@0': { vsl } } });
});

const kernel = (pages: object, more: object = {}): object => ({
  ...one,
  heapBase: 2,
  frames: 2,
  kernel: [{ type: 'KCODE', ...pages }],
  ...more,
});

test.each([
  ['in the mmap zone', kernel({ page: 1 }, { heapBase: 1 }), 'a page outside of the mmap zone'],
  ['in the stack zone', kernel({ page: 1 }, { heapBase: 1, stackBase: 1 }), 'of the stack zone'],
  ['past the last page', kernel({ page: 1, pages: 2 }), 'pages up to 1'],
  ['without frames', kernel({ page: 0 }, { frames: 1 }), 'more frames than the 1 of the kernel'],
  ['of a user type', kernel({ page: 0, type: 'DATA' }), 'one of KCODE, KDATA, KDEV'],
])('a kernel vseg %s is refused', (_where, scenario, sentence) => {
  expect(() => almosMkh.parseScenario(kernel({ page: 0 }))).not.toThrow();
  expect(() => almosMkh.parseScenario(scenario)).toThrow(sentence);
});

/** A program that execs: args at page 0, envs at page 1. */
const program = (vseg: object): object => ({
  ...one,
  pages: 3,
  heapBase: 3,
  files: [{ name: 'elf', cluster: 0, pages: 1 }],
  vsegs: [{ process: 'P', type: 'DATA', page: 2, pages: 1, file: 'elf', ...vseg }],
  threads: [{ process: 'P', program: [{ do: 'exec' }] }],
});

/** A thread that execs, and another one that does something else. */
const besideExec = (clusters: readonly number[], step: object): ReturnType<typeof build> =>
  build(
    almosMkh.parseScenario({
      ...one,
      clusters: 2,
      pages: 8,
      heapBase: 3,
      processes: [{ name: 'P', clusters }],
      vsegs: [{ process: 'P', type: 'ANON', page: 3, pages: 1 }],
      threads: [
        { process: 'P', program: [{ do: 'exec' }] },
        { process: 'P', cluster: clusters.at(-1), program: [step] },
      ],
    }),
    { options: { rpcServers: 1 } },
  );

test.each([
  ['is about to try its access again', [0], { do: 'write', page: 3 }, 83],
  ['waits for a server', [0, 1], { do: 'mmap', type: 'ANON', pages: 1 }, 284],
])(
  'a thread that %s when its process execs is ended, or waited for',
  (_when, clusters, step, count) => {
    const { states, violations } = explore(besideExec(clusters, step), { keepGoing: true });
    expect(states).toBe(count);
    const waiting = violations.filter(({ invariant }) => invariant === 'deadlock-free');
    expect(waiting).toEqual([]);
  },
);

test('the areas of args and envs that exec makes must lie below the mmap zone', () => {
  expect(() => almosMkh.parseScenario({ ...program({}), utilsBase: 1, vsegs: [] })).not.toThrow();
  expect(() => almosMkh.parseScenario({ ...program({}), utilsBase: 2 })).toThrow(
    'utilsBase: expected args and envs, which exec makes, below the mmap zone, which ' +
      'starts at page 3, found 2',
  );
});

test('what exec loads must not lie where it makes the areas of args and envs', () => {
  expect(() => almosMkh.parseScenario(program({}))).not.toThrow();
  const inTheWay = program({ page: 1 });
  expect(() => almosMkh.parseScenario(inTheWay)).toThrow(
    'vsegs[0].page: expected pages beside those of args and envs, 0 to 1, ' +
      'which exec makes, found 1',
  );
});

test('kernel vsegs in a script: no user reads them, exec keeps them, fork copies none', () => {
  const done = almosMkh.run?.({
    name: 'kernel',
    layout: {},
    options: {},
    operations: [
      'init clusters=1 frames=2',
      'process P 0',
      'vseg P 0 KDATA 3 1',
      'fault P 0 3',
      'write P 0 3 17',
      'reset P 0',
      'fork P C 0',
      'exit P',
    ],
  }) as readonly { result: string; state: { procs: object; frames: object } }[];
  expect(done.map(({ result }) => result)).toEqual([
    'ok',
    'ok',
    'ok',
    'ok',
    'user-error',
    'ok',
    'ok',
    'ok',
  ]);
  const vsls = Object.values(done[6].state.procs).map((copy) => (copy as { vsl: unknown }).vsl);
  expect(vsls).toEqual([[['KDATA', 3, 1]], []]);
  // vmm.c:1284 decrements the refcount; 1290 does not release.
  expect(done[7].state.frames).toEqual({ '0:0': ['used', 0, 0, 'boot'] });
});

test.each([
  ['ARGS', 2],
  ['THREADS_MAX', 5],
])('a layout with %s = %i fails an assertion of vmm_user_init', (key, value) => {
  const operations = ['init clusters=1 frames=1', 'process P 0 user'];
  const script = { name: 'layout', layout: { [key]: value }, options: {}, operations };
  const results = (done: unknown): unknown[] =>
    (done as { result: string }[]).map((one) => one.result);
  expect(results(almosMkh.run?.(script))).toEqual(['ok', 'assert']);
  expect(results(almosMkh.run?.({ ...script, layout: {} }))).toEqual(['ok', 'ok']);
});
