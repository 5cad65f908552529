/**
 * Options: every value of every option makes a difference in some scenario, as written or with all
 * fixes.
 */

import { expect, test } from 'vitest';

import { explore } from '../../src/explore.ts';
import type { OptionValue, Scenario } from '../../src/system.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';
import { readCounts } from '../counts/table.ts';
import { build, scenarioNamed } from './build.ts';
import { bySize } from './sizes.ts';

const fixes = almosMkh.fixes.map(({ name }) => name);

const forbidden = scenarioNamed('forbidden');
const sparse = scenarioNamed('sparse-mesh');

test('a program that writes its code is killed, and that is right', () => {
  const { outcome, violations } = explore(build(forbidden, { fixes }), { keepGoing: true });
  expect([outcome, violations]).toEqual(['holds', []]);
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
    return { states, reached: subject.step.covered[i] === 1 };
  };
  const [free, one, two] = ['unlimited', 1, 2].map((servers) => search(servers));
  expect([free.reached, one.reached, two.reached]).toEqual([false, true, true]);
  expect(one.states).toBeLessThan(two.states);
});

test('where a thread stops others, partial-order reduction is refused', () => {
  const { dependencies } = build(forbidden, { options: { mapperBlocks: false } });
  expect(dependencies).toContain('with mapperBlocks=false a thread stops others');
});

test.each([1, 2])('where calls look at all threads (%d servers), it is refused', (rpcServers) => {
  const { dependencies } = build(forbidden, { options: { rpcServers } });
  expect(dependencies).toContain(`with rpcServers=${rpcServers} a call to another cluster looks`);
});

/** Two threads copy two pages at the same time: both walk the list of copies. */
const twoCopies = almosMkh.parseScenario({
  name: 'two-copies',
  purpose: 'Two threads make a COW of two pages.',
  clusters: 1,
  frames: 4,
  descriptors: 4,
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
        { do: 'write', page: 1 },
        { do: 'fork', child: 'C' },
        { do: 'write', page: 0 },
      ],
    },
    { process: 'P', program: [{ do: 'write', page: 1 }] },
    { process: 'C', program: [] },
  ],
});

const large = ['lock-discipline', 'fork-twice', 'mmap-munmap-free'];
const scenarios: readonly Scenario[] = [
  twoCopies,
  ...almosMkh.scenarios.filter(({ name }) => !large.includes(name)).sort(bySize),
];

function told(
  scenario: Scenario,
  options: Readonly<Record<string, OptionValue>>,
  fixed: boolean,
): string {
  const subject = build(scenario, { options, fixes: fixed ? fixes : [] });
  const verdict = explore(subject, { keepGoing: true });
  const { outcome, states, transitions, violations } = verdict;
  const broken = violations.map(({ invariant, sentence, trace }) => [
    invariant,
    sentence,
    trace.length,
  ]);
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
  return (
    name !== 'inactiveCluster' ||
    Number(value) < (scenario as unknown as { clusters: number }).clusters
  );
}

/** A scenario of moderate size in which an option value makes a difference as written. */
const counts = readCounts(almosMkh);

// The search starts with a scenario of a known difference, because any difference is enough.
test.each(values)('$name = $value makes a difference', ({ name, value }) => {
  const shown = Object.keys(counts[`${name}=${value}`] ?? {});
  const first = scenarios.filter((one) => shown.includes(one.name));
  const rest = scenarios.filter((one) => !first.includes(one));
  const changes = (one: Scenario, fixed: boolean): boolean =>
    byDefault(one, fixed) !== told(one, { [name]: value }, fixed);
  const found = [...first, ...rest]
    .filter((one) => exists(one, name, value))
    .find((one) => changes(one, false) || changes(one, true));
  expect(found).toBeDefined();
});
