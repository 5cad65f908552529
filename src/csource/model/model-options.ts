/** What a model of a program of C has to know besides the program. */

import type { MachineOptions } from '../machine/configure.ts';

export interface ModelInvariant {
  readonly name: string;
  readonly sentence: string;
  /** Number of the question. */
  readonly question: number;
  readonly when: 'always' | 'finished';
}

export interface ProgramModelOptions {
  readonly threads: readonly string[];
  readonly invariants: readonly ModelInvariant[];
  /** Names of the invariants of faults that are wanted. */
  readonly faults: readonly string[];
  /** Question that answers whether nothing more has to come. */
  readonly finished: number | undefined;
  readonly machine: Omit<MachineOptions, 'learns' | 'checked' | 'detects'>;
  /** Text of a line of a source. */
  readonly line: (file: string, line: number) => string;
  /** Names of variables of which `show --view full` tells the values. */
  readonly show: readonly string[];
  /** May yield points be added while it runs? Not when a trace is run again. */
  readonly fixedYields: boolean;
}
