/** A mutation test of an invariant, and the ways to write one. */

import type { OptionValue, Scenario } from '../../../src/system.ts';
import type { AlmosOperation } from '../build.ts';

export interface Model {
  readonly replaced?: readonly AlmosOperation[];
  readonly options?: Readonly<Record<string, OptionValue>>;
}

export interface MutationTest {
  readonly invariant: string;
  /** The mistake, for the name of the test. */
  readonly mistake: string;
  readonly scenario: Scenario;
  /** The model that violates it. */
  readonly broken: Model;
  /** The model in which it holds. Undefined if no short change of the code as written is known. */
  readonly sound: Model | undefined;
  /**
   * True if the invariant is vacuous in the sound model, because it applies only where it is
   * violated. Its control is then weaker than others.
   */
  readonly silent: boolean;
}

export const asWritten: Model = {};

/** The invariant holds as written and is violated with the mutation. */
export function mutation(
  invariant: string,
  mistake: string,
  scenario: Scenario,
  ...replaced: readonly AlmosOperation[]
): MutationTest {
  return { invariant, mistake, scenario, broken: { replaced }, sound: asWritten, silent: false };
}

/** The invariant is violated as written and holds with the correction, if there is one. */
export function written(
  invariant: string,
  mistake: string,
  scenario: Scenario,
  sound?: Model,
): MutationTest {
  return { invariant, mistake, scenario, broken: asWritten, sound, silent: false };
}

export const silently = (row: MutationTest): MutationTest => ({ ...row, silent: true });
export const mended = (...replaced: readonly AlmosOperation[]): Model => ({ replaced });
