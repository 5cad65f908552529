/**
 * Named fixes: patches on the as-written operations that read like the diff one would send. Each is
 * shown necessary, and all together sufficient, in `test/minix-vm/fixes.test.ts`. A statement that
 * a fix adds stands at a fraction behind the line that it follows.
 */

import { InputError } from '../../errors.ts';
import { markedBy } from '../../machine/marked.ts';
import type { MinixOperation, Fix } from './fixes/edit.ts';
import {
  mapRestoresSourceRights,
  mapReportsFailedFill,
  mapPreparesFirst,
  mapGrantsWhatItHas,
  mapMakesPageTablesFirst,
  mapSeeksAgain,
} from './fixes/map.ts';
import {
  checkKeepsMappings,
  unmapKnowsItsSource,
  unmapAllOrNothing,
  revokeFollowsTheChain,
} from './fixes/unmap.ts';
import {
  splitAllOrNothing,
  cleanReportsFailure,
  munmapSplitsFirst,
  munmapMakesNoPageTables,
} from './fixes/split.ts';
import {
  forkForgetsTheUncounted,
  forkReportsFailedCopy,
  forkMakesPageTablesFirst,
} from './fixes/fork.ts';
import {
  requestsOfTheDead,
  mapChecksItsRanges,
  requestsOfWholePages,
  mapRefusesOverlap,
  mapRefusesDevices,
  mapRespectsReadOnlyRegions,
} from './fixes/requests.ts';
import {
  mapKeepsSharedRegions,
  remapLinksTheEntry,
  remapTakesWholeRegions,
} from './fixes/regions.ts';
import { execMakesItsImageFirst, execReportsFailedStack } from './fixes/exec.ts';

/** In the order of the lines that they change. */
export const fixes: readonly Fix[] = [
  splitAllOrNothing,
  cleanReportsFailure,
  mapRestoresSourceRights,
  mapGrantsWhatItHas,
  mapSeeksAgain,
  requestsOfTheDead,
  requestsOfWholePages,
  mapChecksItsRanges,
  mapRefusesOverlap,
  mapRefusesDevices,
  mapRespectsReadOnlyRegions,
  mapMakesPageTablesFirst,
  mapReportsFailedFill,
  mapPreparesFirst,
  unmapKnowsItsSource,
  unmapAllOrNothing,
  checkKeepsMappings,
  forkForgetsTheUncounted,
  forkReportsFailedCopy,
  forkMakesPageTablesFirst,
  munmapSplitsFirst,
  munmapMakesNoPageTables,
  mapKeepsSharedRegions,
  remapLinksTheEntry,
  remapTakesWholeRegions,
  execMakesItsImageFirst,
  execReportsFailedStack,
  revokeFollowsTheChain,
];

export function patchedBy(
  operations: readonly MinixOperation[],
  names: readonly string[],
): readonly MinixOperation[] {
  return names.reduce((patchedSoFar, name) => {
    const found = fixes.find((candidate) => candidate.name === name);
    if (found === undefined) throw new InputError(`fix ${name} is not one of minix-vm`);
    return markedBy(
      name,
      patchedSoFar,
      patchedSoFar.map((operation) => found.apply(operation)),
    );
  }, operations);
}
