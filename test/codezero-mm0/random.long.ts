/** More random scenarios: see `test/extent.ts`. */

import './random.test.ts';
