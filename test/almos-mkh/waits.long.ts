/** Threads that wait, in the other scenarios: see `test/extent.ts`. */

import './waits.test.ts';
