/**
 * A scenario of the MINIX VM server: the machine, the processes with their region at the start, and
 * what each process may do, each action a number of times, in any order. Guards say which callers
 * are well behaved: all on is what the kernel passes on for callers that keep to the rules.
 */

import type { ValuesOf } from '../../scenario/field.ts';
import * as field from '../../scenario/fields.ts';
import type { ScenarioOf } from '../../scenario/form.ts';
import { action } from './steps.ts';
import { most } from './most.ts';

/** What of a scenario decides fields that are left out. */
interface Sizes {
  readonly pages: number;
  readonly processes: readonly { readonly region?: object; readonly regions?: readonly object[] }[];
  readonly actions: readonly { readonly times: number }[];
}

const region = field.object(
  {
    page: field.optional(
      field.within(field.whole(0, most.pages - 1, 'The first page.'), (all) => [
        0,
        all('pages') - 1,
      ]),
      0,
    ),
    pages: field.derived(
      field.within(
        field.whole(1, most.pages, 'How many; those up to the last page if left out.'),
        (all, own) => [1, all('pages') - own('page')],
      ),
      (scenario: Sizes, own: { readonly page: number }): number => scenario.pages - own.page,
    ),
    writable: field.optional(field.truth('Whether its process may write it.'), true),
    direct: field.flag('Memory of a device, which VM does not manage: on top of the frames of VM.'),
    shared: field.flag('VR_SHARED: present from the start, and shared with children.'),
  },
  'Its region at the start; a process without one is created by a fork.',
);

const guard = (sentence: string) => field.optional(field.truth(sentence), true);

/** Requests that are not passed on while their guard is on. */
const guards = {
  insideRegions: guard(
    'Both ranges of a map lie in one region each; a remap is of a whole region.',
  ),
  twoProcesses: guard('Source and destination of a map differ.'),
  twoRegions: guard('Source and destination of a map are two regions.'),
  writableRegions: guard('Both regions of a map are WRITABLE.'),
  anonRegions: guard('Both regions of a map are ANON.'),
  wholePages: guard('A map or unmap is of whole pages.'),
  plainFlags: guard('A map has flag 0 or 1, and there is no cowmap.'),
  liveEndpoints: guard(
    'Source and destination of a request are alive; recorded mappings end when one of them exits.',
  ),
  recordedUnmaps: guard('An unmap covers exactly one recorded mapping.'),
  ownRights: guard('A process that grants a writable mapping may itself write the pages.'),
  recordedStay: guard(
    'No munmap, exec or further map of pages that lie in a recorded mapping of the process.',
  ),
};

export type Guards = ValuesOf<typeof guards>;

export const guardNames = Object.keys(guards) as (keyof Guards)[];

export const scenarioFields = {
  frames: field.whole(1, most.frames, 'Frames that VM manages.'),
  pages: field.whole(1, most.pages, 'Pages of each address space.'),
  processes: field.named(
    field.list(
      field.object(
        {
          name: field.text('The name that actions use.'),
          region: field.optional(region),
          regions: field.optional(
            field.list(region, [1, 4], 'Several regions, in order, in place of one.'),
          ),
        },
        '',
      ),
      [1, most.processes],
      'Every process that can exist.',
    ),
  ),
  actions: field.list(action, [1, most.actions], 'What may happen, in any order.'),
  limit: field.derived(
    field.whole(1, most.limit, 'Actions altogether; as many as their times allow if left out.'),
    ({ actions }: Sizes): number =>
      Math.min(
        actions.reduce((sum, { times }) => sum + times, 0),
        most.limit,
      ),
  ),
  failures: field.optional(
    field.whole(0, 3, 'Allocations that may fail although there is room.'),
    0,
  ),
  failuresPerRequest: field.optional(field.whole(1, 3, 'Those of one request.'), 1),
  persistent: field.optional(
    field.truth('After a failure all later allocations of objects in its request may fail, too.'),
    false,
  ),
  guards: field.settings(
    guards,
    'Restrictions on requests. A guard that is false lets the requests pass that it otherwise ' +
      'refuses.',
  ),
  tablePages: field.optional(
    field.whole(
      1,
      most.pages,
      'Pages that one page of a page table maps; of use with the option pteWriteMayFail.',
    ),
    1,
  ),
  blocks: field.derived(
    field.whole(
      1,
      most.blocks,
      'Room for phys_block objects; 2 for each page of a process, and 2, if left out.',
    ),
    ({ pages, processes }: Sizes): number => 2 * pages * processes.length + 2,
  ),
  physRegions: field.derived(
    field.whole(
      1,
      most.physRegions,
      'Room for phys_region objects; 2 for each page of a process, and 4, if left out.',
    ),
    ({ pages, processes }: Sizes): number => 2 * pages * processes.length + 4,
  ),
  regions: field.derived(
    field.whole(1, most.regions, 'Room for regions; those of all processes, and 2, if left out.'),
    ({ processes }: Sizes): number => 2 + sizeOf(processes),
  ),
  records: field.optional(field.whole(1, 20, 'Room for mappings on record.'), 3),
};

export type MinixScenario = ScenarioOf<typeof scenarioFields>;
export type ProcessSpec = MinixScenario['processes'][number];
type RegionSpec = NonNullable<ProcessSpec['region']>;

type ScenarioAction = MinixScenario['actions'][number];
type OfRecord = { readonly do: 'safeunmap' | 'revoke' };

/** Pages are virtual page numbers; a script also says which record is meant. */
export type UserAction =
  | Exclude<ScenarioAction, OfRecord>
  | (Extract<ScenarioAction, OfRecord> & { readonly record?: number });

/** safemap with its flag, cowmap (the flag is -1), or a raw unmap; `page` of the source, `at`. */
export type SharingAction = Extract<UserAction, { readonly do: 'safemap' | 'cowmap' | 'unmap' }>;

export function regionsOfSpec({ region: one, regions = [] }: ProcessSpec): readonly RegionSpec[] {
  return one === undefined ? regions : [one];
}

/** Regions that the processes have at the start, or get from a parent that has most. */
function sizeOf(processes: Sizes['processes']): number {
  return processes.reduce((sum, { regions = [] }) => sum + Math.max(regions.length, 1), 0);
}

/** Guards that are off, for the summary. */
export function guardsOff(scenario: MinixScenario): readonly string[] {
  return guardNames.filter((name) => !scenario.guards[name]);
}
