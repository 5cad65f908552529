/** Defaults of a model, so that textbook models declare only their own parts. */

import type { Model, StepInfo } from '../../src/explorer/model.ts';
import type { Statement } from '../../src/explorer/statement.ts';
import type { ReducibleModel, Symmetry } from '../../src/reduction/capabilities.ts';

/** The parts that a textbook model declares. */
export interface PlainParts {
  readonly name: string;
  readonly scratch: Int32Array;
  readonly threads?: readonly string[];
  /** Names of statements, without a source. */
  readonly statements: readonly string[];
  readonly initialStates: Model['initialStates'];
  readonly successors: Model['successors'];
  readonly stateInvariants?: Model['stateInvariants'];
  readonly stepInvariants?: readonly string[];
  readonly isFinal?: () => boolean;
  readonly symmetry?: Symmetry;
}

/** It sets `step` itself, if it has step invariants. */
export interface PlainModel extends ReducibleModel {
  readonly step: StepInfo & { checked: number; violated: number };
}

export function plainModel(plain: PlainParts): PlainModel {
  const { name, scratch, threads = ['t0'], initialStates, isFinal = () => true } = plain;
  const statements: Statement[] = plain.statements.map((token) => {
    return { operation: token, file: name, line: 0, token };
  });
  const covered = new Uint8Array(statements.length);
  return {
    words: scratch.length,
    scratch,
    threads,
    statements,
    stateInvariants: plain.stateInvariants ?? [],
    stepInvariants: (plain.stepInvariants ?? []).map((step) => ({ name: step })),
    initialStates,
    successors: (visit) =>
      plain.successors((thread, statement, choice) => {
        covered[statement] = 1;
        visit(thread, statement, choice);
      }),
    isFinal,
    step: {
      checked: 0,
      violated: 0,
      explain: (check) => `${plain.stepInvariants?.[check] ?? 'a step check'} is broken`,
      covered,
    },
    ...(plain.symmetry && { symmetry: plain.symmetry }),
  };
}

/** A state invariant that always applies. */
export function stateCheck(
  name: string,
  violation: () => string | undefined,
): Model['stateInvariants'][0] {
  return { name, applies: () => true, violation };
}
