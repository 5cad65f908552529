/**
 * A scenario of mm0: files of the file server, shared segments, address spaces and what their
 * threads do. Plain JSON, which `parse-scenario.ts` reads.
 *
 * Pages are virtual page numbers: 1 .. pages is the range of a task (page 0 holds address 0, which
 * mmap takes for "choose"), the pages after it are the pool of shared segments.
 */

import type { Scenario } from '../../system.ts';

/** One thing a user thread does. */
export type UserStep =
  /** `fd` is what the program has in mind: it gets another where that is taken. */
  | { readonly do: 'open'; readonly fd: number; readonly file: string }
  | { readonly do: 'close'; readonly fd: number }
  | {
      readonly do: 'mmap';
      readonly kind: MapKind;
      /** First page asked for; 0: choose. */
      readonly page: number;
      readonly pages: number;
      readonly fd: number;
      /** Position in the file, in pages. */
      readonly offset: number;
      /** MAP_FIXED: this page, or none. */
      readonly fixed: boolean;
      /** Without PROT_WRITE. */
      readonly readOnly: boolean;
    }
  | FileAccess
  | Access
  | { readonly do: 'fork'; readonly child: string }
  | {
      readonly do: 'clone';
      /** The thread that starts to run: of the same space (shared memory), or of a child. */
      readonly space: string;
      readonly files: boolean;
    }
  | {
      readonly do: 'shmget';
      readonly segment: string;
      /** IPC_CREAT and IPC_EXCL. */
      readonly create: boolean;
      readonly exclusive: boolean;
      /** Size asked for; 0: that of the segment. */
      readonly pages: number;
    }
  | {
      readonly do: 'shmat';
      readonly segment: string;
      readonly page: number;
      readonly readOnly: boolean;
      /** The address is not at the start of the page, and SHM_RND is given. */
      readonly within: boolean;
      readonly round: boolean;
    }
  | { readonly do: 'shmdt'; readonly segment: string }
  | { readonly do: 'munmap'; readonly page: number; readonly pages: number }
  | { readonly do: 'exit' };

/** The first descriptor that has no slot: TASK_FILES_MAX. */
export const BEHIND_TABLE = 32;

export interface Access {
  readonly do: 'read' | 'write';
  readonly page: number;
  readonly cell: 0 | 1;
  /** Also where the page was not promised to the task: as a wrong program would. */
  readonly anyway: boolean;
  /** What a write stores; a value of its own if absent. */
  readonly value?: string;
}

/** read() or write() of whole pages, at a position that lseek() has set. */
export interface FileAccess {
  readonly do: 'readFile' | 'writeFile';
  readonly fd: number;
  /** Position in the file, in pages. */
  readonly offset: number;
  /** The first page of the buffer. */
  readonly page: number;
  readonly pages: number;
}

/** A file of the server. */
export interface FileSpec {
  readonly name: string;
  readonly pages: number;
  /** Pages that it may have after writes beyond its end. */
  readonly room: number;
}

export const mapKinds = ['private-anon', 'shared-anon', 'private-file', 'shared-file'] as const;
export type MapKind = (typeof mapKinds)[number];

/** How many requests for each thing may fail although there is room. */
export interface Budgets {
  /** Small allocations: links, objects, vmas. */
  readonly alloc: number;
  readonly page: number;
  readonly server: number;
}

export const noBudgets: Budgets = { alloc: 0, page: 0, server: 0 };

export interface SpaceSpec {
  readonly name: string;
  /** Only a fork, or a clone without shared memory, brings it to life. */
  readonly child?: boolean;
}

export interface ThreadSpec {
  readonly space: string;
  /** Steps in order; where an array stands, any one of its steps. */
  readonly program: readonly (UserStep | readonly UserStep[])[];
}

/** How many of each thing the state has room for; a search that needs more says so. */
export interface Bounds {
  readonly objects: number;
  readonly links: number;
  readonly vmas: number;
  readonly frames: number;
}

export interface Mm0Scenario extends Scenario {
  readonly pages: number;
  readonly shmPages: number;
  readonly files: readonly FileSpec[];
  readonly segments: readonly { readonly name: string; readonly pages: number }[];
  readonly spaces: readonly SpaceSpec[];
  /** The first thread of a space is its own; others start with a clone. */
  readonly threads: readonly ThreadSpec[];
  /**
   * Is a fault handled in a later step than it is raised in? Needed where two threads share a
   * space; elsewhere an access and its faults are one step.
   */
  readonly splitFaults: boolean;
  readonly budgets: Budgets;
  readonly bounds: Bounds;
}

/** The most that the packed state can hold; far above what can be explored. */
export const most = {
  pages: 8,
  shmPages: 6,
  spaces: 4,
  threads: 6,
  program: 16,
  budget: 3,
} as const;

export const doable = [
  'open',
  'close',
  'mmap',
  'read',
  'write',
  'readFile',
  'writeFile',
  'fork',
  'clone',
  'shmget',
  'shmat',
  'shmdt',
  'munmap',
  'exit',
] as const;
