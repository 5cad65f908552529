/** What the threads of a scenario do, as fields of its file. */

import type { Field } from '../../scenario/field.ts';
import * as field from '../../scenario/fields.ts';
import { BEHIND_TABLE, mapKinds, most } from './most.ts';

/** A descriptor that the server may give out. */
const slot: Field<number> = field.optional<number>(
  field.oneOf(
    [0, 1],
    'The descriptor that the program has in mind: it gets another one where that is taken',
  ),
  0,
);

/** A descriptor that the program may use. */
const fd: Field<number> = field.optional<number>(
  field.oneOf(
    [0, 1, BEHIND_TABLE],
    `The descriptor that the program uses; ${BEHIND_TABLE} is behind the table.`,
  ),
  0,
);

const LAST = most.pages + most.shmPages;

const pageFrom = (first: number, sentence: string) =>
  field.within(field.whole(first, LAST, sentence), (all) => [
    first,
    all('pages') + all('shmPages'),
  ]);

const pages = field.optional(
  field.within(field.whole(1, LAST + 1, 'How many pages.'), (all) => [
    1,
    1 + all('pages') + all('shmPages'),
  ]),
  1,
);

const offset = field.optional(field.whole(0, 3, 'Position in the file, in pages.'), 0);

const no = (sentence: string) => field.optional(field.truth(sentence), false);
const yes = (sentence: string) => field.optional(field.truth(sentence), true);

const access = {
  page: pageFrom(
    0,
    'A virtual page number: 1 and up is the range of the task, the pool of segments comes after ' +
      'it.',
  ),
  cell: field.optional(
    field.oneOf([0, 1], 'Which of the two cells that are modelled of a page.'),
    0,
  ),
  anyway: no('Also where the page was not promised to the task, as a wrong program would.'),
};

const fileAccess = { fd, offset, page: pageFrom(0, 'The first page of the buffer.'), pages };

const segment = field.nameIn('segments', 'The name of a segment.');

const steps = {
  open: field.object(
    { fd: slot, file: field.nameIn('files', 'The name of a file.') },
    'Opens a file.',
  ),
  close: field.object({ fd }, 'Closes a descriptor.'),
  mmap: field.object(
    {
      kind: field.oneOf(mapKinds, 'Private or shared, anonymous memory or a file.'),
      page: field.optional(pageFrom(0, 'The first page asked for; mm0 chooses one if it is 0.'), 0),
      pages,
      fd,
      offset,
      fixed: no('MAP_FIXED: this page, or none.'),
      readOnly: no('Without PROT_WRITE.'),
    },
    'Maps memory or a file.',
  ),
  read: field.object(access, 'Reads a page.'),
  write: field.object(access, 'Writes a value of its own to a page.'),
  readFile: field.object(fileAccess, 'read(): copies whole pages of a file to a buffer.'),
  writeFile: field.object(fileAccess, 'write(): copies whole pages of a buffer to a file.'),
  fork: field.object(
    { child: field.nameIn('spaces', 'A space with child: true.', 'child') },
    'Forks.',
  ),
  clone: field.object(
    {
      space: field.nameIn('spaces', 'The space of the thread that starts to run.'),
      files: yes('Descriptors are shared, too.'),
    },
    'Starts a thread of the same space, or of a child.',
  ),
  shmget: field.object(
    {
      segment,
      create: yes('IPC_CREAT.'),
      exclusive: no('IPC_EXCL.'),
      pages: field.optional(
        field.whole(0, 12, 'The requested size; 0 means the size of the segment.'),
        0,
      ),
    },
    'Finds or creates a segment.',
  ),
  shmat: field.object(
    {
      segment,
      page: field.optional(pageFrom(0, 'The page; mm0 chooses one if it is 0.'), 0),
      readOnly: no('SHM_RDONLY.'),
      within: no('The address is not at the start of the page.'),
      round: no('SHM_RND.'),
    },
    'Attaches a segment.',
  ),
  shmdt: field.object({ segment }, 'Detaches a segment.'),
  munmap: field.object({ page: pageFrom(1, 'The first page.'), pages }, 'Unmaps pages.'),
  exit: field.object({}, 'The task ends.'),
};

export const doable = Object.keys(steps) as (keyof typeof steps)[];

const step = field.defined('step', field.command(steps, ''));

/** Steps in order; where an array stands, any one of its steps. */
export const program = field.list(
  field.oneOrSeveral(step, [1, 8]),
  [0, most.program],
  'Steps in order. A nested list is a nondeterministic choice: every alternative is explored.',
);
