/**
 * Reference searches, written as simply as possible with Map and arrays. They share only the
 * definition of a graph with the real search.
 */

import type { Model } from '../../src/explorer/model.ts';
import type { Step } from '../../src/explorer/statement.ts';
import { outgoing, STATE_CHECKS, STEP_CHECKS, type Edge, type Graph } from '../models/graph.ts';

/** Distances of all reachable states of any model, by their words. */
export function distances(model: Model): Map<string, number> {
  const found = new Map<string, number>();
  const queue: Int32Array[] = [];
  const add = (distance: number) => () => {
    const key = model.scratch.join();
    if (found.has(key)) return;
    found.set(key, distance);
    queue.push(model.scratch.slice());
  };
  model.initialStates(add(0));
  for (const state of queue) {
    model.scratch.set(state);
    model.successors(add(found.get(state.join())! + 1));
  }
  return found;
}

export interface NaiveViolation {
  readonly invariant: string;
  readonly statement: number | undefined;
  readonly length: number;
  /** The end of the trace: a node, or a step that leaves a node. */
  readonly node: number;
  readonly edge: Edge | undefined;
}

export interface NaiveResult {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** In order of discovery, one per invariant and statement. */
  readonly violations: readonly NaiveViolation[];
}

/** Searches level by level, to the end of the first level with a violation, or of the graph. */
export function naiveSearch(graph: Graph, keepGoing: boolean): NaiveResult {
  const out = outgoing(graph);
  const distance = new Map<number, number>();
  const lastStatement = new Map<number, number>();
  const violations = new Map<string, NaiveViolation>();
  const add = (violation: NaiveViolation) => {
    const key = `${violation.invariant} ${violation.statement}`;
    if (!violations.has(key)) violations.set(key, violation);
  };
  const names = (bits: number, checks: string[]) => checks.filter((_, bit) => bits & (1 << bit));

  for (const node of graph.initial) {
    if (distance.has(node)) continue;
    distance.set(node, 0);
    for (const invariant of names(graph.broken[node], STATE_CHECKS)) {
      add({ invariant, statement: undefined, length: 0, node, edge: undefined });
    }
  }
  let transitions = 0;
  let level = [...distance.keys()];
  while (level.length > 0 && (keepGoing || violations.size === 0)) {
    const next: number[] = [];
    for (const node of level) {
      const length = distance.get(node)! + 1;
      if (out[node].length === 0 && !graph.final.includes(node)) {
        const statement = lastStatement.get(node);
        add({ invariant: 'deadlock-free', statement, length: length - 1, node, edge: undefined });
      }
      for (const edge of out[node]) {
        const { statement, to } = edge;
        transitions++;
        for (const invariant of names(edge.raised, STEP_CHECKS)) {
          add({ invariant, statement, length, node, edge });
        }
        for (const invariant of names(graph.broken[to] & ~graph.broken[node], STATE_CHECKS)) {
          add({ invariant, statement, length, node: to, edge: undefined });
        }
        if (distance.has(to)) continue;
        distance.set(to, length);
        lastStatement.set(to, statement);
        next.push(to);
      }
    }
    level = next;
  }
  const depth = Math.max(...distance.values());
  return { states: distance.size, transitions, depth, violations: [...violations.values()] };
}

/** The violation that a search without keep-going reports: the shortest, then the first. */
export function firstOf(violations: readonly NaiveViolation[]): NaiveViolation | undefined {
  const shortest = Math.min(...violations.map((violation) => violation.length));
  return violations.find((violation) => violation.length === shortest);
}

/**
 * The minimum number of context switches of all traces of this length to the violation, by brute
 * force. With keep-going the last step must be of its statement and must newly violate its
 * invariant.
 */
export function naiveSwitches(graph: Graph, violation: NaiveViolation, keepGoing = false): number {
  const out = outgoing(graph);
  const bit = 1 << STATE_CHECKS.indexOf(violation.invariant);
  const made = (edge: Edge): boolean =>
    edge.statement === violation.statement &&
    (!STATE_CHECKS.includes(violation.invariant) || (graph.broken[edge.from] & bit) === 0);
  /** Switches so far, by node and last thread. */
  let ends = new Map(graph.initial.map((node) => [`${node} none`, 0]));
  for (let step = 1; step <= violation.length; step++) {
    const longer = new Map<string, number>();
    const isLast = step === violation.length;
    for (const [end, switches] of ends) {
      const [node, previous] = end.split(' ');
      for (const edge of out[Number(node)]) {
        if (isLast && violation.edge !== undefined && violation.edge !== edge) continue;
        if (isLast && violation.edge === undefined && violation.node !== edge.to) continue;
        if (isLast && keepGoing && !made(edge)) continue;
        const same = previous === 'none' || Number(previous) === edge.thread;
        const key = `${edge.to} ${edge.thread}`;
        const total = switches + (same ? 0 : 1);
        longer.set(key, Math.min(total, longer.get(key) ?? Infinity));
      }
    }
    ends = longer;
  }
  return Math.min(...ends.values());
}

export function switchesOf(trace: readonly Step[]): number {
  return trace.filter((step, i) => i > 0 && trace[i - 1].thread !== step.thread).length;
}

/** Takes the steps of a trace; throws if one is impossible. */
export function walk(graph: Graph, initial: number, trace: readonly Step[]): Edge[] {
  const out = outgoing(graph);
  let node = graph.initial[initial];
  return trace.map((step) => {
    const edge = out[node][step.choice];
    if (edge?.thread !== step.thread || edge.statement !== step.statement) {
      throw new Error(`no such step from node ${node}: ${JSON.stringify(step)}`);
    }
    node = edge.to;
    return edge;
  });
}
