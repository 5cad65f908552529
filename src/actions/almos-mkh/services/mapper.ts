/** Files: mapper.c. */

import { HALVES } from '../../../model/almos-mkh/numbers.ts';
import type { FrameRef } from '../../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import type { Cx } from '../vocabulary.ts';
import { fails } from './failures.ts';
import { ppm_remote_alloc_pages } from './ppm.ts';

/**
 * Frame of a page of a file, the same for every caller; null on error. Taken at the first request.
 */
export function mapper_remote_get_page(
  k: Kernel,
  cx: Cx,
  file: number,
  index: number,
): FrameRef | null {
  const { fileStart, filePage, scenario } = cx.scope;
  if (fails(k, cx, 'io')) return null;
  if (index < 0 || index >= scenario.files[file].pages) return null;
  const page = k.mapper[filePage.at(fileStart[file] + index)];
  if (page.frame !== null) return page.frame;
  const frame = ppm_remote_alloc_pages(k, cx, scenario.files[file].cluster);
  if (frame === null) return null;
  page.frame = frame;
  k.threads[cx.thread].frames -= 1; // it belongs to the file from now on
  k.frames[frame].owner = 'mapper';
  const held = cx.scope.options.mapperEvicts ? page : undefined;
  k.frames[frame].word0 = held?.word0 ?? cx.scope.fileToken(file, index);
  if (cx.scope.words > 1) k.frames[frame].word1 = held?.word1 ?? cx.scope.fileToken(file, index);
  return frame;
}

/**
 * Token that a file holds in half page `half`, or null on error. Bytes are moved from where the
 * file system has them: unlike get_page, this takes no frame.
 */
export function mapper_move_kernel(k: Kernel, cx: Cx, file: number, half: number): number | null {
  const { fileStart, filePage, scenario } = cx.scope;
  const index = Math.floor(half / HALVES);
  if (index < 0 || index >= scenario.files[file].pages) return null;
  const { frame } = k.mapper[filePage.at(fileStart[file] + index)];
  if (frame === null) return cx.scope.fileToken(file, index);
  return half % HALVES === 1 && cx.scope.words > 1 ? k.frames[frame].word1 : k.frames[frame].word0;
}
