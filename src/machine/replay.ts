/**
 * Replays the threads of a `Machine` on immutable values: the same step code, on immer drafts.
 * Patches become the "what changed" column of a trace.
 */

import { current, enablePatches, produceWithPatches } from 'immer';
import type { Model } from '../explorer/model.ts';
import type { Step } from '../explorer/statement.ts';
import type { Layout } from '../state/layout.ts';
import type { ViolatedInvariant, Change, Replayed, Replayer } from '../system.ts';
import { sentenceOf } from '../explorer/checks/model-errors.ts';
import { differingPaths, type Path } from '../state/differing-paths.ts';
import { strict } from './strict-draft.ts';

enablePatches();

/** How a system words its state. */
export interface Wording<K> {
  /**
   * A changed cell in the kernel's notation, or undefined if it is bookkeeping (stacks, ghosts).
   */
  change(path: readonly (string | number)[], before: K, after: K): Change | undefined;
  describe(state: K): readonly string[];
}

/** Of a machine by itself: describes nothing, but runs. */
export const UNWORDED: Wording<any> = { change: () => undefined, describe: () => [] };

/** A machine, as far as replays need it. */
export interface ReplayableMachine<K> extends Model {
  readonly parts: { readonly layout: Layout<K>; readonly start: readonly K[] };
  /** Filled while it is set: functions entered and left, and what statements say of themselves. */
  notes: string[] | undefined;
  /** Called whenever a place has been added to the notes. */
  set onPlace(onPlace: (() => void) | undefined);
  /** Runs one choice of one thread on `k`; the statement that ran, or -1 if it is blocked. */
  replay(k: K, thread: number, choice: number): number;
  /** True if the last `replay` used up its choice: the outcome it named exists. */
  choiceExists(): boolean;
  /** All choices of one thread in `k`, which `fresh` hands out unchanged for each of them. */
  choices(fresh: () => K, thread: number): { statement: number; choice: number }[];
}

/** Runs single steps of a machine on frozen values, and tells what each changed. */
export function replayerOf<K extends object>(
  machine: ReplayableMachine<K>,
  wording: Wording<K>,
): Replayer<K> {
  const { layout, start } = machine.parts;
  const view = layout.view;
  const load = (state: K): void => machine.scratch.set(layout.pack(state));

  return {
    initial: () => start.map((state) => layout.unpack(layout.pack(state))),

    step: (state, step) => stepOn(machine, wording, state, step),

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

    violations(state) {
      load(state);
      return machine.stateInvariants.flatMap((check) => {
        const sentence = sentenceOf(machine, check);
        return sentence === undefined ? [] : [{ invariant: check.name, sentence }];
      });
    },

    deadlocked(state) {
      if (this.possible(state).length > 0) return false;
      load(state);
      return !machine.isFinal();
    },

    describe: (state) => wording.describe(state),
    pack: (state) => layout.pack(state),
    unpack: (words) => layout.unpack(words),
  };
}

/** One step on a draft of a state, with what changed; undefined if it is not possible there. */
function stepOn<K extends object>(
  machine: ReplayableMachine<K>,
  wording: Wording<K>,
  state: K,
  { thread, statement, choice }: Step,
): Replayed<K> | undefined {
  if (thread < 0 || thread >= machine.threads.length) return undefined;
  const notes: string[] = [];
  let ran = -1;
  const places: Passed<K>[] = [];
  const { notes: before } = machine;
  machine.notes = notes;
  const [after, patches] = produceWithPatches(state, (draft) => {
    machine.onPlace = () => {
      places.push({ note: notes.length - 1, before: current(draft) as K });
    };
    ran = machine.replay(strict(draft as K, machine.parts.layout.schema), thread, choice);
  });
  machine.notes = before;
  machine.onPlace = undefined;
  if (ran !== statement || !machine.choiceExists()) return undefined;
  const paths = patches.map(({ path }) => path);
  const changes = changesOf(paths, state, after, wording);
  places.forEach(({ note, before }, i) => {
    const then = places[i + 1]?.before ?? after;
    const effects = changesOf(differingPaths(before, then), before, then, wording);
    if (effects.length > 0) notes[note] += `: ${effects.map(effectText).join('; ')}`;
  });
  return { state: after, statement, changes, notes, violated: violatedBy(machine) };
}

/** The step invariants that the last step violated. */
function violatedBy({ stepInvariants, step }: Model): ViolatedInvariant[] {
  return stepInvariants.flatMap(({ name }, i) =>
    (step.violated & (1 << i)) === 0 ? [] : [{ invariant: name, sentence: step.explain(i) }],
  );
}

/** A place that a step passed: which of the notes, and the state as it was then. */
interface Passed<K> {
  readonly note: number;
  readonly before: K;
}

/** `area 0 [1, 3[ → [2, 3[`. */
function effectText({ path, from, to }: Change): string {
  return from === ''
    ? `${path} + ${to}`
    : to === ''
      ? `${path} - ${from}`
      : `${path} ${from} → ${to}`;
}

/** How the changes at some paths are described. */
export function changesOf<K>(
  paths: readonly Path[],
  before: K,
  after: K,
  wording: Wording<K>,
): Change[] {
  const found = new Map<string, Change>();
  for (const path of paths) {
    const change = wording.change(path, before, after);
    if (change !== undefined && change.from !== change.to) found.set(change.path, change);
  }
  return [...found.values()];
}
