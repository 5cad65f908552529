/** The real programs that tests start; `bundle.ts` builds them. */

import { join } from 'node:path';
import { inject } from 'vitest';

/** The path of the built program of a module: the command with the toy systems, or another one. */
export function programOf(source = 'test/cli/entry.ts'): string {
  return join(inject('bundled'), source.replace(/\.ts$/, '.js'));
}
