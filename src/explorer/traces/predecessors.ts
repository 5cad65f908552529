/**
 * The steps that shortest traces are made of: those that lead from one level of a breadth-first
 * search to the next. The search keeps no steps, so its levels are expanded again, from the first
 * on, but once for all violations; for each state it is kept which states of the level before lead
 * to it, and by which threads.
 *
 * This costs about as much as the search did, so it is a generator that yields how many states it
 * expanded: the search stays responsive, and may give up and take the parents.
 */

import { Column, COLUMN_ROOM } from '../visited/column.ts';
import type { Model } from '../model.ts';
import type { FoundViolation } from '../checks/violation-log.ts';
import type { VisitedSet } from '../visited/visited-set.ts';

/** States expanded between two yields. */
export const STRIDE = 256;

export interface Levels {
  /** Level i is the ids from starts[i] up to, not including, starts[i + 1]. */
  readonly starts: readonly number[];
  /** What each state breaks, with keep-going. */
  readonly marks: Column | undefined;
}

/** How many states lie before a violation: those up to the last level before it. */
export function statesBefore(levels: Levels, violation: FoundViolation): number {
  return levels.starts[violation.length];
}

/** Bytes that are taken at once, for so many states before the last violation. */
export function bytesOfGraph(model: Model, states: number): number {
  return 4 * states * (2 + model.threads.length);
}

export class PredecessorGraph {
  readonly model: Model;
  readonly store: VisitedSet;
  readonly levels: Levels;
  readonly threads: number;
  /**
   * Scratch for a pass over the paths to a violation, all 0 between passes: a number for each state
   * and thread at [id * threads + thread], and a list of states.
   */
  readonly costs: Int32Array;
  readonly queue: Int32Array;
  /** By state: 1 + the place of the last step that was found to lead to it, 0 if there is none. */
  private readonly heads: Int32Array;
  /** By step: id * threads + thread of the state it leaves and the thread that moves. */
  private readonly sources = new Column();
  /** By step: what was in `heads` before. */
  private readonly earlier = new Column();
  private steps = 0;
  /** The violations by the level that their violating steps leave. */
  private readonly violationsByLevel: FoundViolation[][] = [];
  /** The breaking steps of each, as in `sources`. */
  private readonly violatingSteps = new Map<FoundViolation, number[]>();
  /** The state that is expanded next or right now, and its level. */
  private from = 0;
  private level = 0;

  /** For violations of some steps each, by a breadth-first search with exact storage. */
  constructor(
    model: Model,
    store: VisitedSet,
    levels: Levels,
    violations: readonly FoundViolation[],
  ) {
    this.model = model;
    this.store = store;
    this.levels = levels;
    this.threads = model.threads.length;
    const states = Math.max(...violations.map((violation) => statesBefore(levels, violation)));
    this.heads = new Int32Array(states);
    this.queue = new Int32Array(states);
    this.costs = new Int32Array(states * this.threads);
    for (const violation of violations) {
      this.violatingSteps.set(violation, []);
      (this.violationsByLevel[violation.length - 1] ??= []).push(violation);
    }
  }

  /** Bytes held. */
  get bytes(): number {
    return bytesOfGraph(this.model, this.heads.length) + 8 * this.sources.room;
  }

  /** Expands the levels before a violation, as far as they have not been. */
  *expandBefore(violation: FoundViolation): Generator<number> {
    const { store, model, levels } = this;
    const end = statesBefore(levels, violation);
    for (; this.from < end; this.from++) {
      while (this.from >= levels.starts[this.level + 1]) this.level++;
      store.load(this.from);
      model.successors(this.record);
      if (this.from % STRIDE === 0) yield STRIDE;
    }
  }

  /** The steps that end in a violation, each as `id * threads + thread`; after `before`. */
  lastSteps(violation: FoundViolation): readonly number[] {
    return this.violatingSteps.get(violation)!;
  }

  /** Calls `visit` with each step from the level before to a state, as `id * threads + thread`. */
  predecessors(state: number, visit: (source: number) => void): void {
    for (let step = this.heads[state]; step !== 0; step = this.earlier.get(step - 1)) {
      visit(this.sources.get(step - 1));
    }
  }

  /** Does this step from a state of the last level before the violation lead to it? */
  isViolatingStep(
    violation: FoundViolation,
    from: number,
    thread: number,
    statement: number,
    choice: number,
  ): boolean {
    const { kind, parent, state, step, check } = violation;
    if (violation.statement !== undefined && violation.statement !== statement) return false;
    if (kind === 'step') {
      return from === parent && step!.thread === thread && step!.choice === choice;
    }
    const { marks } = this.levels;
    const broken = kind === 'state' && marks !== undefined ? marks.get(from) : 0;
    return (broken & (1 << check)) === 0 && this.store.matches(state);
  }

  private readonly record = (thread: number, statement: number, choice: number): void => {
    const { from, level, heads, sources, earlier } = this;
    const source = from * this.threads + thread;
    const ending = this.violationsByLevel[level];
    if (ending !== undefined) {
      for (const violation of ending) {
        if (this.isViolatingStep(violation, from, thread, statement, choice)) {
          this.violatingSteps.get(violation)!.push(source);
        }
      }
    }
    const nextLevel = this.levels.starts[level + 1];
    if (nextLevel >= heads.length) return;
    const to = this.store.find();
    if (to < nextLevel || to >= heads.length) return;
    const head = heads[to];
    if (head !== 0 && sources.get(head - 1) === source) return;
    if (this.steps === sources.room) {
      sources.extend(new Int32Array(COLUMN_ROOM));
      earlier.extend(new Int32Array(COLUMN_ROOM));
    }
    sources.set(this.steps, source);
    earlier.set(this.steps, head);
    heads[to] = ++this.steps;
  };
}
