/** The laws on the other scenarios, and with more walks: see `test/extent.ts`. */

import './laws.test.ts';
