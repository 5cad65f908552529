/**
 * Replays the threads of a `Machine` on immutable values: the same step code, on immer drafts. Patches
 * become the "what changed" column of a trace.
 */

import { enablePatches, produceWithPatches } from 'immer';
import type { Patch } from 'immer';
import type { Step } from '../explorer/contract.ts';
import type { Broken, Change, Replayed, Replayer } from '../system.ts';
import { sentenceOf } from '../explorer/wrong.ts';
import type { Machine } from './machine.ts';

enablePatches();

/** How a system words its state. */
export interface Wording<K> {
  /** A changed cell in the kernel's notation, or undefined if it is bookkeeping (stacks, ghosts). */
  change(path: readonly (string | number)[], before: K, after: K): Change | undefined;
  describe(state: K): readonly string[];
}

/** Of a machine by itself: tells nothing, but runs. */
export const UNWORDED: Wording<any> = { change: () => undefined, describe: () => [] };

export function replayerOf<K extends object, S>(
  machine: Machine<K, S>,
  wording: Wording<K>,
): Replayer<K> {
  const { layout } = machine.parts;
  const view = layout.view;
  const load = (state: K): void => machine.scratch.set(layout.pack(state));

  return {
    initial: () => machine.parts.start.map((state) => layout.unpack(layout.pack(state))),

    step(state, { thread, statement, choice }: Step): Replayed<K> | undefined {
      if (thread < 0 || thread >= machine.threads.length) return undefined;
      const notes: string[] = [];
      let ran = -1;
      machine.notes = notes;
      const [after, patches] = produceWithPatches(state, (draft) => {
        ran = machine.replay(draft as K, thread, choice);
      });
      machine.notes = undefined;
      if (ran !== statement || !machine.choiceExists()) return undefined;
      const raised: Broken[] = [];
      machine.stepChecks.forEach(({ name }, i) => {
        if ((machine.raised & (1 << i)) !== 0) {
          raised.push({ invariant: name, sentence: machine.why(i) });
        }
      });
      const changes = changesOf(patches, state, after, wording);
      return { state: after, statement, changes, notes, raised };
    },

    possible(state) {
      const steps: Step[] = [];
      for (let thread = 0; thread < machine.threads.length; thread++) {
        const fresh = (): K => {
          load(state);
          return view;
        };
        for (const found of machine.choices(fresh, thread)) steps.push({ thread, ...found });
      }
      return steps;
    },

    broken(state) {
      return machine.stateChecks.flatMap((check) => {
        load(state);
        const sentence = sentenceOf(machine, check);
        return sentence === undefined ? [] : [{ invariant: check.name, sentence }];
      });
    },

    deadlocked(state) {
      if (this.possible(state).length > 0) return false;
      load(state);
      return !machine.finished();
    },

    describe: (state) => wording.describe(state),
    pack: (state) => layout.pack(state),
  };
}

function changesOf<K>(
  patches: readonly Patch[],
  before: K,
  after: K,
  wording: Wording<K>,
): Change[] {
  const found = new Map<string, Change>();
  for (const { path } of patches) {
    const change = wording.change(path, before, after);
    if (change !== undefined && change.from !== change.to) found.set(change.path, change);
  }
  return [...found.values()];
}

/** The value at a path, or undefined where the path leads nowhere. */
export function valueAt(state: unknown, path: readonly (string | number)[]): unknown {
  let value = state;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}
