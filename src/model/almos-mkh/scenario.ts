/**
 * A scenario of ALMOS-MKH: the machine, the processes with the clusters where they have a
 * descriptor, the vsegs that exist at the start, and what each thread does.
 */

import type { ValuesOf } from '../../scenario/field.ts';
import * as field from '../../scenario/fields.ts';
import type { ScenarioOf } from '../../scenario/form.ts';
import { most } from './most.ts';
import { clusterOf, pageOf, pagesOf, program } from './steps.ts';

/** What of a scenario decides fields that are left out. */
interface Known {
  readonly clusters: number;
  readonly pages: number;
  readonly processes: readonly { readonly name: string; readonly clusters: readonly number[] }[];
}

const file = field.object(
  {
    name: field.text('The name that vsegs and mmap use.'),
    cluster: clusterOf('The cluster whose mapper holds its pages.'),
    pages: field.whole(1, most.filePages, 'Its length in pages.'),
  },
  '',
);

const process = field.object(
  {
    name: field.text('The name that vsegs, threads and fork use.'),
    clusters: field.distinct(
      field.list(
        clusterOf('A cluster.'),
        [1, most.clusters],
        'Where it has a descriptor; the first is owner and reference.',
      ),
    ),
    child: field.flag('The process is created by a fork.'),
  },
  '',
);

const vseg = field.object(
  {
    process: field.nameIn('processes', 'The process that has it.'),
    type: field.oneOf(
      ['CODE', 'DATA', 'ANON', 'FILE', 'REMOTE'],
      'ANON, FILE and REMOTE lie in the mmap zone, CODE and DATA below it.',
    ),
    page: pageOf(
      'The first page, a virtual page number; the mmap types in the order in which the allocator ' +
        'gives them out.',
    ),
    pages: pagesOf('Its length in pages.'),
    file: field.optional(
      field.nameIn(
        'files',
        'The file behind FILE, CODE and DATA; DATA without one is what exec makes for args and ' +
          'envs.',
      ),
    ),
    offset: field.optional(field.whole(0, most.filePages, 'Position in the file, in pages.'), 0),
    filePages: field.optional(
      field.whole(0, most.filePages, 'Pages of DATA that the file holds; the rest is BSS.'),
    ),
    at: field.optional(
      clusterOf('Cluster of the frames of ANON and REMOTE; the reference if left out.'),
    ),
  },
  '',
);

/** A vseg of the kernel. */
const kernelVseg = field.object(
  {
    type: field.oneOf(['KCODE', 'KDATA', 'KDEV'], 'Code, data or a device.'),
    page: pageOf('The first page, a virtual page number.'),
    pages: field.optional(pagesOf('How many pages.'), 1),
  },
  '',
);

const thread = field.object(
  {
    process: field.nameIn('processes', 'The process of the thread.'),
    cluster: field.derived(
      field.whole(
        0,
        most.clusters - 1,
        'The cluster in which it runs: one of its process; the first one if left out.',
      ),
      ({ processes }: Known, own: { readonly process: string }): number =>
        processes.find(({ name }) => name === own.process)?.clusters[0] ?? 0,
    ),
    slot: field.optional(
      field.whole(
        0,
        29,
        'Its stack slot, which is its number in its cluster; no stack if left out.',
      ),
    ),
    created: field.flag('The thread starts when another thread creates it.'),
    program,
  },
  '',
);

const budget = (sentence: string) => field.optional(field.whole(0, most.budget, sentence), 0);

/** How many allocations of each kind may fail although there is room. */
const budgets = {
  frame: budget('Frames.'),
  descriptor: budget('Vseg descriptors.'),
  gpt: budget('Creations of a page table (hal_gpt_create).'),
  pte: budget('Tables for an entry (hal_gpt_lock_pte).'),
  ptecopy: budget('Copies of an entry at a fork (hal_gpt_pte_copy).'),
  kernel: budget('Copies of the vsegs of the kernel for a new process (hal_vmm_kernel_update).'),
  io: budget('Pages read from a file.'),
};

export type Budgets = ValuesOf<typeof budgets>;

export const noBudgets: Budgets = {
  frame: 0,
  descriptor: 0,
  gpt: 0,
  pte: 0,
  ptecopy: 0,
  kernel: 0,
  io: 0,
};

/** A number of pages up to all of them, or a place among them. */
const upToPages = (min: number, sentence: string, usual: number) =>
  field.optional(
    field.within(field.whole(min, most.pages, sentence), (all) => [min, all('pages')]),
    usual,
  );

export const scenarioFields = {
  clusters: field.whole(1, most.clusters, 'Clusters of the machine.'),
  frames: field.whole(1, most.frames, 'Frames of each cluster.'),
  descriptors: field.optional(
    field.whole(1, most.descriptors, 'Vseg descriptors of each cluster.'),
    4,
  ),
  pages: field.whole(1, most.pages, 'Pages of the virtual space.'),
  heapBase: upToPages(0, 'First page of the mmap zone. DATA and CODE lie below.', 0),
  stackBase: field.derived(
    field.within(
      field.whole(
        0,
        most.pages,
        'First page of the stack zone and end of the mmap zone; no stacks if left out.',
      ),
      (all) => [all('heapBase'), all('pages')],
    ),
    ({ pages }: Known): number => pages,
  ),
  stackSize: field.optional(
    field.whole(2, most.pages, 'Pages of a stack slot; the first is a guard that is never mapped.'),
    2,
  ),
  utilsBase: upToPages(0, 'First page of args and envs, which exec makes (vmm_user_init).', 0),
  args: upToPages(1, 'Pages of args.', 1),
  envs: upToPages(1, 'Pages of envs.', 1),
  mesh: field.derived(
    field.whole(
      1,
      16,
      'Clusters over which DATA pages are spread, of which some need not exist; those that exist ' +
        'if left out.',
    ),
    ({ clusters }: Known): number => clusters,
  ),
  words: field.optional(field.whole(1, 2, 'Modelled words of a page.'), 1),
  files: field.optional(field.named(field.list(file, [0, 4], 'Files that can be mapped.')), []),
  processes: field.named(field.list(process, [1, most.processes], 'Every process that can exist.')),
  vsegs: field.optional(field.list(vseg, [0, 8], 'Vsegs that exist at the start.'), []),
  kernel: field.optional(
    field.list(
      kernelVseg,
      [0, 3],
      'Vsegs of the kernel: in every copy of every process, each page mapped to one of the last ' +
        'frames of its cluster. Outside of the mmap and stack zones.',
    ),
    [],
  ),
  threads: field.list(
    thread,
    [1, most.threads],
    'At least one for each process in each cluster where it has a descriptor.',
  ),
  budgets: field.settings(
    budgets,
    'The number of allocations of each kind that may fail although there is room.',
  ),
};

export type AlmosScenario = ScenarioOf<typeof scenarioFields>;
export type VsegSpec = AlmosScenario['vsegs'][number];
export type KernelType = AlmosScenario['kernel'][number]['type'];
export type VsegType = VsegSpec['type'] | 'STACK' | KernelType;

type OneOf<T> = T extends readonly unknown[] ? never : T;

/** One thing a user thread does; pages are virtual page numbers. */
export type UserStep = OneOf<AlmosScenario['threads'][number]['program'][number]>;

/** At the addresses that its file says, not where the mmap allocator puts it. */
export function isFixed({ type }: VsegSpec): boolean {
  return type === 'DATA' || type === 'CODE';
}
