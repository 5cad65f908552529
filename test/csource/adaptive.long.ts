/** More programs by chance: see `test/extent.ts`. */

import './adaptive.test.ts';
