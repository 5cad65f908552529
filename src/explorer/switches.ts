/**
 * Among the shortest traces to a finding, the one with the fewest context switches: people read a
 * trace thread by thread.
 *
 * A pass backwards expands the levels again, from the last to the first, and keeps for every state
 * on a shortest way to the target, and every thread, the fewest switches from there on if that
 * thread moves next. A pass forwards then follows the minimum; ties go to the lowest thread, then
 * the lowest choice. This costs about as much as the search did, so it is a generator that yields
 * how many states it expanded: the search stays responsive, and may give up and take the parents.
 */

import type { Model, Step } from './contract.ts';
import type { Finding } from './findings.ts';
import type { Column } from './column.ts';
import { NONE, type StateStore } from './store.ts';
import { lost, type Path } from './trace.ts';

/** States expanded between two yields. */
const STRIDE = 256;

export interface Levels {
  /** Level i is the ids from starts[i] up to, not including, starts[i + 1]. */
  readonly starts: readonly number[];
  /** What each state breaks, with keep-going. */
  readonly marks: Column | undefined;
}

/** How many states a pass expands: those up to the last level before the finding. */
export function statesBefore(levels: Levels, finding: Finding): number {
  return levels.starts[finding.length]!;
}

export function* fewestSwitches(
  model: Model,
  store: StateStore,
  levels: Levels,
  finding: Finding,
): Generator<number, Path> {
  const pass = new Pass(model, store, levels, finding);
  const end = statesBefore(levels, finding);
  for (let id = end - 1; id >= 0; id--) {
    pass.backward(id);
    if (id % STRIDE === 0) yield STRIDE;
  }
  return pass.forward();
}

class Pass {
  /** costs[id * threads + t]: 1 + fewest switches once thread t moves; 0 if it leads nowhere. */
  private readonly costs: Int32Array;
  private readonly threads: number;
  private readonly model: Model;
  private readonly store: StateStore;
  private readonly finding: Finding;
  private readonly marks: Column | undefined;
  private readonly starts: readonly number[];
  private level: number;
  private from = NONE;

  // Of the forward pass: the best step so far.
  private previous = NONE;
  private bestCost = 0;
  private best: Step | undefined;
  private bestNext = NONE;

  constructor(model: Model, store: StateStore, levels: Levels, finding: Finding) {
    this.model = model;
    this.store = store;
    this.finding = finding;
    this.marks = levels.marks;
    this.starts = levels.starts;
    this.threads = model.threads.length;
    this.level = finding.length - 1;
    this.costs = new Int32Array(statesBefore(levels, finding) * this.threads);
  }

  /** Learns what a state's steps are worth; states come in falling order. */
  backward(id: number): void {
    while (id < this.starts[this.level]!) this.level--;
    this.from = id;
    this.store.load(id);
    this.model.successors(this.learn);
  }

  private readonly learn = (thread: number, statement: number, choice: number): void => {
    const cost = this.costAfter(thread, statement, choice, NONE);
    const at = this.from * this.threads + thread;
    if (cost !== 0 && (this.costs[at] === 0 || cost < this.costs[at]!)) this.costs[at] = cost;
  };

  /** 1 + the switches that follow once this step is taken; 0 if it is on no shortest way. */
  private costAfter(thread: number, statement: number, choice: number, next: number): number {
    if (this.level === this.finding.length - 1) {
      return this.arrives(thread, statement, choice) ? 1 : 0;
    }
    const to = next === NONE ? this.store.find() : next;
    return to < this.starts[this.level + 1]! ? 0 : this.bestFrom(to, thread);
  }

  private bestFrom(id: number, previous: number): number {
    const base = id * this.threads;
    if (base >= this.costs.length) return 0;
    let best = 0;
    for (let thread = 0; thread < this.threads; thread++) {
      const cost = this.costs[base + thread]!;
      if (cost === 0) continue;
      const total = cost + (previous !== NONE && thread !== previous ? 1 : 0);
      if (best === 0 || total < best) best = total;
    }
    return best;
  }

  private arrives(thread: number, statement: number, choice: number): boolean {
    const { kind, parent, state, step, check } = this.finding;
    if (this.finding.statement !== undefined && this.finding.statement !== statement) return false;
    if (kind === 'step') {
      return this.from === parent && step!.thread === thread && step!.choice === choice;
    }
    const broken = kind === 'state' && this.marks !== undefined ? this.marks.get(this.from) : 0;
    return (broken & (1 << check)) === 0 && this.store.holds(state);
  }

  /** Follows the fewest switches from an initial state to the finding. */
  forward(): Path {
    const path: Path = { states: [], words: [], steps: [] };
    this.from = this.bestInitial();
    this.previous = NONE;
    for (this.level = 0; this.level < this.finding.length; this.level++) {
      this.best = undefined;
      this.store.load(this.from);
      path.words.push(this.model.scratch.slice());
      this.model.successors(this.consider);
      const step = this.bestStep();
      path.states.push(this.from);
      path.steps.push(step);
      this.previous = step.thread;
      this.from = this.bestNext;
    }
    return path;
  }

  private bestStep(): Step {
    if (this.best === undefined) throw lost(this.from, NONE);
    return this.best;
  }

  private bestInitial(): number {
    let best = NONE;
    let bestCost = 0;
    for (let id = 0; id < this.starts[1]!; id++) {
      const cost = this.bestFrom(id, NONE);
      if (cost === 0 || (best !== NONE && cost >= bestCost)) continue;
      best = id;
      bestCost = cost;
    }
    if (best === NONE) throw lost(NONE, this.finding.state);
    return best;
  }

  private readonly consider = (thread: number, statement: number, choice: number): void => {
    const next = this.level === this.finding.length - 1 ? NONE : this.store.find();
    const after = this.costAfter(thread, statement, choice, next);
    if (after === 0) return;
    const cost = after + (this.previous !== NONE && this.previous !== thread ? 1 : 0);
    if (this.best !== undefined && cost >= this.bestCost) return;
    this.best = { thread, statement, choice };
    this.bestCost = cost;
    this.bestNext = next;
  };
}
