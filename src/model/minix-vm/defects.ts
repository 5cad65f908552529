/**
 * The distinct defects found, each with its smallest counterexample and the fix that removes it.
 */

import type { Defect } from '../../system.ts';

export const defects: readonly Defect[] = [];
