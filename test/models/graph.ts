/**
 * Any small labelled transition system, which the reference searches of the tests explore as well.
 * It has several threads, choices and initial states, and violating states and steps.
 */

import fc from 'fast-check';
import type { Model } from '../../src/explorer/model.ts';
import { plainModel, stateCheck, type PlainModel } from './plain.ts';

export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly thread: number;
  readonly statement: number;
  /** The step invariants that this step violates, as bits. */
  readonly raised: number;
}

export interface Graph {
  readonly nodes: number;
  readonly initial: readonly number[];
  readonly edges: readonly Edge[];
  /** For each node, the state invariants that it violates, as bits. */
  readonly broken: readonly number[];
  /** Final nodes. */
  readonly final: readonly number[];
}

export const THREADS = 3;
export const STATEMENTS = 4;
export const STATE_CHECKS = ['even', 'small'];
export const STEP_CHECKS = ['quiet'];

/** The node is the only word of a state. Steps come by thread, and for a thread by statement. */
export function graphModel(graph: Graph): Model {
  const scratch = new Int32Array(1);
  const out = outgoing(graph);
  const model: PlainModel = plainModel({
    name: 'graph',
    scratch,
    threads: Array.from({ length: THREADS }, (_, thread) => `t${thread}`),
    statements: Array.from({ length: STATEMENTS }, (_, statement) => `s${statement}`),
    stateInvariants: STATE_CHECKS.map((name, check) =>
      stateCheck(name, () => {
        return graph.broken[scratch[0]] & (1 << check) ? `node ${scratch[0]}` : undefined;
      }),
    ),
    stepInvariants: STEP_CHECKS,
    initialStates(visit) {
      for (const node of graph.initial) {
        scratch[0] = node;
        visit();
      }
    },
    successors(visit) {
      for (const [choice, edge] of out[scratch[0]].entries()) {
        scratch[0] = edge.to;
        model.step.violated = edge.raised;
        model.step.checked = 1;
        visit(edge.thread, edge.statement, choice);
      }
    },
    isFinal: () => graph.final.includes(scratch[0]),
  });
  return model;
}

/** Steps that leave each node, in the order of the model. */
export function outgoing(graph: Graph): Edge[][] {
  return Array.from({ length: graph.nodes }, (_, node) =>
    graph.edges
      .filter((edge) => edge.from === node)
      .sort((one, other) => one.thread - other.thread || one.statement - other.statement),
  );
}

/** Small graphs; `broken` is the percentage of nodes and steps that violate an invariant. */
export function graphs(broken: number): fc.Arbitrary<Graph> {
  const bits = (checks: number) =>
    fc.oneof(
      { weight: 100 - broken, arbitrary: fc.constant(0) },
      { weight: broken, arbitrary: fc.nat(2 ** checks - 1) },
    );
  return fc.integer({ min: 1, max: 14 }).chain((nodes) => {
    const node = fc.nat(nodes - 1);
    const edge = fc.record({
      from: node,
      to: node,
      thread: fc.nat(THREADS - 1),
      statement: fc.nat(STATEMENTS - 1),
      raised: bits(STEP_CHECKS.length),
    });
    return fc.record({
      nodes: fc.constant(nodes),
      initial: fc.array(node, { minLength: 1, maxLength: 2 }),
      edges: fc.array(edge, { maxLength: 3 * nodes, size: 'max' }),
      broken: fc.array(bits(STATE_CHECKS.length), { minLength: nodes, maxLength: nodes }),
      final: fc.uniqueArray(node),
    });
  });
}
