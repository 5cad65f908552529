/** A request to mm0, and what must hold after it. */

import { checks } from '../../../model/codezero-mm0/step-invariants.ts';
import {
  poolDisagrees,
  Snapshot,
  someAreaIsEmpty,
  someOffsetIsOutside,
  someSegmentIsElsewhere,
  someSegmentsIntersect,
} from '../../../model/codezero-mm0/areas.ts';
import { BEHIND_TABLE } from '../../../model/codezero-mm0/most.ts';
import type { DescriptorsRef, SpaceRef } from '../../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../../model/codezero-mm0/state.ts';
import { file_open } from '../file.ts';
import type { Cx } from '../vocabulary.ts';
import type { Request } from './labels.ts';
import { kinds } from './labels.ts';
import { answer } from './answer.ts';

const afterRequests = [
  [checks.vmaNotEmpty, someAreaIsEmpty],
  [checks.offsetInPages, someOffsetIsOutside],
  [checks.shmAddressUnique, someSegmentsIntersect],
  [checks.shmAddressStable, someSegmentIsElsewhere],
  [checks.shmAddressReturned, poolDisagrees],
] as const;

/** A request to mm0: what must hold after each, and did before, is checked. */
export function request<T>(k: Kernel, cx: Cx, space: SpaceRef, serves: () => T): T {
  const wrong = afterRequests.map(([, broken]) => broken(k, cx.scope));
  const result = serves();
  cx.check(checks.pagerNeverStops, true); // `guarded` checks the requests that never return
  cx.check(checks.noWildAccess, true);
  afterRequests.forEach(([check, broken], i) => {
    if (!wrong[i]) cx.check(check, !broken(k, cx.scope), space);
  });
  return result;
}

/** Used over and over: one request is served at a time. */
const before = new Snapshot();

const after = new Snapshot();

export function serve(k: Kernel, cx: Cx, step: Request, index: number): void {
  const { space } = cx.scope.threads[cx.thread];
  before.take(k, cx.scope);
  const learnt = learnFile(k, cx, step);
  if (learnt === 0) before.take(k, cx.scope);
  const result = request(k, cx, space, () => (learnt < 0 ? learnt : answer(k, cx, step, index)));
  if (cx.scope.port !== undefined) cx.scope.port.answer = result;
  if (result >= 0) return;
  cx.note(() => `answers ${result}`);
  after.take(k, cx.scope);
  const same = after.equals(before);
  cx.check(checks.failedCallLeavesNoTrace, same, kinds.indexOf(step.do), space);
}

/**
 * The first use of a descriptor of which only the file server knows: what mm0 learns of it stays,
 * whatever becomes of the request. Answers 0, or an error.
 */
function learnFile(k: Kernel, cx: Cx, step: Request): number {
  const uses = step.do === 'readFile' || step.do === 'writeFile' || step.do === 'mmap';
  if (!uses || step.fd === BEHIND_TABLE) return 0;
  if (step.do === 'mmap' && step.kind.endsWith('anon')) return 0;
  const table = k.descriptors[k.threads[cx.thread].files as DescriptorsRef];
  return file_open(k, cx, table.fd[cx.scope.fd.at(step.fd)]);
}
