/**
 * Among the shortest traces to a violation, the one with the fewest context switches: people read a
 * trace thread by thread.
 *
 * A pass backwards, over the states on a shortest path to the violation and no other, keeps for
 * each of them, and every thread, the fewest switches from there on if that thread moves next. A
 * pass forwards then follows the minimum; ties go to the lowest thread, then the lowest choice.
 */

import type { Step } from '../statement.ts';
import type { FoundViolation } from '../checks/violation-log.ts';
import { NONE } from '../visited/ids.ts';
import { notDeterministic, type Path } from './path.ts';
import { STRIDE, type PredecessorGraph } from './predecessors.ts';

/** Yields now and then how many states it looked at. */
export function* fewestSwitches(
  graph: PredecessorGraph,
  violation: FoundViolation,
): Generator<number, Path> {
  yield* graph.expandBefore(violation);
  const pass = new Pass(graph, violation);
  yield* pass.backward();
  const path = pass.forward();
  pass.forget();
  return path;
}

class Pass {
  private readonly graph: PredecessorGraph;
  private readonly violation: FoundViolation;
  private readonly threads: number;
  /** costs[id * threads + t]: 1 + fewest switches once thread t moves; 0 if it leads nowhere. */
  private readonly costs: Int32Array;
  /** The states on shortest ways, the last ones first. */
  private readonly queue: Int32Array;
  private queued = 0;
  private to = NONE;

  // Of the forward pass: the best step so far.
  private level = 0;
  private from = NONE;
  private previous = NONE;
  private bestCost = 0;
  private best: Step | undefined;
  private bestNext = NONE;
  private after: Int32Array | undefined;

  constructor(graph: PredecessorGraph, violation: FoundViolation) {
    this.graph = graph;
    this.violation = violation;
    this.threads = graph.threads;
    this.costs = graph.costs;
    this.queue = graph.queue;
  }

  *backward(): Generator<number> {
    for (const source of this.graph.lastSteps(this.violation)) this.learn(source, 1);
    for (let next = 0; next < this.queued; next++) {
      this.to = this.queue[next];
      this.graph.predecessors(this.to, this.arrive);
      if (next % STRIDE === STRIDE - 1) yield STRIDE;
    }
  }

  /** Leaves the costs as they were found. */
  forget(): void {
    const { threads } = this;
    for (const id of this.queue.subarray(0, this.queued)) {
      this.costs.fill(0, id * threads, (id + 1) * threads);
    }
  }

  private readonly arrive = (source: number): void => {
    this.learn(source, this.costFrom(this.to, source % this.threads));
  };

  private learn(source: number, cost: number): void {
    const known = this.costs[source];
    if (known !== 0 && known <= cost) return;
    const state = (source / this.threads) | 0;
    if (known === 0 && this.costFrom(state, NONE) === 0) this.queue[this.queued++] = state;
    this.costs[source] = cost;
  }

  /** 1 + the switches that follow if this thread has led to the state; 0 if no such path has it. */
  private costFrom(id: number, previous: number): number {
    const base = id * this.threads;
    let best = 0;
    for (let thread = 0; thread < this.threads; thread++) {
      const cost = this.costs[base + thread];
      if (cost === 0) continue;
      const total = cost + (previous !== NONE && thread !== previous ? 1 : 0);
      if (best === 0 || total < best) best = total;
    }
    return best;
  }

  /** Follows the fewest switches from an initial state to the violation. */
  forward(): Path {
    const { model, store } = this.graph;
    const states: number[] = [];
    const words: Int32Array[] = [];
    const steps: Step[] = [];
    this.from = this.bestInitial();
    for (this.level = 0; this.level < this.violation.length; this.level++) {
      this.best = undefined;
      store.load(this.from);
      words.push(model.scratch.slice());
      model.successors(this.consider);
      if (this.best === undefined) throw notDeterministic(this.from, NONE);
      const step: Step = this.best;
      states.push(this.from);
      steps.push(step);
      this.previous = step.thread;
      this.from = this.bestNext;
    }
    return { states, words, steps, last: this.after! };
  }

  private bestInitial(): number {
    let best = NONE;
    let bestCost = 0;
    for (let id = 0; id < this.graph.levels.starts[1]; id++) {
      const cost = this.costFrom(id, NONE);
      if (cost === 0 || (best !== NONE && cost >= bestCost)) continue;
      best = id;
      bestCost = cost;
    }
    if (best === NONE) throw notDeterministic(NONE, this.violation.state);
    return best;
  }

  private readonly consider = (thread: number, statement: number, choice: number): void => {
    const { graph, violation, level } = this;
    const last = level === violation.length - 1;
    const next = last ? NONE : graph.store.find();
    let after = 0;
    if (last)
      after = graph.isViolatingStep(violation, this.from, thread, statement, choice) ? 1 : 0;
    else if (next >= graph.levels.starts[level + 1]) after = this.costFrom(next, thread);
    if (after === 0) return;
    const cost = after + (this.previous !== NONE && this.previous !== thread ? 1 : 0);
    if (this.best !== undefined && cost >= this.bestCost) return;
    this.best = { thread, statement, choice };
    this.bestCost = cost;
    this.bestNext = next;
    if (last) this.after = graph.model.scratch.slice();
  };
}
