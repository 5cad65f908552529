/** Ghost: what a process is entitled to read from its pages when they come into being. */

import type { VsegSpec } from './scenario.ts';
import { isFixed } from './scenario.ts';
import { ZERO } from './programs.ts';
import type { ProcessRef, Scope, ThreadRef } from './scope.ts';
import type { Kernel } from './state.ts';

/** What the pages of a vseg hold at first, as a scenario describes it. */
export function promiseVseg(s: Scope, k: Kernel, process: ProcessRef, spec: VsegSpec): void {
  const file = spec.file === undefined ? -1 : s.fileIndex(spec.file);
  const filePages = isFixed(spec) ? (spec.filePages ?? spec.pages) : spec.pages;
  for (let n = 0; n < spec.pages; n++) {
    const index = (spec.offset ?? 0) + n;
    const inFile = file >= 0 && n < filePages;
    // Past the end of a file nothing is promised.
    if (inFile && index >= s.scenario.files[file].pages) continue;
    promisePage(s, k, process, spec.page + n, inFile ? s.fileToken(file, index) : ZERO);
  }
}

/** A read of the page returns this token. */
export function promisePage(
  s: Scope,
  k: Kernel,
  process: ProcessRef,
  page: number,
  token: number,
): void {
  const want = k.processes[process].want[s.page.at(page)];
  want.word0 = 1 << token;
  if (s.words > 1) want.word1 = 1 << token;
}

/**
 * What a stack holds at first. In a process of several clusters nothing is promised: threads of
 * different clusters have different memory at the same stack address.
 */
export function promiseStack(s: Scope, k: Kernel, t: ThreadRef): void {
  const { slot, process } = s.threads[t];
  if (slot === 0 || s.scenario.processes[process].clusters.length > 1) return;
  const first = s.stackBase + (slot - 1) * s.stackSize + 1;
  for (let n = first; n < first + s.stackSize - 1; n++) promisePage(s, k, process, n, ZERO);
}
