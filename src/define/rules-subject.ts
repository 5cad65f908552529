/** A defined system of guarded rules, with a scenario and a variant. */

import { ModelError } from '../errors.ts';
import { ruleModel } from '../machine/rules.ts';
import type { RuleSystem } from '../machine/rule-system.ts';
import { rulesReplayerOf } from '../machine/rules-replay.ts';
import { layout as layoutOf, type Layout } from '../state/layout.ts';
import { demandNoPromise } from '../state/demand.ts';
import { record } from '../state/record.ts';
import type { Fields as StateFields, FieldValues } from '../state/record.ts';
import type { Spec, Subject } from '../system.ts';
import type { RulesDefinition } from './definition.ts';
import type { Fields } from '../scenario/field.ts';
import { wordingOf } from './wording.ts';

export function rulesSubject<F extends Fields, S, T extends StateFields>(
  system: RulesDefinition<F, S, T>,
  spec: Spec,
  scope: S,
  summary: string,
): Subject {
  type K = FieldValues<T> & object;
  const { name, dispatch, finished, start } = system;
  const layout = layoutOf(record(system.state(scope)) as never) as unknown as Layout<K>;
  const symmetry = system.symmetry?.(layout, scope);
  const odd = system.invariants.find(({ asked = 'always' }) => asked !== 'always');
  if (odd !== undefined) {
    throw new ModelError(
      `${name}: invariant ${odd.name}: only a system of operations is asked ${odd.asked}: ` +
        'say with applies when it is',
    );
  }
  const rules: RuleSystem<K> = {
    name,
    space: layout,
    threads: system.threads(scope),
    start: [(k) => demandNoPromise(`${name}: start`, start?.(k, scope))],
    rules: system.rules(scope),
    invariants: system.invariants
      .filter((invariant) => spec.invariants.includes(invariant.name))
      .map(({ reads, applies, violation, ...named }) => ({
        ...named,
        ...(reads && { reads }),
        applies: (k) => applies?.(k, scope) ?? true,
        violation: (k) => ((applies?.(k, scope) ?? true) ? violation(k, scope) : undefined),
      })),
    ...(dispatch && { dispatch: (k: K, thread: number) => dispatch(k, thread, scope) }),
    ...(finished && { finished: (k: K) => finished(k, scope) }),
    ...(typeof symmetry === 'object' && { symmetry }),
  };
  const model = ruleModel(rules);
  const wording = wordingOf<K>(layout.schema as never, []);
  return Object.assign(model, {
    spec,
    summary,
    replayer: rulesReplayerOf(rules, model, layout, wording),
    symmetry:
      symmetry ?? `${name} does not say what of it is interchangeable; search without symmetry`,
    dependencies: `${name} does not say which thread can access what`,
  });
}
