/**
 * Partial-order reduction: where some threads touch only what no other thread can touch before they
 * have moved, only their steps are searched (an ample set), and the others take theirs later.
 * docs/reductions.md has the conditions and why they are enough; they are
 * named as in the textbooks.
 *
 * Nothing about steps is declared but who may touch which part of a state. What a step reads and
 * writes is recorded as it runs, and a step that touches what it may not is an error.
 */

import type { StateInvariant, Visit } from '../explorer/model.ts';
import type { Dependencies, ReducibleModel, Visibility } from './capabilities.ts';
import type {
  Answer,
  EnabledTransitions,
  Live,
  Transition,
  Accessors,
} from './enabled-transitions.ts';
import type { TransitionCache } from './transition-cache.ts';
import { Restart } from '../errors.ts';
import { copyWords } from '../explorer/state-words.ts';
import { ModelWrapper } from './model-wrapper.ts';

/** An invariant read cells that are not among the visible ones: search again with these. */
export class HiddenRead extends Restart {
  readonly visibility: Visibility;

  constructor(sight: Visibility) {
    super('an invariant read a field that was assumed to be invisible');
    this.visibility = sight;
  }
}

export class AmpleSets extends ModelWrapper {
  override readonly step;
  override readonly stateInvariants: readonly StateInvariant[];
  private readonly cache: TransitionCache;
  private readonly visible: Visibility;
  private readonly singletonOnly: boolean;
  private readonly before: Int32Array;
  /** Steps of the threads in the state in question. */
  private readonly turns: (readonly Transition[])[] = [];
  /**
   * The state looked at last, and what was found out there: the next one differs in a few words.
   */
  private readonly last: Int32Array;
  private readonly enabled: EnabledTransitions[] = [];
  private readonly lives: Live[] = [];
  private accessors: ({ readonly users: Accessors } & Answer) | undefined;
  /** Of each thread, those that may touch what it touches, where one of the two changes it. */
  private readonly dependentThreads: number[] = [];
  /** Is it complete? Not after an error. */
  private whole = false;
  /** The first `changes` of these are words that differ, and the bits in which they do. */
  private readonly places: Int32Array;
  private readonly bits: Int32Array;
  private changes = 0;
  private reported: Transition | undefined;

  /**
   * `visible`: what invariants may read. `lone`: only a thread by itself is taken, and
   * only if it has one step.
   */
  constructor(
    inner: ReducibleModel,
    access: Dependencies,
    attempts: TransitionCache,
    visible: Visibility,
    lone: boolean,
  ) {
    super(inner);
    this.step = {
      checked: 0,
      violated: 0,
      covered: inner.step.covered,
      explain: (check: number) => this.reported!.explanations[check],
    };
    this.cache = attempts;
    this.visible = visible;
    this.singletonOnly = lone;
    this.before = new Int32Array(inner.words);
    this.last = new Int32Array(inner.words);
    this.places = new Int32Array(inner.words);
    this.bits = new Int32Array(inner.words);
    this.stateInvariants = access.checksSeeing(visible, (read) => {
      throw new HiddenRead(read);
    });
    this.uniqueSuccessor = (visit) => this.soleMove(visit);
    delete this.hasSeveralSuccessors;
  }

  override successors(visit: Visit): void {
    const { scratch, before, turns, enabled } = this;
    copyWords(scratch, before);
    const group = this.ampleSet();
    // Inside of a visit other states may be looked at.
    for (let thread = 0; thread < enabled.length; thread++)
      turns[thread] = enabled[thread].transitions;
    for (let thread = 0; thread < turns.length; thread++) {
      if ((group & (1 << thread)) === 0) continue;
      const moves = turns[thread];
      for (let i = 0; i < moves.length; i++) {
        const move = moves[i];
        this.take(move);
        visit(thread, move.statement, move.choice);
        copyWords(before, scratch);
      }
    }
  }

  private soleMove(visit: Visit): boolean {
    const { enabled } = this;
    const group = this.ampleSet();
    let only: Transition | undefined;
    for (let thread = 0; thread < enabled.length; thread++) {
      if ((group & (1 << thread)) === 0) continue;
      const { transitions } = enabled[thread];
      if (transitions.length > 1 || (transitions.length > 0 && only !== undefined)) return false;
      only ??= transitions[0];
    }
    if (only === undefined) return false;
    this.take(only);
    visit(only.thread, only.statement, only.choice);
    return true;
  }

  /** From the state in scratch to the one that the move leads to. */
  private take(move: Transition): void {
    const { scratch, step } = this;
    const { words, masks, values, covered: ran } = move;
    for (let i = 0; i < words.length; i++) {
      const w = words[i];
      scratch[w] = (scratch[w] & ~masks[i]) | values[i];
    }
    for (let i = 0; i < ran.length; i++) step.covered[ran[i]] = 1;
    step.checked = move.checked;
    step.violated = move.violated;
    this.reported = move;
  }

  /**
   * Finds out what each thread would do in the state in scratch; the threads whose steps are taken.
   */
  private ampleSet(): number {
    const { cache, threads, scratch, enabled, lives, dependentThreads, whole } = this;
    this.compare();
    this.whole = false;
    const before = this.accessors?.users;
    if (!whole || this.affects(this.accessors!)) this.accessors = cache.accessorsIn(scratch);
    const { users } = this.accessors!;
    let live = 0;
    for (let thread = 0; thread < threads.length; thread++) {
      if (!whole || this.affects(lives[thread])) lives[thread] = cache.live(thread, scratch);
      if (lives[thread].live) live |= 1 << thread;
      let look = enabled[thread];
      if (!whole || this.affects(look)) {
        look = cache.of(thread, scratch);
        if (look.visibility?.by !== this)
          look.visibility = { by: this, shows: this.isVisible(look) };
        enabled[thread] = look;
      } else if (users === before) continue;
      dependentThreads[thread] =
        look.dependentThreads.get(users) ?? cache.dependentThreadsOf(look, users, scratch);
    }
    this.whole = true;
    for (let thread = 0; thread < enabled.length; thread++) {
      if ((live & (1 << thread)) === 0) continue;
      const group = this.ampleSetOf(1 << thread, live);
      if (group !== 0) return group;
    }
    return -1;
  }

  private compare(): void {
    const { scratch, last, places, bits } = this;
    let changes = 0;
    for (let w = 0; w < last.length; w++) {
      const changed = scratch[w] ^ last[w];
      if (changed === 0) continue;
      places[changes] = w;
      bits[changes++] = changed;
      last[w] = scratch[w];
    }
    this.changes = changes;
  }

  /** Has what the answer depends on changed? */
  private affects({ depends }: Answer): boolean {
    const { places, bits, changes } = this;
    for (let i = 0; i < changes; i++) if ((depends[places[i]] & bits[i]) !== 0) return true;
    return false;
  }

  /** The threads that have to move together with these; 0 if that does not help. */
  private ampleSetOf(start: number, live: number): number {
    const { enabled, dependentThreads } = this;
    let group = start;
    let done = 0;
    let steps = 0;
    while (done !== group) {
      const thread = 31 - Math.clz32(group & ~done);
      done |= 1 << thread;
      const look = enabled[thread];
      if (look.visibility!.shows) return 0;
      steps += look.transitions.length;
      group |= dependentThreads[thread] & live;
      if ((live & ~group) === 0) return 0;
      if (this.singletonOnly && (steps > 1 || group !== start)) return 0;
    }
    // C0
    return steps > 0 ? group : 0;
  }

  /**
   * Does one of the steps change what an invariant may read (C2), or go back in its program (C3)?
   */
  private isVisible({ transitions }: EnabledTransitions): boolean {
    const { bits, depth } = this.visible;
    return transitions.some(
      (move) =>
        move.loopsBack ||
        move.depth <= depth ||
        move.words.some((w, i) => (bits[w] & move.masks[i]) !== 0),
    );
  }
}
