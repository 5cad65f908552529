/**
 * At least one mutation test for every invariant. Each row explores the same small scenario with
 * two models that differ in one place: the invariant is violated in one and holds in the other. If
 * it holds as written, a mutation violates it; if it is violated as written, a correction or an
 * option of the system makes it hold, if a short one exists.
 */

import { content } from './mutations/content.ts';
import { control } from './mutations/control.ts';
import { discipline } from './mutations/discipline.ts';
import { frames } from './mutations/frames.ts';
import { lists } from './mutations/lists.ts';
import { ptes } from './mutations/ptes.ts';
import type { MutationTest } from './mutations/row.ts';

export const mutationTests: readonly MutationTest[] = [
  ...frames,
  ...ptes,
  ...lists,
  ...control,
  ...content,
  ...discipline,
];
