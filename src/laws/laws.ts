/** All laws that a model has to keep. To add one, write it beside its kind and name it here. */

import type { Law } from './law.ts';
import {
  endOnlyReads,
  invariantsAgree,
  invariantsOnlyRead,
  invariantsReadTheirPart,
} from './of-invariants.ts';
import { replayAgrees, statesRoundTrip, stepsRepeat, stepsRun } from './of-steps.ts';
import { symmetryCommutes } from './of-symmetry.ts';

export const laws: readonly Law[] = [
  stepsRun,
  stepsRepeat,
  statesRoundTrip,
  replayAgrees,
  invariantsOnlyRead,
  invariantsReadTheirPart,
  invariantsAgree,
  endOnlyReads,
  symmetryCommutes,
];
