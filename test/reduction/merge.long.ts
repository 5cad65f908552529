/** The other scenarios: see `test/extent.ts`. */

import './merge.test.ts';
