/** Real programs for tests to start: `bundle.ts` has built them. */

import { join } from 'node:path';
import { inject } from 'vitest';

/**
 * Where the program of a module lies, which can be run there: the command with
 * the toys, or another one.
 */
export function programOf(source = 'test/cli/entry.ts'): string {
  return join(inject('bundled'), source.replace(/\.ts$/, '.js'));
}
