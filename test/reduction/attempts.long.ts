/** The other scenarios: see `test/extent.ts`. */

import './attempts.test.ts';
