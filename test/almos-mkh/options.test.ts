/**
 * Options: every value of every option makes a difference somewhere, as written or with all fixes, or it
 * would be no option.
 */

import { expect, test } from 'vitest';

import { explore } from '../../src/explorer/search.ts';
import type { OptionValue, Scenario } from '../../src/system.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';
import { build } from './build.ts';

const fixes = almosMkh.fixes.map(({ name }) => name);

/** DATA pages are spread over more clusters than there are. */
const sparse = almosMkh.parseScenario({
  name: 'sparse-mesh',
  purpose: 'A page belongs to a cluster that does not exist.',
  clusters: 2,
  frames: 1,
  mesh: 4,
  pages: 4,
  heapBase: 4,
  files: [{ name: 'elf', cluster: 0, pages: 1 }],
  processes: [{ name: 'P', clusters: [0] }],
  vsegs: [
    { process: 'P', type: 'DATA', page: 0, pages: 1, file: 'elf' },
    { process: 'P', type: 'DATA', page: 3, pages: 1, file: 'elf' },
  ],
  threads: [{ process: 'P', program: [{ do: 'read', page: 0 }, { do: 'read', page: 3 }] }],
});

/** ... over more than four clusters, as many as there can be. */
const sparseOfFour = almosMkh.parseScenario({
  ...sparse,
  name: 'sparse-mesh-of-eight',
  clusters: 4,
  mesh: 8,
  pages: 5,
  heapBase: 5,
  stackBase: 5,
  vsegs: [
    { process: 'P', type: 'DATA', page: 0, pages: 1, file: 'elf' },
    { process: 'P', type: 'DATA', page: 4, pages: 1, file: 'elf' },
  ],
  threads: [
    { process: 'P', program: [{ do: 'read', page: 0 }, { do: 'read', page: 4 }, { do: 'exit' }] },
  ],
});

/** The vseg that munmap leaves has three pages. */
const odd = almosMkh.parseScenario({
  name: 'odd-rest',
  purpose: 'Three pages of a mapping of four are parked.',
  clusters: 1,
  frames: 1,
  pages: 4,
  processes: [{ name: 'P', clusters: [0] }],
  vsegs: [{ process: 'P', type: 'ANON', page: 0, pages: 4 }],
  threads: [
    {
      process: 'P',
      program: [
        { do: 'munmap', page: 0 },
        { do: 'munmap', page: 1, pages: 3 },
        { do: 'mmap', type: 'ANON', pages: 2 },
      ],
    },
  ],
});

/** munmap leaves a page mapped; its frame goes through several hands. */
const left = almosMkh.parseScenario({
  name: 'left-mapped',
  purpose: 'A process exits with a page that no vseg covers, and shared ones.',
  clusters: 1,
  frames: 2,
  descriptors: 3,
  pages: 2,
  processes: [
    { name: 'P', clusters: [0] },
    { name: 'C', clusters: [0], child: true },
  ],
  vsegs: [{ process: 'P', type: 'ANON', page: 0, pages: 2 }],
  threads: [
    {
      process: 'P',
      program: [
        { do: 'write', page: 0 },
        { do: 'fork', child: 'C' },
        { do: 'munmap', page: 0 },
        { do: 'exit' },
      ],
    },
    { process: 'C', program: [{ do: 'exit' }] },
  ],
});

/** A frame is freed with forks and refcount as a fork left them, and used again. */
const used = almosMkh.parseScenario({
  name: 'used-again',
  purpose: 'A frame that two processes shared is freed and allocated again.',
  clusters: 1,
  frames: 1,
  descriptors: 4,
  pages: 2,
  processes: [
    { name: 'P', clusters: [0] },
    { name: 'C', clusters: [0], child: true },
  ],
  vsegs: [
    { process: 'P', type: 'ANON', page: 0, pages: 1 },
    { process: 'P', type: 'ANON', page: 1, pages: 1 },
  ],
  threads: [
    {
      process: 'P',
      program: [
        { do: 'write', page: 0 },
        { do: 'fork', child: 'C' },
        { do: 'munmap', page: 0 },
        { do: 'write', page: 1 },
        { do: 'munmap', page: 1 },
      ],
    },
    { process: 'C', program: [{ do: 'munmap', page: 0 }] },
  ],
});

const far = almosMkh.parseScenario({
  name: 'code-of-child',
  purpose: 'A child in another cluster runs code.',
  clusters: 2,
  frames: 1,
  descriptors: 2,
  pages: 1,
  heapBase: 1,
  files: [{ name: 'elf', cluster: 0, pages: 1 }],
  processes: [
    { name: 'P', clusters: [0] },
    { name: 'C', clusters: [1], child: true },
  ],
  vsegs: [{ process: 'P', type: 'CODE', page: 0, pages: 1, file: 'elf' }],
  threads: [
    { process: 'P', program: [{ do: 'read', page: 0 }, { do: 'fork', child: 'C' }] },
    { process: 'C', program: [{ do: 'read', page: 0 }] },
  ],
});

/** The page of a file must give way to user memory. */
const full = almosMkh.parseScenario({
  name: 'no-frame-but-of-a-file',
  purpose: 'The only frame holds a page of a file when user memory needs one.',
  clusters: 1,
  frames: 1,
  descriptors: 2,
  pages: 2,
  files: [{ name: 'f', cluster: 0, pages: 1 }],
  processes: [{ name: 'P', clusters: [0] }],
  vsegs: [
    { process: 'P', type: 'FILE', page: 0, pages: 1, file: 'f' },
    { process: 'P', type: 'ANON', page: 1, pages: 1 },
  ],
  threads: [{ process: 'P', program: [{ do: 'write', page: 0 }, { do: 'write', page: 1 }] }],
});

/** What flags forbid: to write code, to use the memory of the kernel. */
const forbidden = almosMkh.parseScenario({
  name: 'forbidden',
  purpose: 'A program writes its code, or memory of the kernel, and goes on if it may.',
  clusters: 1,
  frames: 2,
  descriptors: 2,
  pages: 2,
  heapBase: 2,
  files: [{ name: 'elf', cluster: 0, pages: 1 }],
  kernel: [{ type: 'KDATA', page: 1, pages: 1 }],
  processes: [{ name: 'P', clusters: [0] }],
  vsegs: [{ process: 'P', type: 'CODE', page: 0, pages: 1, file: 'elf' }],
  threads: [
    {
      process: 'P',
      program: [[{ do: 'write', page: 0 }, { do: 'write', page: 1 }], { do: 'read', page: 0 }],
    },
  ],
});

test('a program that writes its code is killed, and that is right', () => {
  const { outcome, breaches } = explore(build(forbidden, { fixes }), { keepGoing: true });
  expect([outcome, breaches]).toEqual(['holds', []]);
});

test('pages cannot come from a cluster that does not exist', () => {
  expect(() => build(sparse, { options: { inactiveCluster: 1 } })).not.toThrow();
  expect(() => build(sparse, { options: { inactiveCluster: 2 } })).toThrow(
    'option inactiveCluster: cluster 2 does not exist: the scenario has clusters 0 to 1',
  );
});

/** A thread asks something of the reference cluster while another one unmaps a page there. */
const asking = (step: { readonly do: string }): Scenario => {
  const forks = step.do === 'fork';
  const creates = step.do === 'create';
  return almosMkh.parseScenario({
    name: `asking-for-${step.do}`,
    clusters: 2,
    frames: 2,
    descriptors: 5,
    pages: 6,
    stackBase: 4,
    processes: [
      { name: 'P', clusters: [0, 1] },
      ...(forks ? [{ name: 'C', clusters: [0], child: true }] : []),
    ],
    vsegs: [
      { process: 'P', type: 'ANON', page: 0, pages: 1 },
      { process: 'P', type: 'ANON', page: 1, pages: 1 },
    ],
    threads: [
      { process: 'P', cluster: 0, program: [] },
      { process: 'P', cluster: 1, program: [step] },
      { process: 'P', cluster: 1, program: [{ do: 'munmap', page: 1 }] },
      ...(forks ? [{ process: 'C', program: [] }] : []),
      ...(creates ? [{ process: 'P', cluster: 0, slot: 0, created: true, program: [] }] : []),
    ],
  });
};

test.each([
  [{ do: 'fork', child: 'C' }, 'fork by RPC'],
  [{ do: 'munmap', page: 0 }, 'munmap by RPC'],
  [{ do: 'mmap', type: 'ANON', pages: 1 }, 'mmap by RPC'],
  [{ do: 'create', thread: 3 }, 'create a thread by RPC'],
])('%o waits for a server of the other cluster', (step, place) => {
  const search = (rpcServers: OptionValue) => {
    const subject = build(asking(step), { options: { rpcServers, munmapSite: 'reference' } });
    const { states } = explore(subject, { keepGoing: true });
    const i = subject.statements.findIndex(({ token }) => token === place);
    return { states, reached: subject.covered[i] === 1 };
  };
  const [free, one, two] = ['unlimited', 1, 2].map((servers) => search(servers));
  expect([free.reached, one.reached, two.reached]).toEqual([false, true, true]);
  expect(one.states).toBeLessThan(two.states);
});

test('where a thread stops others, partial-order reduction is refused', () => {
  const { access } = build(forbidden, { options: { mapperBlocks: false } });
  expect(access).toContain('with mapperBlocks=false a thread stops others');
});

const large = ['lock-discipline', 'fork-twice', 'mmap-munmap-free'];
const scenarios: readonly Scenario[] = [
  sparse,
  sparseOfFour,
  odd,
  left,
  used,
  far,
  full,
  forbidden,
  ...almosMkh.scenarios.filter(({ name }) => !large.includes(name)),
];

function told(
  scenario: Scenario,
  options: Readonly<Record<string, OptionValue>>,
  fixed: boolean,
): string {
  const subject = build(scenario, { options, fixes: fixed ? fixes : [] });
  const verdict = explore(subject, { keepGoing: true });
  const { outcome, states, transitions, breaches } = verdict;
  const broken = breaches.map(({ invariant, sentence, trace }) => [invariant, sentence, trace.length]);
  return JSON.stringify([outcome, states, transitions, broken]);
}

const known = new Map<string, string>();

function byDefault(scenario: Scenario, fixed: boolean): string {
  const key = `${scenario.name} ${fixed}`;
  const found = known.get(key) ?? told(scenario, {}, fixed);
  known.set(key, found);
  return found;
}

const values = almosMkh.options.flatMap(({ name, values: all, default: standard }) =>
  all.filter((value) => value !== standard).map((value) => ({ name, value })),
);

/** A cluster that does not exist is refused, and then there is nothing to compare. */
function exists(scenario: Scenario, name: string, value: OptionValue): boolean {
  return name !== 'inactiveCluster' || Number(value) < (scenario as unknown as { clusters: number }).clusters;
}

test.each(values)('$name = $value makes a difference', ({ name, value }) => {
  const changes = (fixed: boolean): boolean =>
    scenarios
      .filter((one) => exists(one, name, value))
      .some((one) => byDefault(one, fixed) !== told(one, { [name]: value }, fixed));
  expect(changes(false) || changes(true)).toBe(true);
});
