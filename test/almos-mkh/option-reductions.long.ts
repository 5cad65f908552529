/** The other option values: see `test/extent.ts`. */

import './option-reductions.test.ts';
