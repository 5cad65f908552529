const NEEDED = [
  'name',
  'space',
  'threads',
  'start',
  'rules',
] as const satisfies readonly (keyof RuleSystem<unknown>)[];

/**
 * Guarded rules as a model: for benchmarks, textbook models and anything that has no C behind it.
 *
 * A rule reads and writes a view of the scratch buffer. It answers false if it is blocked, and then
 * has written nothing; true, and then scratch holds the successor. Guard and effect stay in one
 * function. The state is put back only after a rule that returned true, so a blocked rule costs its
 * guard and a look whether it has kept its word; `dispatch` saves trying most of the others.
 */

import { truth } from '../explorer/checks/model-errors.ts';
import type { StateInvariant } from '../explorer/model.ts';
import type { ConfirmableModel } from '../explorer/rerun.ts';
import type { Statement } from '../explorer/statement.ts';
import type { ReducibleModel } from '../reduction/capabilities.ts';
import { demandRule, demandStarts } from './check-rules.ts';
import { RuleRunner } from './rule-runner.ts';
import type { RuleInvariant, RuleSystem, Space } from './rule-system.ts';
import { rerunOfRules } from './rules-rerun.ts';
import { demandMembers } from '../state/demand.ts';

/** The model that `ruleModel` answers. */
export type RuleModel = ReducibleModel & ConfirmableModel;

/**
 * A model of guarded rules, for `explore`. Throws ModelError for a rule of no thread, an initial
 * state out of range, or a part that is missing.
 */
export function ruleModel<K>(system: RuleSystem<K>): RuleModel {
  demandMembers('ruleModel', system, NEEDED);
  const { space, threads, finished } = system;
  const { scratch, view, words } = space;
  demandStarts(system);
  for (const rule of system.rules) demandRule(system, rule);
  const names = [...new Set(system.rules.map((rule) => rule.name))];
  const statements = names.map((token): Statement => {
    return { operation: token, file: system.name, line: 0, token };
  });
  const runner = new RuleRunner(system, statements);
  const model: RuleModel = {
    words,
    scratch,
    threads,
    statements,
    stateInvariants: (system.invariants ?? []).map((invariant) => stateInvariant(invariant, space)),
    stepInvariants: [],
    initialStates(visit) {
      for (const start of system.start) {
        if (start instanceof Int32Array) {
          scratch.set(start);
        } else {
          scratch.fill(0);
          start(view);
        }
        visit();
      }
    },
    successors: (visit) => runner.successors(visit),
    uniqueSuccessor: (visit) => runner.uniqueSuccessor(visit),
    hasSeveralSuccessors: () => runner.hasSeveralSuccessors(),
    isFinal: () => finished === undefined || truth(finished(view), 'finished'),
    step: { checked: 0, violated: 0, explain: () => '', covered: runner.covered },
    running: () => runner.running(),
    ...(system.symmetry && { symmetry: system.symmetry }),
  };
  return Object.assign(model, { replayer: rerunOfRules(model, runner) });
}

function stateInvariant<K>(invariant: RuleInvariant<K>, space: Space<K>): StateInvariant {
  const { name, reads, applies, violation } = invariant;
  const part = reads === undefined ? undefined : space.part?.(reads);
  const view = part?.view ?? space.view;
  return {
    name,
    reads: part?.mask,
    applies: () => applies === undefined || applies(view),
    violation: () => violation(view),
  };
}
