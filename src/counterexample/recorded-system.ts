/**
 * What a saved counterexample tells of its system: enough to show the trace
 * where the system is not.
 */

import { DEADLOCK } from '../core/spec.ts';
import type { Named, Spec, System } from '../system.ts';
import { InputError } from '../errors.ts';
import type { Counterexample } from './file.ts';

interface RecordedSubject {
  readonly system: System;
  readonly spec: Spec;
  /** Not recorded. */
  readonly summary: '';
  /** Those that take a step. */
  readonly threads: readonly string[];
}

export function recordedSubject(saved: Counterexample): RecordedSubject {
  const { system: name, revision, scenario, hardware, options, fixes, invariant } = saved;
  const invariants = [...new Set([invariant, DEADLOCK])];
  const spec = { system: name, scenario, fixes, hardware, options, invariants };
  const named = (one: string): Named => ({ name: one, sentence: '' });
  const unknown = (): never => {
    throw new InputError(`the system ${name} is not at hand`);
  };
  const system: System = {
    name,
    title: name,
    revision,
    sentence: '',
    defaultScenario: scenario.name,
    scenarios: [scenario],
    invariants: invariants.map((one) => ({ ...named(one), when: '', group: '' })),
    operations: [],
    // How many others there are is not known: the variant is described by those that it has.
    fixes: [...fixes, ...fixes.map(() => '')].map(named),
    hardware: [named(hardware)],
    // The profile and the options are always shown, as the defaults are not known.
    defaultHardware: '',
    options: Object.entries(options).map(([option, value]) => {
      return { ...named(option), values: [value], default: '' };
    }),
    parseScenario: unknown,
    build: unknown,
  };
  const threads = [...new Set(saved.steps.map(({ thread }) => thread))];
  return { system, spec, summary: '', threads };
}
