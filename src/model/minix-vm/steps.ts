/** What the processes of a scenario may do, as fields of its file. */

import * as field from '../../scenario/fields.ts';
import { most } from './most.ts';

const times = field.optional(field.whole(1, most.times, 'How often it may happen at most.'), 1);

const process = (sentence = 'The process that does it.') => field.nameIn('processes', sentence);

const pageOf = (sentence = 'A virtual page number; the first one of several.') =>
  field.optional(
    field.within(field.whole(0, most.pages - 1, sentence), (all) => [0, all('pages') - 1]),
    0,
  );

const count = (sentence = 'How many pages.') =>
  field.optional(
    field.within(field.whole(1, most.pages, sentence), (all) => [1, all('pages')]),
    1,
  );

/** What a map or unmap is of. */
const ranges = {
  from: process('The source, whose pages are mapped.'),
  to: process('The destination.'),
  page: pageOf('The first page of the source.'),
  at: pageOf('The first page of the destination.'),
  pages: field.optional(
    field.within(
      field.halves(
        0.5,
        most.pages,
        'How many pages; half pages only without the guard wholePages.',
      ),
      (all) => [0.5, all('pages')],
    ),
    1,
  ),
};

const copyFlag = field.optional(field.whole(-1, -1, 'Always -1.'), -1);

export const action = field.command(
  {
    write: field.object(
      {
        times,
        process: process(),
        page: pageOf(),
        value: field.whole(1, most.values, 'What it writes; pages hold 0 at first.'),
      },
      'A process writes a value to a page.',
    ),
    read: field.object({ times, process: process(), page: pageOf() }, 'A process reads a page.'),
    touch: field.object(
      { times, process: process(), page: pageOf(), pages: count() },
      'A process touches pages, none of which was touched before.',
    ),
    fork: field.object(
      {
        times,
        process: process('The parent.'),
        child: process('The child, which has no region of its own here.'),
      },
      'A process forks.',
    ),
    exit: field.object({ times, process: process() }, 'A process exits.'),
    exec: field.object(
      {
        times,
        process: process(),
        pages: field.optional(
          field.within(
            field.whole(1, most.pages - 1, 'Pages of data; the others are its stack.'),
            (all) => [1, Math.max(1, all('pages') - 1)],
          ),
          1,
        ),
      },
      'A process gets a new image, of data and a stack.',
    ),
    safemap: field.object(
      {
        times,
        ...ranges,
        flag: field.optional(
          field.whole(
            -1,
            1,
            '1: writable; 0: read-only; -1: copy-on-write, only without the guard plainFlags.',
          ),
          1,
        ),
      },
      'Pages of one process are mapped into another.',
    ),
    cowmap: field.object(
      { times, ...ranges, flag: copyFlag },
      'Pages of one process are shared copy-on-write with another; only without the guard ' +
        'plainFlags.',
    ),
    unmap: field.object(
      { times, ...ranges, flag: copyFlag },
      'A process unmaps pages that need not be recorded; only without the guard recordedUnmaps.',
    ),
    safeunmap: field.object(
      { times, process: process('The destination.') },
      'The destination unmaps a mapping that the kernel has recorded.',
    ),
    revoke: field.object(
      { times, process: process('The source.') },
      'The source revokes a mapping that the kernel has recorded.',
    ),
    munmap: field.object(
      { times, process: process(), page: pageOf(), pages: count() },
      'A process unmaps pages.',
    ),
    mmap: field.object(
      { times, process: process(), page: pageOf(), pages: count() },
      'A process maps new memory.',
    ),
    brk: field.object(
      { times, process: process(), pages: count('By how many pages.') },
      'A process makes its region longer.',
    ),
    remap: field.object(
      {
        times,
        from: process('The process that has it.'),
        to: process('The process that gets it.'),
        page: pageOf('A page of the region.'),
        at: pageOf('Where it begins in the other process.'),
        pages: count('Its length.'),
      },
      'A SHARED region is shared with another process.',
    ),
    check: field.object(
      { times, process: process('The process that has them.'), page: pageOf(), pages: count() },
      'The kernel requests pages that it is going to write.',
    ),
  },
  '',
);
