/**
 * The fixes: all together are sufficient in every scenario of the library, with any value of one
 * option except for those named here; and each one is necessary: without it, some scenario is
 * violated.
 */

import { describe, expect, test } from 'vitest';

import { explore } from '../../src/explore.ts';
import type { Scenario, Showing } from '../../src/system.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';
import { long, share } from '../extent.ts';
import { allInvariants } from './build.ts';
import { bySize, isSmall } from './sizes.ts';

const all = almosMkh.fixes.map(({ name }) => name);

type Options = Showing['options'];

function outcome(scenario: Scenario, fixes: readonly string[], changed: Options = {}) {
  const options = almosMkh.options.map(({ name, default: standard }) => [name, standard]);
  const subject = almosMkh.build({
    system: almosMkh.name,
    scenario,
    fixes,
    hardware: almosMkh.defaultHardware,
    options: { ...Object.fromEntries(options), ...changed },
    invariants: allInvariants,
  });
  // Option frameOrder has one scenario with more states than this.
  const { outcome: found, violations } = explore(subject, { maxStates: 100_000 });
  return { found, sentence: violations[0]?.sentence, invariant: violations[0]?.invariant };
}

describe('with all fixes', () => {
  test.each(share(almosMkh.scenarios, isSmall))('$name holds', (scenario) => {
    const { found, sentence } = outcome(scenario, all);
    expect({ found, sentence }).toEqual({ found: 'holds', sentence: undefined });
  });
});

// The page of defects claims this for all options at their defaults and for any single option
// changed, except for the values that it names. Each named value must be violated.
describe('with all fixes', () => {
  const values = almosMkh.options.flatMap(({ name, values: of, default: standard }) =>
    of.filter((value) => value !== standard).map((value) => ({ name, value })),
  );
  const known = almosMkh.unmended ?? [];

  test('every value without a fix is not a default', () => {
    for (const { option, value } of known) expect(values).toContainEqual({ name: option, value });
  });

  /** The short run takes one in eight of the small ones, different ones for each value. */
  const isTaken = (scenario: Scenario, i: number): boolean =>
    long || (isSmall(scenario) && i % 16 === 0);

  const numbered = values.map((one, number) => ({ ...one, number }));
  test.each(numbered)(
    'and $name = $value every scenario holds, or the page says why not',
    (one) => {
      const unmended = known.find(
        ({ option, value }) => option === one.name && value === one.value,
      );
      const violated = new Set<string>();
      for (const [i, scenario] of almosMkh.scenarios.entries()) {
        const isOpen = violated.size < (unmended?.invariants.length ?? 0);
        if (!isOpen && !isTaken(scenario, i + one.number)) continue;
        const { clusters } = scenario as unknown as { readonly clusters: number };
        if (one.name === 'inactiveCluster' && Number(one.value) >= clusters) continue;
        const { found, invariant } = outcome(scenario, all, { [one.name]: one.value });
        if (found === 'violated') violated.add(invariant!);
      }
      expect([...violated]).toEqual(unmended?.invariants ?? []);
    },
  );
});

// split-middle links its vseg under a lock, which resize-under-vsl-lock takes
// around the whole function.
test('the diffs of vmm_resize_vseg together take its lock once', () => {
  const diffs = almosMkh.fixes
    .filter(({ name }) => name === 'split-middle' || name === 'resize-under-vsl-lock')
    .flatMap(({ diff = '' }) => diff.split('\n'));
  const lines = (sign: string, word: string): number =>
    diffs.filter((line) => line.startsWith(sign) && line.includes(`${word}( lock_xp )`)).length;
  for (const word of ['remote_rwlock_wr_acquire', 'remote_rwlock_wr_release']) {
    const own = word === 'remote_rwlock_wr_acquire' ? 1 : 0; // "released before each return"
    expect(lines('+', word) - lines('-', word), word).toBe(own);
  }
});

// The lock of the list of copies comes after that of an entry. If that lock is exclusive, a fork
// that held it while it waited for an entry would wait for a COW that waits for the lock.
test('with an exclusive lock of the copies no fork waits for a COW that waits for it', () => {
  const twice = almosMkh.scenarios.find(({ name }) => name === 'fork-twice')!;
  expect(outcome(twice, all, { copiesLock: 'exclusive' }).found).toBe('holds');
});

describe('with all fixes but one', () => {
  // The scenario that shows the defect comes first, because it usually also needs the fix.
  test.each(all)('%s, some scenario is violated', (name) => {
    const shown = (almosMkh.defects ?? []).flatMap(({ fix, shown: searches }) =>
      fix === name ? searches : [],
    );
    const first = almosMkh.scenarios.filter(({ name: own }) =>
      shown.some(({ scenario }) => scenario === own),
    );
    const rest = almosMkh.scenarios.filter((one) => !first.includes(one)).sort(bySize);
    const others = all.filter((other) => other !== name);
    // A fix may be needed only with the options with which its defect is shown.
    const options = shown.every((search) => search.options !== undefined) ? shown[0]?.options : {};
    const broken = [...first, ...rest].find(
      (scenario) => outcome(scenario, others, options).found === 'violated',
    );
    expect(broken).toBeDefined();
  });
});
