/** The options: the profile, and what the sources leave open. */

import { profileNames } from './profiles.ts';
import type { Rules } from './rules.ts';

/** What the sources leave open, or what a question needs to see; nothing here is a revision. */
export interface Choices {
  readonly freedRead: 'wild' | 'unchanged';
  readonly pageReuse: 'last' | 'first';
  readonly objectBits: 'by-revision' | 256;
  readonly mmapReply: 'assumed' | 'as-written';
  readonly openSteps: 1 | 2;
  readonly flushReads: 'clean' | 'wild';
  readonly unusedFile: 'leak' | 'cache';
  readonly cutPages: 'may-stay' | 'leak';
  readonly privateFile: 'follows' | 'unspecified';
}

export const options = [
  {
    name: 'profile',
    sentence:
      'Revision under check: written-aug08 (63e9d05, the header of the seed), written-oct08 ' +
      '(b20fda9), written-nov08 (61751a8, clone of 44c3402), later (6fa4884) or reference (the ' +
      'corrected rules).',
    values: profileNames,
    default: 'written-nov08',
  },
  {
    name: 'freedRead',
    sentence:
      'A read of a freed object is a wild access, or returns the old content if the memory has ' +
      'not been allocated again (6.1, 6.2).',
    values: ['wild', 'unchanged'],
    default: 'wild',
  },
  {
    name: 'pageReuse',
    sentence: 'A page that was used before is allocated last, or first (6.5).',
    values: ['last', 'first'],
    default: 'last',
  },
  {
    name: 'objectBits',
    sentence:
      'Value of VM_OBJ_SHADOW; VM_OBJ_FILE is twice that. Until a2d2574 it is 256, which is also ' +
      'VM_DIRTY; from then on it is 1024 (3).',
    values: ['by-revision', 256],
    default: 'by-revision',
  },
  {
    name: 'mmapReply',
    sentence:
      'After an mmap or munmap that mm0 does not answer, a task continues as if it were answered ' +
      '(assumed), or waits for the answer (2, 5.3).',
    values: ['assumed', 'as-written'],
    default: 'assumed',
  },
  {
    name: 'openSteps',
    sentence:
      'An open at 63e9d05 is one step, or two: first of the file server, then of mm0 (8). ' +
      'At b20fda9 and 61751a8 mm0 learns of a file at its first use.',
    values: [1, 2],
    default: 1,
  },
  {
    name: 'flushReads',
    sentence:
      'A munmap of 61751a8 reads the next area, or the head of the list, as an object: the flags ' +
      'that it finds are not dirty, or the read is a wild access (5.17).',
    values: ['clean', 'wild'],
    default: 'clean',
  },
  {
    name: 'unusedFile',
    sentence: 'A file of the server that no task has open or mapped is a leak, or a cache (13).',
    values: ['leak', 'cache'],
    default: 'leak',
  },
  {
    name: 'cutPages',
    sentence: 'Pages of a shadow that lie outside of every area may stay cached, or leak (13).',
    values: ['may-stay', 'leak'],
    default: 'may-stay',
  },
  {
    name: 'privateFile',
    sentence:
      'A private page not written yet shows later writes to its file, or its content is ' +
      'unspecified (13).',
    values: ['follows', 'unspecified'],
    default: 'follows',
  },
] as const;

/** Object flags of a revision, unless the option says otherwise (3). */
export function shadowBit(rules: Rules, { objectBits }: Choices): number {
  if (objectBits !== 'by-revision') return objectBits;
  return rules.marksDirty ? 1024 : 256;
}
