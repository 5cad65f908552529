/** The searches that show the defects of a system, and the files with their counterexamples. */

import type { Defect, Showing, Spec, System } from '../system.ts';
import { findScenario, resolveSpec } from '../core/spec.ts';

/** Where its counterexample is, from the root of the project. */
export function fileOf(system: System, { counterexample }: Showing): string {
  return `counterexamples/${system.name}/${counterexample}.json`;
}

/** The spec of the search that finds the defect. */
export function specOf(system: System, defect: Defect, showing: Showing): Spec {
  const { scenario, invariant, fixes = [], options } = showing;
  const all = system.fixes.map(({ name }) => name);
  return resolveSpec(system, {
    scenario: findScenario(system, scenario),
    fixes: fixes === 'all but its own' ? all.filter((name) => name !== defect.fix) : fixes,
    options,
    invariants: [invariant],
  });
}
