/**
 * Verdicts that depend on the machine: vmm.c has no TLB operation, so it needs coherent TLBs, or
 * the fix that belongs to the other machine.
 */

import { describe, expect, test } from 'vitest';

import { patchedBy } from '../../src/actions/almos-mkh/fixes.ts';
import { fixesFor } from '../../src/core/spec.ts';
import { explore } from '../../src/explore.ts';
import type { Scenario } from '../../src/system.ts';
import { almosMkh, asWritten, buildAlmos } from '../../src/systems/almos-mkh.ts';
import { allInvariants, scenarioNamed } from './build.ts';

const sourceFixes = almosMkh.fixes.map(({ name }) => name);
const withFlush = fixesFor(almosMkh, 'stale-tlb');

/** `unflushed`: a function that is left as it is without the flush. */
function verdict(scenario: Scenario, hardware: string, fixes = sourceFixes, unflushed?: string) {
  const options = almosMkh.options.map(({ name, default: standard }) => [name, standard]);
  const without = patchedBy(asWritten, sourceFixes).filter(({ name }) => name === unflushed);
  const spec = {
    system: almosMkh.name,
    scenario,
    fixes,
    hardware,
    options: Object.fromEntries(options),
    invariants: allInvariants,
  };
  const { outcome, violations } = explore(buildAlmos(spec, without), {});
  return { outcome, invariant: violations[0]?.invariant };
}

test('an address space that nobody else changes needs no coherent TLB', () => {
  expect(verdict(scenarioNamed('anon-two-writers'), 'tsar').outcome).toBe('holds');
  expect(verdict(scenarioNamed('anon-two-writers'), 'stale-tlb').outcome).toBe('holds');
});

test('with TLBs that keep stale entries, a thread writes into what is being copied', () => {
  const scenario = scenarioNamed('cow-two-clusters');
  expect(verdict(scenario, 'tsar').outcome).toBe('holds');
  expect(verdict(scenario, 'stale-tlb')).toEqual({
    outcome: 'violated',
    invariant: 'no-lost-write',
  });
  expect(verdict(scenario, 'stale-tlb', withFlush).outcome).toBe('holds');
});

test('with TLBs that keep stale entries, munmap leaves a page within reach', () => {
  const scenario = scenarioNamed('munmap-two-clusters');
  expect(verdict(scenario, 'tsar').outcome).toBe('holds');
  expect(verdict(scenario, 'stale-tlb')).toEqual({
    outcome: 'violated',
    invariant: 'no-access-to-free-frame',
  });
  expect(verdict(scenario, 'stale-tlb', withFlush).outcome).toBe('holds');
});

/** One thread copies a page, another one keeps a translation of it. */
const reader = (page: number, rest: object, slot?: number): Scenario =>
  almosMkh.parseScenario({
    name: 'reader-keeps-translation',
    purpose: 'A thread reads a page before and after another one has made a copy of it.',
    clusters: 1,
    frames: 3,
    descriptors: 4,
    processes: [
      { name: 'P', clusters: [0] },
      { name: 'C', clusters: [0], child: true },
    ],
    threads: [
      {
        process: 'P',
        cluster: 0,
        ...(slot !== undefined && { slot }),
        program: [
          { do: 'write', page },
          { do: 'fork', child: 'C' },
          { do: 'write', page },
        ],
      },
      {
        process: 'P',
        cluster: 0,
        program: [
          { do: 'read', page },
          { do: 'read', page },
        ],
      },
      { process: 'C', cluster: 0, ...(slot !== undefined && { slot }), program: [] },
    ],
    ...rest,
  });
const anon = reader(0, { pages: 1, vsegs: [{ process: 'P', type: 'ANON', page: 0, pages: 1 }] });
const stack = reader(3, { pages: 4, heapBase: 1, stackBase: 2, stackSize: 2, vsegs: [] }, 0);

describe('each flush is needed', () => {
  test.each<[string, Scenario, string]>([
    ['vmm_set_cow', scenarioNamed('data-fork-writes'), 'no-lost-write'],
    ['process_make_fork', scenarioNamed('stack-fork'), 'fork-isolation'],
    ['vmm_global_update_pte', anon, 'read-own-process-writes'],
    ['vmm_handle_cow', stack, 'read-own-process-writes'],
    ['vmm_remove_vseg', scenarioNamed('cow-races-munmap'), 'no-access-to-free-frame'],
    ['vmm_unmap_pages', scenarioNamed('munmap-head-tail'), 'no-access-to-free-frame'],
    ['vmm_remove_copies', scenarioNamed('munmap-two-clusters'), 'no-access-to-free-frame'],
  ])('that of %s', (name, scenario, invariant) => {
    expect(verdict(scenario, 'stale-tlb', withFlush).outcome).toBe('holds');
    expect(verdict(scenario, 'stale-tlb', withFlush, name)).toEqual({
      outcome: 'violated',
      invariant,
    });
  });

  test('and there is no other', () => {
    const before = new Map(patchedBy(asWritten, sourceFixes).map((one) => [one.name, one]));
    const changed = patchedBy(asWritten, withFlush).filter(
      ({ name, statements }) => before.get(name)?.statements.length !== statements.length,
    );
    expect(changed.map(({ name }) => name).sort()).toEqual([
      'process_make_fork',
      'vmm_global_update_pte',
      'vmm_handle_cow',
      'vmm_remove_copies',
      'vmm_remove_vseg',
      'vmm_set_cow',
      'vmm_unmap_pages',
    ]);
  });
});
