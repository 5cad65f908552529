/**
 * At least one mutation test for every invariant. Each row explores the same small scenario with
 * two models that differ in one place: the invariant is violated in one and holds in the other. If
 * it holds as written, a mutation violates it; if it is violated as written, a correction or an
 * option of the system makes it hold, if a short one exists.
 */

import type { OptionValue, Scenario } from '../../src/system.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';
import { scenarioNamed } from './build.ts';
import type { AlmosOperation } from './build.ts';
import * as models from './mutations.ts';

export interface Model {
  readonly replaced?: readonly AlmosOperation[];
  readonly options?: Readonly<Record<string, OptionValue>>;
}

export interface MutationTest {
  readonly invariant: string;
  /** The mistake, for the name of the test. */
  readonly mistake: string;
  readonly scenario: Scenario;
  /** The model that violates it. */
  readonly broken: Model;
  /** The model in which it holds. Undefined if no short change of the code as written is known. */
  readonly sound: Model | undefined;
  /**
   * True if the invariant is vacuous in the sound model, because it applies only where it is
   * violated. Its control is then weaker than others.
   */
  readonly silent: boolean;
}

const asWritten: Model = {};

// Scenarios: one cluster, one process with one ANON page unless said otherwise.

const base = {
  clusters: 1,
  frames: 2,
  descriptors: 2,
  pages: 1,
  processes: [{ name: 'P', clusters: [0] }],
  vsegs: [{ process: 'P', type: 'ANON', page: 0, pages: 1 }],
};
const scene = (name: string, parts: object): Scenario =>
  almosMkh.parseScenario({ name, purpose: 'To break an invariant in.', ...base, ...parts });

const stacks = { pages: 2, stackBase: 0, vsegs: [] };
const write = { do: 'write', page: 0 };
const read = { do: 'read', page: 0 };
const munmap = { do: 'munmap', page: 0 };
const mmap = { do: 'mmap', type: 'ANON', pages: 1 };
const fork = { do: 'fork', child: 'C' };
const exit = { do: 'exit' };
const elf = {
  pages: 2,
  heapBase: 1,
  files: [{ name: 'elf', cluster: 0, pages: 2 }],
  vsegs: [{ process: 'P', type: 'DATA', page: 0, pages: 1, file: 'elf' }],
};
const file = {
  files: [{ name: 'f', cluster: 0, pages: 1 }],
  vsegs: [{ process: 'P', type: 'FILE', page: 0, pages: 1, file: 'f' }],
};
const twoPages = {
  descriptors: 4,
  pages: 2,
  vsegs: [0, 1].map((page) => ({ process: 'P', type: 'ANON', page, pages: 1 })),
};
const kernelPage = { kernel: [{ type: 'KDEV', page: 0, pages: 1 }] };
const empty = { vsegs: [], pages: 2 };
const oneFrameFails = { budgets: { frame: 1 } };

type Program = readonly (object | readonly object[])[];

const alone = (program: Program, parts: object = {}): Scenario =>
  scene('alone', { threads: [{ process: 'P', program }], ...parts });

const together = (programs: readonly Program[], parts: object = {}): Scenario =>
  scene('together', { threads: programs.map((program) => ({ process: 'P', program })), ...parts });

/** P has a child C. */
const forking = (program: Program, childProgram: Program, parts: object = {}): Scenario =>
  scene('forking', {
    processes: [...base.processes, { name: 'C', clusters: [0], child: true }],
    threads: [
      { process: 'P', program },
      { process: 'C', program: childProgram },
    ],
    ...parts,
  });

/** One thread of P writes, forks and writes; another thread writes. */
const forkAmongWriters = (frames: number): Scenario =>
  forking([], [], {
    frames,
    threads: [
      { process: 'P', program: [write, fork, write] },
      { process: 'P', program: [write] },
      { process: 'C', program: [] },
    ],
  });

/** P runs in two clusters: a thread in the reference, and some in the other one. */
const across = (program: Program, others: readonly Program[], parts: object = {}): Scenario =>
  scene('across', {
    clusters: 2,
    processes: [{ name: 'P', clusters: [0, 1] }],
    threads: [
      { process: 'P', cluster: 0, program },
      ...others.map((other) => ({ process: 'P', cluster: 1, program: other })),
    ],
    ...parts,
  });

// Rows

/** The invariant holds as written and is violated with the mutation. */
function mutation(
  invariant: string,
  mistake: string,
  scenario: Scenario,
  ...replaced: readonly AlmosOperation[]
): MutationTest {
  return { invariant, mistake, scenario, broken: { replaced }, sound: asWritten, silent: false };
}

/** The invariant is violated as written and holds with the correction, if there is one. */
function written(
  invariant: string,
  mistake: string,
  scenario: Scenario,
  sound?: Model,
): MutationTest {
  return { invariant, mistake, scenario, broken: asWritten, sound, silent: false };
}

const silently = (row: MutationTest): MutationTest => ({ ...row, silent: true });
const mended = (...replaced: readonly AlmosOperation[]): Model => ({ replaced });

const parentReads = forking([write, fork, read], [exit]);
const dataParentReads = forking([write, fork, read], [exit], elf);
const noFrame = alone([write], oneFrameFails);
const race = scenarioNamed('fork-races-fault');
const munmapRace = scenarioNamed('munmap-races-fault');

export const mutationTests: readonly MutationTest[] = [
  written(
    'no-free-frame-mapped',
    'a child that exits releases the ANON frames of its parent',
    parentReads,
    mended(models.anonLooksAtForks),
  ),
  mutation(
    'no-free-frame-mapped',
    'a child that exits releases the DATA frames of its parent',
    dataParentReads,
    models.dataForksIgnored,
  ),
  written(
    'no-frame-leak',
    'a frame counted twice at a fork is never released',
    scenarioNamed('data-fork-writes'),
  ),
  mutation(
    'no-frame-leak',
    'exit forgets to release',
    alone([write, exit]),
    models.frameNotReleased,
  ),
  written(
    'forks-not-low',
    'a COW that finds no frame has counted its copy all the same',
    forkAmongWriters(1),
    mended(models.cowFailureUndone),
  ),
  mutation(
    'forks-not-low',
    'a fork counts neither in the child nor in the parent',
    parentReads,
    models.childNotCounted,
    models.parentNotCounted,
  ),
  written(
    'forks-exact',
    'a fork counts in the child and in the parent',
    forking([write, fork], []),
    mended(models.parentNotCounted),
  ),
  written(
    'forks-only-on-cow',
    'a fork counts the frame of a file',
    forking([write, { ...write, page: 1 }, fork], [], {
      ...twoPages,
      ...file,
      vsegs: [...file.vsegs, { process: 'P', type: 'ANON', page: 1, pages: 1 }],
    }),
    mended(models.fileNotCounted),
  ),
  mutation(
    'forks-only-on-cow',
    'a fork does not mark the parent COW',
    forking([write, fork], []),
    models.parentNotMarked,
  ),
  written(
    'refcount-nonnegative',
    'a frame that is still owed loses its last reference with a child',
    dataParentReads,
  ),
  mutation(
    'refcount-nonnegative',
    'a frame is released with its references',
    alone([write, exit]),
    models.refcountKept,
  ),
  written(
    'refcount-exact',
    'a fork does not count the new reference',
    forking([write, fork], []),
    mended(models.childRefers),
  ),
  mutation(
    'refcount-exact',
    'a new frame has two references',
    alone([write]),
    models.refcountOfTwo,
  ),
  mutation(
    'file-frame-owned-by-mapper',
    'exit releases the frame of a file',
    alone([read, exit], file),
    models.fileFrameReleased,
  ),
  {
    invariant: 'file-frame-owned-by-mapper',
    mistake: 'a page of a file is given up while it is mapped',
    scenario: alone([read, { do: 'write', page: 1 }], {
      ...file,
      frames: 1,
      pages: 2,
      vsegs: [...file.vsegs, { process: 'P', type: 'ANON', page: 1, pages: 1 }],
    }),
    broken: { options: { mapperEvicts: true } },
    sound: asWritten,
    silent: false,
  },
  mutation(
    'cow-xor-writable',
    'a fork marks the parent COW and leaves it WRITABLE',
    forking([write, fork], []),
    models.parentStaysWritable,
  ),
  written('cow-isolation', 'a fault maps a page WRITABLE after the fork has marked it', race),
  mutation(
    'cow-isolation',
    'a fork does not mark the parent COW',
    forking([write, fork], []),
    models.parentNotMarked,
  ),
  written(
    'gpt-copy-coherence',
    'munmap in the reference leaves the entry of the other cluster',
    scenarioNamed('munmap-two-clusters'),
  ),
  mutation(
    'gpt-copy-coherence',
    'the local entry gets other attributes than the reference',
    across([], [[write]]),
    models.localEntryReadOnly,
  ),
  mutation(
    'gpt-copy-coherence',
    'a fault writes the local entry, not that of the reference',
    across([], [[write]]),
    models.notPublished,
  ),
  written('pte-covered-by-vseg', 'a fault maps a page behind a munmap', munmapRace),
  mutation(
    'pte-covered-by-vseg',
    'munmap does not reset the entry',
    alone([write, munmap]),
    models.pteNotReset,
  ),
  written(
    'copy-covered-by-reference',
    'munmap in the reference leaves the vseg of the other cluster',
    scenarioNamed('munmap-two-clusters'),
  ),
  mutation(
    'copy-covered-by-reference',
    'a vseg is copied with another offset in its file',
    across([], [[write]]),
    models.vsegCopiedWrongly,
  ),
  mutation(
    'pte-lock-has-owner',
    'the error path of a fault forgets the LOCKED bit',
    noFrame,
    models.errorKeepsPteLock,
  ),
  written(
    'vsl-no-overlap',
    'two threads in one cluster both fetch the vseg from the reference',
    across([], [[write], [{ ...write, page: 1 }, write]], twoPages),
    mended(models.searchedAgain),
  ),
  mutation(
    'vsl-no-overlap',
    'mmap hands out the same page twice and looks for no conflict',
    alone([mmap, mmap], empty),
    models.samePagesAgain,
    models.conflictIgnored,
  ),
  written(
    'vsl-count',
    'munmap counts and unlinks without vsl_lock',
    alone([munmap]),
    mended(models.detachedUnderLock),
  ),
  mutation('vsl-count', 'exit unlinks without counting', alone([exit]), models.unlinkNotCounted),
  written(
    'mmap-disjoint',
    'the allocator of a child knows nothing of what the child inherited',
    forking([fork], []),
  ),
  mutation(
    'mmap-disjoint',
    'mmap does not advance the first free page',
    alone([mmap], empty),
    models.samePagesAgain,
  ),
  written(
    'mmap-complete',
    'an mmap without a descriptor loses its pages',
    alone([mmap], { ...empty, budgets: { descriptor: 1 } }),
    mended(models.pagesGivenBack),
  ),
  mutation('mmap-complete', 'munmap does not park the pages', alone([munmap]), models.notParked),
  written(
    'descriptor-conservation',
    'mmap takes pages from a zombi list and drops the descriptor',
    alone([munmap, mmap]),
    mended(models.reusedIsFreed),
  ),
  mutation(
    'descriptor-conservation',
    'exit does not free the descriptor of a DATA vseg',
    alone([exit], elf),
    models.descriptorNotFreed,
  ),
  written(
    'no-access-to-free-frame',
    'a parent reads an ANON frame that the exit of its child released',
    parentReads,
    mended(models.anonLooksAtForks),
  ),
  mutation(
    'no-access-to-free-frame',
    'a parent reads a DATA frame that the exit of its child released',
    dataParentReads,
    models.dataForksIgnored,
  ),
  written(
    'no-double-free',
    'parent and child exit and both release the same ANON frame',
    forking([write, fork, exit], [exit]),
    mended(models.anonLooksAtForks, models.parentNotCounted),
  ),
  mutation(
    'no-double-free',
    'exit releases a frame twice',
    alone([write, exit]),
    models.frameReleasedTwice,
  ),
  written('pte-write-under-lock', 'a fork marks entries that a fault has locked', race),
  mutation(
    'pte-write-under-lock',
    'a fault goes on without the lock',
    together([[write], [write]]),
    models.pteLockIgnored,
  ),
  written('vsl-lock-discipline', 'munmap reads the vseg without vsl_lock', alone([munmap])),
  mutation(
    'vsl-lock-discipline',
    'a vseg is searched without vsl_lock',
    alone([{ do: 'munmap', page: 1 }], { pages: 2 }),
    models.searchedWithoutLock,
  ),
  mutation(
    'forks-lock-discipline',
    'a fork counts without the lock of the page',
    forking([write, fork], []),
    models.countedWithoutLock,
  ),
  written(
    'copies-lock-discipline',
    'a fork walks the copies of the parent without their lock',
    forking([fork], []),
  ),
  {
    invariant: 'copies-lock-discipline',
    mistake: 'exit unlinks a copy without waiting for the lock of the list',
    scenario: alone([exit]),
    broken: { options: { copiesLocked: false } },
    sound: asWritten,
    silent: false,
  },
  written(
    'mmap-progress',
    'a child is given pages that it has inherited, and is refused',
    forking([fork], [mmap], { descriptors: 4, pages: 2 }),
  ),
  written(
    'mmap-progress',
    'an end of the zone is compared with its size',
    alone([mmap], { vsegs: [], pages: 2, heapBase: 1 }),
    mended(models.comparesWithEnd),
  ),
  mutation(
    'mmap-progress',
    'the last page of the zone is refused',
    alone([mmap], { vsegs: [] }),
    models.lastPageRefused,
  ),
  written('no-descriptor-use-after-free', 'a fault uses a vseg behind a munmap', munmapRace),
  mutation(
    'no-descriptor-use-after-free',
    'exit reads the link of a vseg that it has removed',
    alone([exit]),
    models.linkReadAfterRemoval,
  ),
  written(
    'locks-released-on-return',
    'an mmap that is refused keeps the lock of the allocator',
    alone([mmap], { vsegs: [], pages: 2, heapBase: 1 }),
    mended(models.refusalUnlocks),
  ),
  mutation(
    'locks-released-on-return',
    'the error path of a fault forgets the LOCKED bit',
    noFrame,
    models.errorKeepsPteLock,
  ),
  silently(
    written(
      'no-spurious-user-error',
      'a copy that another thread has made is a user error',
      forkAmongWriters(3),
      mended(models.copiedAlready),
    ),
  ),
  silently(
    mutation(
      'no-spurious-user-error',
      'the first byte of a vseg is not found',
      alone([write]),
      models.firstByteMissed,
    ),
  ),
  written(
    'no-panic-on-exhaustion',
    'a fault that finds no frame is a panic',
    noFrame,
    mended(models.noMemoryIsUserError),
  ),
  written(
    'no-assert',
    'a fork that fails destroys a child whose zombi lists are not set up',
    forking([write, fork], [], { budgets: { ptecopy: 1 } }),
    { options: { childVmm: 'init' } },
  ),
  mutation(
    'no-assert',
    'exit releases a frame twice',
    alone([write, exit]),
    models.frameReleasedTwice,
  ),
  written(
    'failed-op-is-neutral',
    'an mmap without a descriptor keeps its pages',
    alone([mmap], { ...empty, budgets: { descriptor: 1 } }),
    mended(models.pagesGivenBack),
  ),
  written(
    'failed-op-is-neutral',
    'a stack without a descriptor keeps its slot',
    scene('created', {
      ...stacks,
      budgets: { descriptor: 1 },
      threads: [
        { process: 'P', program: [{ do: 'create', thread: 1 }] },
        { process: 'P', slot: 0, created: true, program: [] },
      ],
    }),
  ),
  mutation(
    'failed-op-is-neutral',
    'the error path of a fault forgets the LOCKED bit',
    noFrame,
    models.errorKeepsPteLock,
  ),
  written(
    'munmap-effective',
    'munmap in another cluster leaves the vseg of the reference',
    across([], [[read, munmap]]),
    { options: { munmapSite: 'reference' } },
  ),
  written(
    'munmap-effective',
    'munmap in the middle of DATA reports success and loses what is above',
    alone([{ do: 'munmap', page: 3 }], {
      ...elf,
      pages: 5,
      heapBase: 5,
      files: [{ name: 'elf', cluster: 0, pages: 3 }],
      vsegs: [{ process: 'P', type: 'DATA', page: 2, pages: 3, file: 'elf' }],
    }),
  ),
  mutation('munmap-effective', 'munmap only says so', alone([munmap]), models.munmapOnlySaid),
  written('unmapped-is-inaccessible', 'a fault maps a page behind a munmap', munmapRace),
  mutation(
    'unmapped-is-inaccessible',
    'munmap does not reset the entry',
    alone([write, munmap, [read, { do: 'read', page: 1 }]], twoPages),
    models.pteNotReset,
  ),
  mutation(
    'read-own-process-writes',
    'a COW copy is not filled',
    forking([write, fork, { ...write, word: 1 }, read], [], { words: 2 }),
    models.notCopied,
  ),
  written('fork-isolation', 'a parent writes to a page that a fault mapped WRITABLE', race),
  mutation(
    'fork-isolation',
    'a fork does not mark the parent COW',
    forking([write, fork, write], [read]),
    models.parentNotMarked,
  ),
  written('no-lost-write', 'a COW copy takes along what the parent wrote after the fork', race),
  mutation(
    'no-lost-write',
    'a COW copy is not filled',
    forking([write, fork, write], []),
    models.notCopied,
  ),
  written('initial-content', 'an ANON page begins with what was last in its frame', alone([read]), {
    options: { allocClears: true },
  }),
  mutation(
    'initial-content',
    'a DATA page begins with another page of the file',
    alone([read], { ...elf, frames: 3 }),
    models.wrongPageOfFile,
  ),
  written(
    'deadlock-free',
    'an mmap waits for a lock that a refused one kept',
    together([[mmap], [mmap]], { vsegs: [], pages: 2, heapBase: 1 }),
    mended(models.refusalUnlocks),
  ),
  mutation(
    'deadlock-free',
    'a fault waits for a LOCKED bit that an error path forgot',
    together([[write], [write]], oneFrameFails),
    models.errorKeepsPteLock,
  ),
  mutation(
    'stack-bitmap-exact',
    'the slot of a thread that ends is not given back',
    scene('stack', {
      ...stacks,
      threads: [{ process: 'P', cluster: 0, slot: 0, program: [{ do: 'leave' }] }],
    }),
    models.slotKept,
  ),
  mutation(
    'private-stays-local',
    'a stack is mapped in another cluster',
    scene('stack', {
      ...stacks,
      clusters: 2,
      processes: [{ name: 'P', clusters: [0, 1] }],
      threads: [
        { process: 'P', cluster: 0, slot: 0, program: [{ do: 'write', page: 1 }] },
        { process: 'P', cluster: 1, program: [{ do: 'read', page: 1 }] },
      ],
    }),
    models.stackIsPublic,
  ),
  {
    invariant: 'locks-initialised',
    mistake: 'a fork leaves the locks of the allocators of the child as they are',
    scenario: forking([fork], []),
    broken: { options: { childVmm: 'poison' } },
    sound: asWritten,
    silent: false,
  },
  written(
    'munmap-acts',
    'a munmap of no page is told that all went well',
    alone([[munmap, { ...munmap, pages: 0 }]]),
    mended(models.emptyRefused),
  ),
  written(
    'munmap-acts',
    'two threads are told that they have unmapped the same page',
    together([[munmap], [munmap]]),
  ),
  written(
    'munmap-spares-others',
    'a munmap removes code',
    alone([[munmap, { ...munmap, page: 1 }]], {
      ...twoPages,
      heapBase: 1,
      files: [{ name: 'elf', cluster: 0, pages: 1 }],
      vsegs: [
        { process: 'P', type: 'CODE', page: 0, pages: 1, file: 'elf' },
        { process: 'P', type: 'ANON', page: 1, pages: 1 },
      ],
      pages: 3,
    }),
    mended(models.codeRefused),
  ),
  written(
    'munmap-spares-others',
    'a munmap removes memory of the kernel',
    alone([munmap], { heapBase: 1, vsegs: [], ...kernelPage }),
  ),
  written(
    'no-kill-for-descriptor',
    'a fault without a descriptor is an error of the user',
    across([], [[read]], { descriptors: 1, budgets: { descriptor: 1 } }),
    mended(models.descriptorAskedAgain),
  ),
  {
    invariant: 'kernel-out-of-reach',
    mistake: 'vsegs of the kernel have USER',
    scenario: alone([[read, { ...read, page: 1 }]], {
      heapBase: 1,
      pages: 3,
      vsegs: [{ process: 'P', type: 'ANON', page: 1, pages: 1 }],
      ...kernelPage,
    }),
    broken: { options: { kernelVsegsUser: true } },
    sound: asWritten,
    silent: false,
  },
];
