/** The other scenarios, and all random programs: see `test/extent.ts`. */

import './por.test.ts';
