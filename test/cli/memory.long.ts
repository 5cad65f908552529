/** Other limits and numbers of threads: see `test/extent.ts`. */

import './memory.test.ts';
