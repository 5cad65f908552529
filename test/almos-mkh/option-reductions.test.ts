/**
 * Reductions under every option value: a search with `por` or `merge` finds what the whole search
 * finds, or is refused. A declaration of accesses that is wrong for some option value would fail
 * this.
 */

import { expect, test } from 'vitest';

import { InputError } from '../../src/errors.ts';
import type { Reduction } from '../../src/explorer/reduction-names.ts';
import { explore } from '../../src/explore.ts';
import type { Verdict } from '../../src/explorer/verdict.ts';
import type { OptionValue, Scenario } from '../../src/system.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';
import { every, share } from '../extent.ts';
import { build, scenarioNamed } from './build.ts';

type Options = Readonly<Record<string, OptionValue>>;

/** Two small ones in which threads call another cluster, fork and free. */
const scenarios = ['anon-two-clusters', 'fork-far-anon'].map(scenarioNamed);

const values = almosMkh.options.flatMap(({ name, values: all, default: standard }) =>
  all.filter((value) => value !== standard).map((value) => ({ name, value })),
);

/** The existence of a deadlock is preserved, but not the step that leads to it. */
const found = ({ outcome, coverage, violations }: Verdict) => {
  const pairs = violations.map(({ invariant, statement }) =>
    invariant === 'deadlock-free' ? invariant : `${invariant} ${statement}`,
  );
  return { outcome, coverage, violations: [...new Set(pairs)].sort() };
};

const search = (scenario: Scenario, options: Options, reductions: readonly Reduction[]): Verdict =>
  explore(build(scenario, { options }), { keepGoing: true, reductions });

/** Undefined where the input is refused. */
function unlessRefused<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

test.each(share(values, every(3)))(
  '$name = $value: a reduced search finds the same, or is refused',
  (option) => {
    const options = { [option.name]: option.value };
    for (const scenario of scenarios) {
      const whole = unlessRefused(() => search(scenario, options, []));
      if (whole === undefined) continue; // an option that the scenario cannot have
      // Merging needs no declaration, so no option may have it refused.
      expect(found(search(scenario, options, ['merge']))).toEqual(found(whole));
      for (const reductions of [['por'], ['por', 'merge']] as const) {
        const fewer = unlessRefused(() => search(scenario, options, reductions));
        if (fewer !== undefined) expect(found(fewer)).toEqual(found(whole));
      }
    }
  },
);

test('partial-order reduction is refused for these option values, and no others', () => {
  const refused = values.filter((option) => {
    const options = { [option.name]: option.value };
    const subject = unlessRefused(() => build(scenarios[0], { options }));
    return typeof subject?.dependencies === 'string';
  });
  expect(refused.map(({ name, value }) => `${name}=${value}`)).toEqual([
    'mapperBlocks=false',
    'rpcServers=1',
    'rpcServers=2',
  ]);
});
