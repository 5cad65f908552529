/** What the threads of a scenario do, as fields of its file. */

import * as field from '../../scenario/fields.ts';
import { most } from './most.ts';

/** A virtual page number, or another number below that of pages. */
export const pageOf = (sentence: string) =>
  field.within(field.whole(0, most.pages - 1, sentence), (all) => [0, all('pages') - 1]);

/** A number of pages. */
export const pagesOf = (sentence: string) =>
  field.within(field.whole(1, most.pages, sentence), (all) => [1, all('pages')]);

export const clusterOf = (sentence: string) =>
  field.within(field.whole(0, most.clusters - 1, sentence), (all) => [0, all('clusters') - 1]);

const access = {
  page: pageOf('A virtual page number.'),
  word: field.optional(
    field.within(field.whole(0, 1, 'Which word of the page.'), (all) => [0, all('words') - 1]),
    0,
  ),
};

const pages = field.optional(pagesOf('How many pages.'), 1);

const offset = field.optional(
  field.halves(
    0,
    most.filePages,
    'Position in the file, in pages; half a page makes a vseg that begins inside of a page.',
  ),
  0,
);

const step = field.command(
  {
    read: field.object(access, 'Reads a word of a page.'),
    write: field.object(access, 'Writes a value of its own to a word of a page.'),
    fork: field.object(
      {
        child: field.nameIn('processes', 'A process with child: true; one step forks it.', 'child'),
      },
      'Brings the child process to life.',
    ),
    mmap: field.tagged(
      'type',
      {
        ANON: field.object({ pages }, 'Anonymous memory.'),
        FILE: field.object(
          {
            pages,
            file: field.nameIn('files', 'The file.'),
            offset,
          },
          'A file.',
        ),
        REMOTE: field.object(
          { pages, at: clusterOf('Cluster of the frames.') },
          'Memory in a named cluster.',
        ),
      },
      'Maps memory where the allocator puts it.',
    ),
    munmap: field.object(
      {
        page: pageOf('The first page, a virtual page number.'),
        pages: field.optional(
          field.within(
            field.whole(
              -most.pages,
              most.pages,
              'How many pages; none at all, or fewer, are sizes that the kernel takes.',
            ),
            (all) => [-all('pages'), all('pages')],
          ),
          1,
        ),
      },
      'Unmaps pages.',
    ),
    create: field.object(
      {
        thread: field.whole(
          0,
          most.threads - 1,
          'Index into threads, of one that is created: it waits for this.',
        ),
      },
      'Begins another thread.',
    ),
    leave: field.object({}, 'Ends the thread, and with it its stack.'),
    exec: field.object(
      {},
      'Replaces the program, by the CODE and DATA vsegs with a file that its process, or the one ' +
        'it was forked from, has here; only in the reference cluster.',
    ),
    exit: field.object({}, 'Ends the process.'),
  },
  '',
);

/** Steps in order; where an array stands, any one of its steps. */
export const program = field.list(
  field.oneOrSeveral(field.defined('step', step), [1, 8]),
  [0, most.program],
  'Steps in order. A nested list is a nondeterministic choice: every alternative is explored.',
);
