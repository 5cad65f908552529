/** Where a model error of a search occurred: the statement, and the trace that leads there. */

import type { ModelError } from '../../errors.ts';
import { placed, traced } from '../checks/model-errors.ts';
import type { ConfirmableModel } from '../rerun.ts';
import type { Step } from '../statement.ts';
import type { VisitedSet } from '../visited/visited-set.ts';
import { initialState, pathTo } from './path.ts';

/** What was expanded then: a state, or whether it is final. */
interface Expanding {
  readonly state: number;
  readonly ending: boolean;
}

/** What was checked then: the successor of a state. */
interface Checking {
  readonly parent: number;
  readonly step: Step;
}

/** Adds to an error where it occurred, and the trace, if there is one. */
export function locate(
  error: ModelError,
  model: ConfirmableModel,
  visited: VisitedSet,
  { state, ending }: Expanding,
  checking: Checking | undefined,
): void {
  if (checking === undefined && !ending) placed(error, model, model.running?.());
  try {
    const { states, steps } = pathTo(model, visited, checking?.parent ?? state);
    const first = states[0] ?? checking?.parent ?? state;
    const trace = checking === undefined ? steps : [...steps, checking.step];
    traced(error, model, { initial: initialState(model, visited, first).index, trace });
  } catch {
    // A model that does not do the same again has no trace; what is wrong
    // with it is said already.
  }
}
