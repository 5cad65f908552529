/** The examples of explored C: their verdicts, and the trace that a developer reads. */

import { expect } from 'vitest';
import { describeTrace } from '../../src/core/trace.ts';
import { example, searched, withClang } from './clang.ts';

withClang('c-cow as written shares a page that one of its owners may write', async () => {
  const system = await example('c-cow/cow.vmcheck.json');
  const { subject, verdict } = await searched(system, { options: { yield: 'access' } });
  expect(verdict.outcome).toBe('violated');
  const [violation] = verdict.violations;
  expect(violation.invariant).toBe('no-shared-page-writable');
  expect(violation.trace).toHaveLength(14);
  const { steps } = describeTrace(subject, violation);
  expect(steps.at(-1)).toMatchObject({
    thread: 'B',
    statement: { file: 'cow.c', line: 17, token: 'entry->writable = 1;', operation: 'cow_fault' },
    changes: [{ path: 'table[1].writable', from: 'false', to: 'true' }],
  });
  const changes = steps.flatMap((step) => step.changes.map(({ path }) => path));
  expect(changes).toContain('pages[0].refcount');
});

withClang('c-cow fixed holds, with fewer states where yield points are adaptive', async () => {
  const system = await example('c-cow/cow.vmcheck.json');
  const fixes = ['count-under-lock'];
  const every = await searched(system, { fixes, options: { yield: 'access' } });
  const adaptive = await searched(system, { fixes });
  expect(every.verdict.outcome).toBe('holds');
  expect(adaptive.verdict.outcome).toBe('holds');
  expect(adaptive.verdict.states).toBeLessThan(every.verdict.states);
});

withClang(
  'c-cow breaks all of its invariants that the comment of the source promises',
  async () => {
    const system = await example('c-cow/cow.vmcheck.json');
    for (const grain of ['access', 'adaptive']) {
      const { verdict } = await searched(
        system,
        { options: { yield: grain } },
        { keepGoing: true },
      );
      const broken = new Set(verdict.violations.map(({ invariant }) => invariant));
      expect([...broken].sort()).toEqual([
        'assertion',
        'no-free-page-mapped',
        'no-page-lost',
        'no-shared-page-writable',
      ]);
    }
  },
);

withClang(
  'c-tlb as written frees a frame that another TLB reaches; not fixed, nor with coherent TLBs',
  async () => {
    const system = await example('c-tlb/unmap.vmcheck.json');
    const { verdict } = await searched(system);
    expect(verdict.violations.map(({ invariant }) => invariant)).toEqual(['no-stale-entry']);
    expect((await searched(system, { fixes: ['shootdown'] })).verdict.outcome).toBe('holds');
    expect((await searched(system, { hardware: 'coherent' })).verdict.outcome).toBe('holds');
  },
);

withClang(
  'c-rwlock as written starves writers and dead locks two that upgrade; not fixed',
  async () => {
    const system = await example('c-rwlock/rwlock.vmcheck.json');
    for (const [scenario, invariant] of [
      ['starvation', 'no-writer-starves'],
      ['upgrade', 'deadlock-free'],
    ]) {
      for (const grain of ['access', 'adaptive']) {
        const options = { yield: grain };
        const { verdict } = await searched(system, { scenario, options });
        expect(verdict.violations.map((one) => one.invariant)).toEqual([invariant]);
        const fixed = await searched(system, { scenario, options, fixes: ['fair', 'no-upgrade'] });
        expect(fixed.verdict.outcome).toBe('holds');
      }
    }
  },
);
