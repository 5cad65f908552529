/**
 * The fixes: all together suffice in every scenario of the library, and each is needed: with all but
 * this one, some scenario breaks. A fix in the table that nothing needs would be a guess.
 */

import { describe, expect, test } from 'vitest';

import { explore } from '../../src/explorer/search.ts';
import type { Scenario } from '../../src/system.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';
import { allInvariants } from './build.ts';

const all = almosMkh.fixes.map(({ name }) => name);

function outcome(scenario: Scenario, fixes: readonly string[]) {
  const options = almosMkh.options.map(({ name, default: standard }) => [name, standard]);
  const subject = almosMkh.build({
    system: almosMkh.name,
    scenario,
    fixes,
    hardware: almosMkh.defaultHardware,
    options: Object.fromEntries(options),
    invariants: allInvariants,
  });
  const { outcome: found, breaches } = explore(subject, {});
  return { found, sentence: breaches[0]?.sentence };
}

describe('with all fixes', () => {
  test.each(almosMkh.scenarios)('$name holds', (scenario) => {
    expect(outcome(scenario, all)).toEqual({ found: 'holds', sentence: undefined });
  });
});

describe('with all fixes but one', () => {
  // Where the defect is shown comes first; most often that is where the fix is missed too.
  test.each(all)('%s, some scenario is violated', (name) => {
    const shown = (almosMkh.defects ?? []).flatMap(({ fix, shown: searches }) =>
      fix === name ? searches : [],
    );
    const first = almosMkh.scenarios.filter(({ name: own }) =>
      shown.some(({ scenario }) => scenario === own),
    );
    const rest = almosMkh.scenarios.filter((scenario) => !first.includes(scenario));
    const others = all.filter((other) => other !== name);
    const broken = [...first, ...rest].find(
      (scenario) => outcome(scenario, others).found === 'violated',
    );
    expect(broken).toBeDefined();
  });
});
