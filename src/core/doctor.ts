/** Examines a system: all laws, on random walks through each of its scenarios. */

import { authorsErrorIn } from '../author-errors.ts';
import { mulberry32 } from '../explorer/frontier/random-walk.ts';
import { examine, type Broken, type Examination } from '../laws/examine.ts';
import { laws } from '../laws/laws.ts';
import type { Spec, System } from '../system.ts';
import { build } from './spec.ts';

/** How a model is examined: so many walks of so many steps at most. */
export interface DoctorSettings {
  /** Walks through each scenario. */
  readonly walks: number;
  /** Most steps of a walk. */
  readonly depth: number;
  readonly seed: number;
}

/** What came of one law, over all scenarios. */
export interface LawReport {
  readonly name: string;
  readonly sentence: string;
  /** States in which it had something to say, and was kept. */
  readonly states: number;
  /** Why no scenario could be checked. */
  readonly missing: string | undefined;
  /** The first scenario that breaks it. */
  readonly broken: (Broken & { readonly scenario: string }) | undefined;
}

/** What came of all laws. */
export interface DoctorReport {
  readonly system: System;
  readonly settings: DoctorSettings;
  /** Scenarios that were examined, of so many. */
  readonly scenarios: number;
  readonly planned: number;
  readonly states: number;
  readonly laws: readonly LawReport[];
}

/** The examination of one scenario; throws ModelError for a model that cannot be built. */
export function examineScenario(system: System, spec: Spec, settings: DoctorSettings): Examination {
  const { walks, depth: length, seed } = settings;
  try {
    return examine(build(system, spec), { walks, length, random: mulberry32(seed) });
  } catch (error) {
    throw authorsErrorIn(system.name, error);
  }
}

/** Joins the examinations of scenarios. */
export function doctorReport(
  system: System,
  settings: DoctorSettings,
  planned: number,
  examined: readonly (readonly [scenario: string, Examination])[],
): DoctorReport {
  return {
    system,
    settings,
    scenarios: examined.length,
    planned,
    states: examined.reduce((sum, [, { states }]) => sum + states, 0),
    laws: laws.map(({ name, sentence }, i): LawReport => {
      const outcomes = examined.map(([scenario, one]) => ({ scenario, ...one.outcomes[i]! }));
      const first = outcomes.find(({ broken }) => broken !== undefined);
      const unchecked = outcomes.length > 0 && outcomes.every((one) => one.missing !== undefined);
      return {
        name,
        sentence,
        states: outcomes.reduce((sum, { states }) => sum + states, 0),
        missing: unchecked ? outcomes[0]!.missing : undefined,
        broken: first?.broken && { scenario: first.scenario, ...first.broken },
      };
    }),
  };
}
