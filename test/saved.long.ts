/** The whole gate: see `test/extent.ts`. */

import './saved.test.ts';
