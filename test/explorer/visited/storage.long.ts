/** More graphs and larger searches: see `test/extent.ts`. */

import './storage.test.ts';
