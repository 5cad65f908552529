/** The verdicts of the large scenarios: see `test/extent.ts`. */

import './verdicts.test.ts';
