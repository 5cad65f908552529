/** Traces of the other scenarios: see `test/extent.ts`. */

import './traces.test.ts';
