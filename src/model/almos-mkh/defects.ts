/**
 * The distinct defects of vmm.c r632, each with the search that shows it and
 * the fix that removes it.
 */

import file from '../../../defects/almos-mkh.json' with { type: 'json' };
import { readDefects } from '../read-defects.ts';

export const { defects, unmended } = readDefects('almos-mkh', file);
