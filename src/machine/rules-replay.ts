/**
 * Replays guarded rules on immutable values: the same rules, on immer drafts, as `replay.ts` does
 * with the threads of a `Machine`.
 */

import { enablePatches, produceWithPatches } from 'immer';
import type { Step } from '../explorer/statement.ts';
import type { Layout } from '../state/layout.ts';
import type { Replayer } from '../system.ts';
import { strict } from './strict-draft.ts';
import { changesOf, type Wording } from './replay.ts';
import { rulesOf } from './agenda.ts';
import type { RuleModel } from './rules.ts';
import type { RuleSystem } from './rule-system.ts';

enablePatches();

/** `model` is that of the rules over this layout. */
export function rulesReplayerOf<K extends object>(
  system: RuleSystem<K>,
  model: RuleModel,
  layout: Layout<K>,
  wording: Wording<K>,
): Replayer<K> {
  const rules = rulesOf(system);
  const onWords = model.replayer!;
  const pack = (state: K): Int32Array => layout.pack(state);
  /** The rules that a thread tries in a state. */
  const tried = (state: K, thread: number) => {
    const place = system.dispatch?.(strict(state, layout.schema), thread);
    return rules.filter(({ rule }) => {
      if (rule.thread !== thread) return false;
      return place === undefined || rule.at === undefined || rule.at.includes(place);
    });
  };
  const ran = (state: K, run: (draft: K) => boolean) => {
    let answer: unknown = false;
    const [after, patches] = produceWithPatches(state, (draft) => {
      answer = run(strict(draft as K, layout.schema));
    });
    return answer === true ? { after, patches } : undefined;
  };
  return {
    initial: () => onWords.initial().map((words) => layout.unpack(words as Int32Array)),

    step(state, { thread, statement, choice }: Step) {
      const placed = tried(state, thread).find(
        (one) => one.statement === statement && one.choice === choice,
      );
      if (placed === undefined) return undefined;
      const done = ran(state, (draft) => placed.run(draft, placed.a, placed.b));
      if (done === undefined) return undefined;
      const paths = done.patches.map(({ path }) => path);
      const changes = changesOf(paths, state, done.after, wording);
      return { state: done.after, statement, changes, notes: [], violated: [] };
    },

    possible(state) {
      return model.threads.flatMap((_, thread) =>
        tried(state, thread).flatMap(({ run, a, b, statement, choice }) =>
          ran(state, (draft) => run(draft, a, b)) === undefined
            ? []
            : [{ thread, statement, choice }],
        ),
      );
    },

    violations: (state) => onWords.violations(pack(state)),
    deadlocked: (state) => onWords.deadlocked(pack(state)),
    describe: (state) => wording.describe(state),
    pack,
    unpack: (words) => layout.unpack(words),
  };
}
