/** Depth-first searches of the other scenarios: see `test/extent.ts`. */

import './verdicts.test.ts';
