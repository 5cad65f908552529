/** What is known to be wrong or missing (docs/warts.md), as it is today. */

import { produce } from 'immer';
import { expect, test } from 'vitest';
import { build, resolveSpec } from '../src/core/spec.ts';
import { ModelError } from '../src/errors.ts';
import { explore } from '../src/explore.ts';
import { layout } from '../src/state/layout.ts';
import { list } from '../src/state/list.ts';
import { record } from '../src/state/record.ts';
import { upTo } from '../src/state/values.ts';
import { almosMkh } from '../src/systems/almos-mkh.ts';
import { counters } from './models/counters.ts';

const scene = (parts: object) =>
  almosMkh.parseScenario({
    name: 'wart',
    clusters: 1,
    frames: 2,
    pages: 1,
    processes: [{ name: 'P', clusters: [0] }],
    vsegs: [{ process: 'P', type: 'ANON', page: 0, pages: 1 }],
    ...parts,
  });
const search = (scenario: ReturnType<typeof scene>, invariants: string[]) => {
  const subject = build(almosMkh, resolveSpec(almosMkh, { scenario, invariants }));
  return { subject, verdict: explore(subject, { keepGoing: true }) };
};

test('1: random walks say that their frontier is 0', () => {
  const verdict = explore(counters(3, 3), { strategy: 'random', walks: 1, depth: 2 });
  expect(verdict.states).toBeGreaterThan(1);
  expect(verdict.frontier).toBe(0);
});

test('2: a full list throws on the view, and on a draft only when it is packed', () => {
  const { view, pack, blank } = layout(record({ queue: list(upTo(3), 1) }));
  view.queue.push(1);
  expect(() => view.queue.push(1)).toThrow(ModelError);
  const grown = produce(blank(), (draft) => {
    draft.queue.push(1);
    draft.queue.push(1);
  });
  expect(() => pack(grown)).toThrow(ModelError);
});

test('3: a violation that follows from another one is listed, too', () => {
  const { verdict } = search(almosMkh.scenarios[0] as ReturnType<typeof scene>, ['frames']);
  const names = verdict.violations.map(({ invariant }) => invariant);
  expect(names).toContain('no-free-frame-mapped');
  expect(names).toContain('no-access-to-free-frame');
  const followed = verdict.violations.find((breach) => breach.alreadyViolated.length > 0);
  expect(followed?.invariant).toBe('no-access-to-free-frame');
});

test('4: a walk that meets a parked vseg ends there', () => {
  const munmap = { do: 'munmap', page: 0 };
  const threads = [
    { process: 'P', program: [munmap] },
    { process: 'P', program: [munmap] },
  ];
  const { verdict } = search(scene({ threads }), ['no-descriptor-use-after-free', 'deadlock-free']);
  expect(new Set(verdict.violations.map(({ invariant }) => invariant))).toEqual(
    new Set(['no-descriptor-use-after-free']),
  );
});

test('5: exit waits for threads in the kernel, so no PTE stays LOCKED by one that is gone', () => {
  const threads = [
    { process: 'P', program: [{ do: 'exit' }] },
    { process: 'P', program: [{ do: 'write', page: 0 }] },
  ];
  const { verdict } = search(scene({ threads }), ['pte-lock-has-owner', 'deadlock-free']);
  expect(verdict.outcome).toBe('holds');
});

test('6: a thread with a user error stops, but its process stays alive', () => {
  const threads = [
    {
      process: 'P',
      program: [
        { do: 'munmap', page: 0 },
        { do: 'read', page: 0 },
      ],
    },
  ];
  const { subject, verdict } = search(scene({ threads }), ['deadlock-free']);
  expect(verdict.outcome).toBe('holds');
  const destroyed = subject.statements.findIndex(({ token }) => token === 'hal_gpt_destroy');
  expect(verdict.coverage.unreached).toContain(destroyed);
});

test('7: a page is copied word by word, a descriptor at once', () => {
  const { subject } = search(scene({ threads: [{ process: 'P', program: [] }] }), ['all']);
  const copies = subject.statements.filter(({ token }) => token === 'hal_remote_memcpy');
  expect(copies.map(({ line }) => line)).toEqual([2338, 2338.1]);
  const descriptors = subject.statements.filter(({ token }) => token === 'vseg_init_from_ref');
  expect(descriptors.map(({ line }) => line)).toEqual([797, 1647]);
});
