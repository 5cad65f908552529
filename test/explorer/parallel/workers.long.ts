/** All scenarios, and more numbers of threads: see `test/extent.ts`. */

import './workers.test.ts';
