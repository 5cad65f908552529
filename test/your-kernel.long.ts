/** The whole tutorial: its commands print what it shows. */

import { test } from 'vitest';
import { expectPrinted, tutorial } from './tutorial.ts';

test('the commands of the page print what it shows', () => {
  expectPrinted(tutorial, 15);
});
