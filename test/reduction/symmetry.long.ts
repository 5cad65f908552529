/** The other scenarios: see `test/extent.ts`. */

import './symmetry.test.ts';
