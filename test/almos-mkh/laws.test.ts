/**
 * Laws of the real model, checked on walks through the scenarios of the library: the search on
 * packed words and the replay on immutable values run the same code and must agree in everything.
 */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Step } from '../../src/explorer/statement.ts';
import { explore } from '../../src/explore.ts';
import type { SearchOptions } from '../../src/explore.ts';
import type { Frame } from '../../src/machine/thread-stacks.ts';
import type { Stack } from '../../src/state/call-stack.ts';
import type { Kernel } from '../../src/model/almos-mkh/state.ts';
import type { Scenario } from '../../src/system.ts';
import { almosMkh, asWritten } from '../../src/systems/almos-mkh.ts';
import { every, long, runs, share } from '../extent.ts';
import { build } from './build.ts';
import type { AlmosSubject, Build } from './build.ts';
import { isSmall, sizeOf } from './sizes.ts';

type Options = NonNullable<Build['options']>;

/** One subject per scenario and setting of the options. */
const built = new Map<string, AlmosSubject>();
function subjectOf(scenario: Scenario, options: Options = {}): AlmosSubject {
  const key = JSON.stringify([scenario.name, options]);
  const subject = built.get(key) ?? build(scenario, { options });
  built.set(key, subject);
  return subject;
}

const anyOptions: fc.Arbitrary<Options> = fc.record(
  Object.fromEntries(
    // A scenario may not have the cluster that inactiveCluster names.
    almosMkh.options
      .filter(({ name }) => name !== 'inactiveCluster')
      .map(({ name, values }) => [name, fc.constantFrom(...values)]),
  ),
);

const anonPages = (count: number): object[] =>
  Array.from({ length: count }, (_, page) => ({ process: 'P', type: 'ANON', page, pages: 1 }));
const write = (page: number): object => ({ do: 'write', page });
const mmap = { do: 'mmap', type: 'ANON', pages: 1 };

/** Scenarios in which threads wait at places where they do not in the library. */
const crowded = [
  {
    name: 'fork-among-others',
    clusters: 1,
    frames: 3,
    descriptors: 3,
    pages: 2,
    processes: [
      { name: 'P', clusters: [0] },
      { name: 'C', clusters: [0], child: true },
    ],
    vsegs: anonPages(1),
    threads: [
      { process: 'P', program: [write(0), { do: 'fork', child: 'C' }, write(0)] },
      { process: 'P', program: [[write(0), mmap]] },
      { process: 'C', program: [] },
    ],
  },
  {
    name: 'two-vsegs-two-clusters',
    clusters: 2,
    frames: 1,
    descriptors: 4,
    pages: 2,
    processes: [{ name: 'P', clusters: [0, 1] }],
    vsegs: anonPages(2),
    threads: [
      { process: 'P', cluster: 0, program: [] },
      { process: 'P', cluster: 1, program: [write(0), write(1)] },
      { process: 'P', cluster: 1, program: [write(1)] },
    ],
  },
  {
    name: 'exit-behind-failed-fork',
    clusters: 1,
    frames: 1,
    descriptors: 2,
    pages: 1,
    processes: [
      { name: 'P', clusters: [0] },
      { name: 'C', clusters: [0], child: true },
    ],
    vsegs: anonPages(1),
    threads: [
      { process: 'P', program: [write(0), { do: 'fork', child: 'C' }, { do: 'exit' }] },
      { process: 'C', program: [] },
    ],
    budgets: { ptecopy: 1 },
  },
  {
    name: 'mmap-behind-refused-one',
    clusters: 1,
    frames: 1,
    descriptors: 2,
    pages: 1,
    processes: [{ name: 'P', clusters: [0] }],
    vsegs: anonPages(1),
    threads: [
      { process: 'P', program: [mmap, mmap] },
      { process: 'P', program: [{ do: 'munmap', page: 0 }] },
      { process: 'P', program: [{ do: 'exit' }] },
    ],
  },
].map((scenario) => almosMkh.parseScenario(scenario));

/** The statements at which a thread can wait, in these scenarios and those of the library. */
const waits = [
  'user:1',
  'user:14', // exec: the other threads are still in the kernel
  'user:4',
  'user:8',
  'vmm_create_vseg:1195',
  'vmm_destroy:955',
  'vmm_get_vseg:1653',
  'vmm_handle_cow:2260',
  'vmm_handle_page_fault:1941',
  'vmm_handle_page_fault:2039',
  'vmm_mmap_alloc:174',
  'vmm_mmap_free:236',
];

const walks = fc.record({
  scenario: fc.constantFrom(...almosMkh.scenarios),
  options: anyOptions,
  /** The sequence of choices of a walk. */
  choices: fc.array(fc.nat(), { minLength: 1, maxLength: 30 }),
  length: fc.integer({ min: 1, max: 90 }),
});

/** A successor, as the search sees it. */
interface Successor {
  readonly step: Step;
  readonly words: readonly number[];
  readonly raised: readonly { readonly invariant: string; readonly sentence: string }[];
}

function successorsOf(subject: AlmosSubject, words: readonly number[]): Successor[] {
  const found: Successor[] = [];
  subject.scratch.set(words);
  subject.successors((thread, statement, choice) => {
    const bits = subject.step.violated;
    const raised = subject.stepInvariants.flatMap(({ name }, i) =>
      (bits & (1 << i)) === 0 ? [] : [{ invariant: name, sentence: subject.step.explain(i) }],
    );
    found.push({ step: { thread, statement, choice }, words: [...subject.scratch], raised });
  });
  return found;
}

function start(subject: AlmosSubject): readonly number[] {
  let words: readonly number[] = [];
  subject.initialStates(() => {
    words = [...subject.scratch];
  });
  return words;
}

/** Calls `visit` for every state of a random walk, with its successors. */
function walk(
  subject: AlmosSubject,
  { choices, length }: { readonly choices: readonly number[]; readonly length: number },
  visit: (words: readonly number[], following: readonly Successor[]) => void,
): void {
  let words = start(subject);
  for (let i = 0; i < length; i++) {
    const following = successorsOf(subject, words);
    visit(words, following);
    if (following.length === 0) return;
    words = following[choices[i % choices.length] % following.length].words;
  }
}

function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}

function unpack(subject: AlmosSubject, words: readonly number[]): Kernel {
  return subject.parts.layout.unpack(Int32Array.from(words));
}

test('the replayer does on immutable values what the machine does on words', () => {
  fc.assert(
    fc.property(walks, ({ scenario, options, choices, length }) => {
      const subject = subjectOf(scenario, options);
      const { replayer } = subject;
      let state = replayer.initial()[0];
      let words = start(subject);
      for (let i = 0; i < length; i++) {
        expect([...replayer.pack(state)]).toEqual(words);
        const following = successorsOf(subject, words);
        expect(replayer.possible(state)).toEqual(following.map(({ step }) => step));
        if (following.length === 0) return;
        const chosen = following[choices[i % choices.length] % following.length];
        const before = JSON.stringify(state);
        for (const { step, words: expected, raised } of following) {
          const replayed = replayer.step(state, step)!;
          expect([...replayer.pack(replayed.state)]).toEqual(expected);
          expect(replayed.violated).toEqual(raised);
          expect(replayed.statement).toBe(step.statement);
          expect(isFrozen(replayed.state)).toBe(true);
        }
        expect(JSON.stringify(state)).toBe(before);
        expect(isFrozen(state)).toBe(true);
        state = replayer.step(state, chosen.step)!.state;
        words = chosen.words;
      }
    }),
    runs(60),
  );
});

test('the replayer refuses every step that the machine does not offer', () => {
  fc.assert(
    fc.property(walks, fc.array(fc.nat({ max: 400 })), ({ scenario, ...rest }, ids) => {
      const subject = subjectOf(scenario);
      walk(subject, rest, (words, following) => {
        const state = unpack(subject, words);
        const offered = new Set(following.map(({ step }) => JSON.stringify(step)));
        for (const id of ids) {
          const thread = id % (subject.threads.length + 1);
          const near = following[id % Math.max(1, following.length)]?.step.statement ?? id;
          for (const statement of [near, id % subject.statements.length]) {
            const step = { thread, statement, choice: id % 3 };
            if (offered.has(JSON.stringify(step))) continue;
            expect(subject.replayer.step(state, step)).toBeUndefined();
          }
        }
      });
    }),
    runs(40),
  );
});

test('state invariants say the same of words and of immutable values', () => {
  fc.assert(
    fc.property(walks, ({ scenario, options, ...rest }) => {
      const subject = subjectOf(scenario, options);
      walk(subject, rest, (words) => {
        const state = unpack(subject, words);
        subject.scratch.set(words);
        const broken = subject.stateInvariants.flatMap((check) => {
          const sentence = check.violation();
          return sentence === undefined ? [] : [{ invariant: check.name, sentence }];
        });
        expect([...subject.scratch], 'an invariant has written').toEqual(words);
        expect(subject.replayer.violations(state)).toEqual(broken);
      });
    }),
    runs(150),
  );
});

/**
 * Calls `visit` for every reachable state, with its successors; this search shares no code with the
 * explorer.
 */
function everyState(
  subject: AlmosSubject,
  visit: (words: readonly number[], following: readonly Successor[]) => void,
): void {
  const first = start(subject);
  const seen = new Set([first.join()]);
  const queue = [first];
  for (let words = queue.pop(); words !== undefined; words = queue.pop()) {
    const following = successorsOf(subject, words);
    visit(words, following);
    for (const { words: next } of following) {
      const key = next.join();
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(next);
    }
  }
}

/** Scenarios with tens of thousands of states each, in which no further statement waits. */
const large = ['lock-discipline', 'fork-twice', 'mmap-munmap-free'];

/**
 * The short run takes only small ones, and those in which threads wait at a statement of their own.
 */
const isQuick = (scenario: Scenario): boolean =>
  sizeOf(scenario) <= 300 || ['exec-two-clusters', 'fetch-twice'].includes(scenario.name);

test('a blocked statement writes nothing in any reachable state', () => {
  const waited = new Set<string>();
  const searched = almosMkh.scenarios.filter((scenario) =>
    long ? !large.includes(scenario.name) : isQuick(scenario),
  );
  for (const scenario of [...searched, ...crowded]) {
    // With a child that is ready, a failed fork gets as far as leaving its lock behind.
    const subject = subjectOf(scenario, { childVmm: 'init' });
    const { view } = subject.parts.layout;
    everyState(subject, (words, following) => {
      const moves = new Set(following.map(({ step }) => step.thread));
      for (let thread = 0; thread < subject.threads.length; thread++) {
        for (let choice = 0; choice < 4; choice++) {
          subject.scratch.set(words);
          const ran = subject.replay(view, thread, choice);
          // `expect` takes longer than a step, so it is called only if it would fail.
          if (ran >= 0 !== moves.has(thread)) {
            expect.fail('a choice decides whether a statement waits');
          }
          if (ran >= 0) continue;
          if (words.some((word, i) => word !== subject.scratch[i]) || subject.step.violated !== 0) {
            expect([...subject.scratch]).toEqual(words);
            expect(subject.step.violated).toBe(0);
          }
        }
        if (moves.has(thread)) continue;
        const { halted, threads } = unpack(subject, words);
        const frame = (threads[thread as never].stack as Stack<unknown>).at(-1) as Frame;
        if (!halted) waited.add(lineOf(frame));
      }
    });
  }
  expect([...waited].sort()).toEqual(waits);
});

/** Function and line at which a thread stands. */
function lineOf({ in: name, pc }: Frame): string {
  const operation = asWritten.find((candidate) => candidate.name === name)!;
  return `${name}:${operation.statements[pc].line}`;
}

test('a step taken twice gives the same words', () => {
  fc.assert(
    fc.property(walks, ({ scenario, options, ...rest }) => {
      const subject = subjectOf(scenario, options);
      const other = build(scenario, { options });
      walk(subject, rest, (words, following) => {
        expect(successorsOf(subject, words)).toEqual(following);
        expect(successorsOf(other, words)).toEqual(following);
        for (const { step, words: expected } of following) {
          subject.scratch.set(words);
          subject.replay(subject.parts.layout.view, step.thread, step.choice);
          expect(subject.choiceExists()).toBe(true);
          expect([...subject.scratch]).toEqual(expected);
        }
      });
    }),
    runs(60),
  );
});

test('reachable words are those of the value that they unpack to', () => {
  fc.assert(
    fc.property(walks, ({ scenario, options, ...rest }) => {
      const subject = subjectOf(scenario, options);
      const { pack } = subject.parts.layout;
      walk(subject, rest, (words) => expect([...pack(unpack(subject, words))]).toEqual(words));
    }),
    runs(150),
  );
});

test('a thread back in user mode has left no bits of the operations it was in', () => {
  let returned = 0;
  fc.assert(
    fc.property(walks, ({ scenario, ...rest }) => {
      const subject = subjectOf(scenario);
      const { pack } = subject.parts.layout;
      const depths = subject.threads.map(() => 1);
      walk(subject, rest, (words) => {
        const threads = unpack(subject, words).threads as readonly Kernel['threads'][never][];
        const rebuilt = threads.map((thread, t) => {
          const stack = thread.stack as unknown as readonly object[];
          if (stack.length < depths[t]) returned += 1;
          depths[t] = stack.length;
          // Rebuilt field by field from the live frames only.
          return { ...thread, stack: stack.map((frame) => ({ ...frame })) };
        });
        const alike = { ...unpack(subject, words), threads: rebuilt } as unknown as Kernel;
        expect([...pack(alike)]).toEqual(words);
      });
    }),
    { numRuns: 150 },
  );
  expect(returned).toBeGreaterThan(100);
});

// The following tests explore the scenarios to the end.

/** Every state that a search finds, as text. */
function statesFound(scenario: Scenario, options: SearchOptions): Set<string> {
  const subject = build(scenario);
  const found = new Set<string>();
  const record = {
    name: 'recorded',
    applies: () => true,
    violation: () => {
      found.add(subject.scratch.join());
      return undefined;
    },
  };
  const recording = Object.assign(subject, {
    stateInvariants: [...subject.stateInvariants, record],
  });
  const { states } = explore(recording, { keepGoing: true, maxStates: 1_000_000, ...options });
  expect(found.size).toBe(states);
  return found;
}

const small = almosMkh.scenarios.filter((scenario) => sizeOf(scenario) <= 1_000);

describe.each(share(small, every(4)))('$name', (scenario) => {
  test('breadth first and depth first find the same states', () => {
    const breadth = statesFound(scenario, { strategy: 'bfs' });
    const depth = statesFound(scenario, { strategy: 'dfs' });
    expect([...depth].sort()).toEqual([...breadth].sort());
  });

  test('random walks stay inside the states of the search', () => {
    const all = statesFound(scenario, {});
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const strayed = statesFound(scenario, { strategy: 'random', seed, walks: 20, depth: 100 });
        expect([...strayed].filter((state) => !all.has(state))).toEqual([]);
      }),
      { numRuns: 5 },
    );
  });
});

test.each(share(almosMkh.scenarios, isSmall))(
  'the traces of $name end in their violations',
  (scenario) => {
    const subject = subjectOf(scenario);
    const { replayer } = subject;
    const { violations } = explore(subject, { keepGoing: true });
    for (const { invariant, sentence, statement, trace, initial } of violations) {
      let state = replayer.initial()[initial];
      let violated: readonly { readonly invariant: string; readonly sentence: string }[] = [];
      for (const step of trace) {
        const replayed = replayer.step(state, step);
        expect(replayed, `${invariant}: a step of its trace is not possible`).toBeDefined();
        ({ state, violated } = replayed!);
      }
      expect(trace.at(-1)?.statement).toBe(statement);
      if (invariant === 'deadlock-free') expect(replayer.deadlocked(state)).toBe(true);
      else
        expect([...replayer.violations(state), ...violated]).toContainEqual({
          invariant,
          sentence,
        });
    }
  },
);
