/** Ghost content: what tasks write, and what they may expect to see. */

import type { MapKind } from '../../model/codezero-mm0/most.ts';
import type { SourceRef, SpaceRef } from '../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import { contentOf, setContent } from '../../model/codezero-mm0/view.ts';
import type { Cx } from './vocabulary.ts';

/** A mapping was granted: each page shows `group` from `offset` on, or zero. */
export function promise(
  k: Kernel,
  cx: Cx,
  space: SpaceRef,
  first: number,
  pages: number,
  kind: MapKind,
  group: number,
  offset: number,
  readOnly = false,
): void {
  for (let i = 0; i < pages && first + i < cx.scope.page.size; i++) {
    const made = k.spaces[space].promised[cx.scope.page.at(first + i)];
    made.kind = kind.startsWith('private') ? 'private' : 'shared';
    made.readOnly = readOnly;
    made.written = false;
    made.cell0 = 0;
    made.cell1 = 0;
    made.source = sourceOf(cx, group, offset + i);
  }
}

function sourceOf(cx: Cx, group: number, index: number): SourceRef | null {
  if (group < 0 || index >= cx.scope.groups[group].room) return null;
  return cx.scope.source.at(cx.scope.groups[group].first + index);
}

export function forgetPromises(
  k: Kernel,
  cx: Cx,
  space: SpaceRef,
  first: number,
  end: number,
): void {
  for (let page = first; page < Math.min(end, cx.scope.page.size); page++) {
    const made = k.spaces[space].promised[cx.scope.page.at(page)];
    made.kind = 'nothing';
    made.readOnly = false;
    made.source = null;
    made.written = false;
    made.cell0 = 0;
    made.cell1 = 0;
  }
}

/** A child expects what its parent does. */
export function inheritPromises(k: Kernel, cx: Cx, from: SpaceRef, to: SpaceRef): void {
  for (const page of cx.scope.page.all) {
    const source = k.spaces[from].promised[page];
    const made = k.spaces[to].promised[page];
    made.kind = source.kind;
    made.readOnly = source.readOnly;
    made.source = source.source;
    made.written = source.written;
    made.cell0 = source.cell0;
    made.cell1 = source.cell1;
  }
}

/** A user write went through: every task that may see it expects it from now on. */
export function wrote(
  k: Kernel,
  cx: Cx,
  space: SpaceRef,
  page: number,
  cell: 0 | 1,
  token: number,
): void {
  const made = k.spaces[space].promised[cx.scope.page.at(page)];
  if (made.kind === 'nothing') return;
  const { source } = made;
  if (made.kind === 'shared') {
    if (source === null) return;
    if (cell === 0) k.shared[source].cell0 = token;
    else k.shared[source].cell1 = token;
    return;
  }
  settle(k, cx, space, page);
  if (cell === 0) made.cell0 = token;
  else made.cell1 = token;
}

/** mm0 itself has filled a page for its task: both cells. A read-only one was not to change. */
export function filled(k: Kernel, cx: Cx, space: SpaceRef, page: number, content: number): void {
  const made = k.spaces[space].promised[cx.scope.page.at(page)];
  if (made.kind === 'nothing' || made.readOnly) return;
  settle(k, cx, space, page);
  const cells = made.kind === 'private' || made.source === null ? made : k.shared[made.source];
  setContent(cells, content);
}

/**
 * A private page is its task's own from its copy on, which comes before the write that asked for
 * it: what others write to the file between the two need not show.
 */
export function settle(k: Kernel, cx: Cx, space: SpaceRef, page: number): void {
  const made = k.spaces[space].promised[cx.scope.page.at(page)];
  if (made.kind !== 'private' || made.written) return;
  const shown = made.source === null ? 0 : contentOf(k.shared[made.source]);
  setContent(made, shown);
  made.written = true;
  made.source = null;
}
