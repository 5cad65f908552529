/**
 * Numbers of the invariants about steps: the code that runs checks them as it goes (`cx.check`),
 * the sentences are in `invariants/codezero-mm0/steps.ts`.
 */

export const checks = {
  pagerNeverStops: 0,
  noWildAccess: 1,
  forkPreservesContent: 2,
  collapsePreservesView: 3,
  mergePreservesView: 4,
  readNeverDowngrades: 5,
  splitKeepsObjects: 6,
  splitKeepsOffsets: 7,
  munmapRemovesAccess: 8,
  unmappedStaysUnmapped: 9,
  failedCallLeavesNoTrace: 10,
  pendingFaultsDrain: 11,
  vmaNotEmpty: 12,
  offsetInPages: 13,
  shmAddressUnique: 14,
  shmAddressStable: 15,
  shmAddressReturned: 16,
  exitClosesOwnDescriptors: 17,
  chosenAddressIsFree: 18,
  requestIsAnswered: 19,
} as const;

const known: string[] = [];

/** A number for a place where the pager stops, to be checks; `siteText` turns it back. */
export function siteNumber(text: string): number {
  const found = known.indexOf(text);
  return found >= 0 ? found : known.push(text) - 1;
}

export function siteText(site: number): string {
  return known[site] ?? 'an unknown place';
}
