/** What becomes of an access. */

import { places } from '../vocabulary.ts';

export const access = places('access', {
  skipped: 'the page was not promised: the program does not touch it',
  absent: 'a fault: no entry',
  readOnly: 'a fault: the entry is read-only',
  through: 'the access goes through',
  killed: 'the thread is killed',
  behind: '5.3/2 descriptor 32 is behind the table',
});
