/** The fixes with all scenarios and values: see `test/extent.ts`. */

import './fixes.test.ts';
