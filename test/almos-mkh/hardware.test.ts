/** Verdicts that depend on the machine: vmm.c has no TLB operation, so it needs coherent TLBs. */

import { expect, test } from 'vitest';

import { explore } from '../../src/explore.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';
import { allInvariants, scenarioNamed } from './build.ts';

function verdict(scenario: string, hardware: string) {
  const options = almosMkh.options.map(({ name, default: standard }) => [name, standard]);
  const subject = almosMkh.build({
    system: almosMkh.name,
    scenario: scenarioNamed(scenario),
    fixes: almosMkh.fixes.map(({ name }) => name),
    hardware,
    options: Object.fromEntries(options),
    invariants: allInvariants,
  });
  const { outcome, violations } = explore(subject, {});
  return { outcome, invariant: violations[0]?.invariant };
}

test('an address space that nobody else changes needs no coherent TLB', () => {
  expect(verdict('anon-two-writers', 'tsar').outcome).toBe('holds');
  expect(verdict('anon-two-writers', 'stale-tlb').outcome).toBe('holds');
});

test('with TLBs that keep stale entries, a thread writes into what is being copied', () => {
  expect(verdict('cow-two-clusters', 'tsar').outcome).toBe('holds');
  expect(verdict('cow-two-clusters', 'stale-tlb')).toEqual({
    outcome: 'violated',
    invariant: 'no-lost-write',
  });
});

test('with TLBs that keep stale entries, munmap leaves a page within reach', () => {
  expect(verdict('munmap-two-clusters', 'tsar').outcome).toBe('holds');
  expect(verdict('munmap-two-clusters', 'stale-tlb')).toEqual({
    outcome: 'violated',
    invariant: 'no-access-to-free-frame',
  });
});
