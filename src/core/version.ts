/** The version of this package, which reports and counterexamples carry. */

import { readFileSync } from 'node:fs';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

export const toolVersion = version;
