/** Confirms what a search of guarded rules found: each rule runs by itself, on copies of words. */

import { sentenceOf } from '../explorer/checks/model-errors.ts';
import type { Model } from '../explorer/model.ts';
import type { Rerun } from '../explorer/rerun.ts';
import type { PlacedRule } from './agenda.ts';
import type { RuleRunner } from './rule-runner.ts';

export function rerunOfRules<K>(model: Model, runner: RuleRunner<K>): Rerun<Int32Array> {
  const { scratch, threads, stateInvariants } = model;
  const runs = (state: Int32Array, rule: PlacedRule<K>): boolean => {
    scratch.set(state);
    return runner.ran(rule);
  };
  return {
    initial() {
      const states: Int32Array[] = [];
      model.initialStates(() => states.push(scratch.slice()));
      return states;
    },
    step(state, { thread, statement, choice }) {
      scratch.set(state);
      const rule = runner
        .rulesAt(thread)
        .find((placed) => placed.statement === statement && placed.choice === choice);
      if (rule === undefined || !runs(state, rule)) return undefined;
      return { state: scratch.slice(), violated: [] };
    },
    violations: (state) =>
      stateInvariants.flatMap((check) => {
        scratch.set(state);
        const sentence = sentenceOf(model, check);
        return sentence === undefined ? [] : [{ invariant: check.name, sentence }];
      }),
    deadlocked(state) {
      for (const thread of threads.keys()) {
        scratch.set(state);
        if (runner.rulesAt(thread).some((rule) => runs(state, rule))) return false;
      }
      scratch.set(state);
      return !model.isFinal();
    },
  };
}
