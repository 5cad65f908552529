/** The searches of the other scenarios: see `test/extent.ts`. */

import './searches.test.ts';
