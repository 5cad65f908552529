/**
 * The distinct defects found. Lines are those of the files of mm0 at the revision named, below
 * `tasks/mm0/src` and at 6fa4884 below `conts/posix/mm0/mm`; a list goes on in the same files and
 * functions.
 */

import file from '../../../defects/codezero-mm0.json' with { type: 'json' };
import { readDefects } from '../read-defects.ts';
import type { NotShown } from '../read-defects.ts';

const read = readDefects('codezero-mm0', file);
export const { defects } = read;
export const notShown: readonly NotShown[] = read.notShown ?? [];
