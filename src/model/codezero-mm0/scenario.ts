/**
 * A scenario of mm0: files of the file server, shared segments, address spaces and what their
 * threads do.
 *
 * Pages are virtual page numbers: 1 .. pages is the range of a task (page 0 holds address 0, which
 * mmap takes for "choose"), the pages after it are the pool of shared segments.
 */

import type { ValuesOf } from '../../scenario/field.ts';
import * as field from '../../scenario/fields.ts';
import type { ScenarioOf } from '../../scenario/form.ts';
import { most } from './most.ts';
import { program } from './steps.ts';

const sized = (max: number) => ({
  name: field.text('Its name, for steps.'),
  pages: field.whole(1, max, 'Its length in pages.'),
});

const budget = (sentence: string) => field.optional(field.whole(0, most.budget, sentence), 0);

/** How many requests for each thing may fail although there is room. */
const budgets = {
  alloc: budget('Small allocations: links, objects, areas.'),
  page: budget('Pages.'),
  server: budget('Answers of the file server.'),
};

export type Budgets = ValuesOf<typeof budgets>;

export const noBudgets: Budgets = { alloc: 0, page: 0, server: 0 };

const room = (max: number, sentence: string, usual: number) =>
  field.optional(field.whole(1, max, sentence), usual);

export const scenarioFields = {
  pages: field.whole(
    1,
    most.pages,
    'Pages of the range of a task, from page 1 on; page 0 holds address 0.',
  ),
  shmPages: field.optional(
    field.whole(0, most.shmPages, 'Pages of the pool of shared segments, behind that range.'),
    0,
  ),
  files: field.optional(
    field.named(
      field.list(
        field.object(
          {
            ...sized(3),
            room: field.derived(
              field.within(
                field.whole(
                  1,
                  4,
                  'Pages that it may have after writes beyond its end; its length if left out.',
                ),
                (_, own) => [own('pages'), 4],
              ),
              (_: unknown, own: { readonly pages: number }): number => own.pages,
            ),
          },
          '',
        ),
        [0, 2],
        'Files of the file server.',
      ),
    ),
    [],
  ),
  segments: field.optional(
    field.named(field.list(field.object(sized(12), ''), [0, 3], 'Shared segments.')),
    [],
  ),
  spaces: field.named(
    field.list(
      field.object(
        {
          name: field.text('Its name, for threads, fork and clone.'),
          child: field.flag('Only a fork, or a clone without shared memory, brings it to life.'),
        },
        '',
      ),
      [1, most.spaces],
      'Address spaces of tasks.',
    ),
  ),
  threads: field.list(
    field.object({ space: field.nameIn('spaces', 'The space that it is of.'), program }, ''),
    [1, most.threads],
    'At least one for each space; the first one of a space is its own, others start with a clone.',
  ),
  splitFaults: field.optional(
    field.truth(
      'A fault is handled in a later step than it is raised in. Needed where two threads share a ' +
        'space; elsewhere an access and its faults are one step.',
    ),
    false,
  ),
  budgets: field.settings(
    budgets,
    'How many requests for each thing may fail although there is room.',
  ),
  bounds: field.settings(
    {
      objects: room(15, 'Memory objects.', 7),
      links: room(31, 'Links of areas to objects.', 12),
      vmas: room(12, 'Areas.', 4),
      frames: room(15, 'Frames.', 8),
    },
    'How many of each thing the state has room for; a search that needs more says so.',
  ),
};

export type Mm0Scenario = ScenarioOf<typeof scenarioFields>;
export type FileSpec = Mm0Scenario['files'][number];
/** The first thread of a space is its own; others start with a clone. */
type ThreadSpec = Mm0Scenario['threads'][number];

type OneOf<T> = T extends readonly unknown[] ? never : T;
type ScenarioStep = OneOf<ThreadSpec['program'][number]>;

type IsAccess = { readonly do: 'read' | 'write' };

/** A script also says what a write stores; else it is a value of its own. */
export type Access = Extract<ScenarioStep, IsAccess> & { readonly value?: string };

/** One thing a user thread does. */
export type UserStep = Exclude<ScenarioStep, IsAccess> | Access;

/** read() or write() of whole pages, at a position that lseek() has set. */
export type FileAccess = Extract<UserStep, { readonly do: 'readFile' | 'writeFile' }>;
