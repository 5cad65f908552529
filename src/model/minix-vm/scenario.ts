/**
 * A scenario of the MINIX VM server: the machine, the processes with their region at the start, and
 * what each process may do, each action a number of times, in any order. Guards say which callers
 * are well behaved: all on is what the kernel passes on for callers that keep to the rules.
 */

import type { Scenario } from '../../system.ts';

/** Pages are virtual page numbers; `times` is how often the action may happen at most. */
export type UserAction = { readonly times: number } & (
  | {
      readonly do: 'write';
      readonly process: string;
      readonly page: number;
      readonly value: number;
    }
  | { readonly do: 'read'; readonly process: string; readonly page: number }
  | {
      readonly do: 'touch';
      readonly process: string;
      readonly page: number;
      readonly pages: number;
    }
  | { readonly do: 'fork'; readonly process: string; readonly child: string }
  | { readonly do: 'exit'; readonly process: string }
  /** The new image has so many pages of data, and the others are its stack. */
  | { readonly do: 'exec'; readonly process: string; readonly pages: number }
  | SharingAction
  /** The destination unmaps, or the source revokes, a mapping that the kernel has recorded. */
  | { readonly do: 'safeunmap' | 'revoke'; readonly process: string; readonly record?: number }
  | {
      readonly do: 'munmap';
      readonly process: string;
      readonly page: number;
      readonly pages: number;
    }
  | { readonly do: 'mmap'; readonly process: string; readonly page: number; readonly pages: number }
  | { readonly do: 'brk'; readonly process: string; readonly pages: number }
  /** A SHARED region, of which `page` is one, appears at page `at` of `to`, so many pages long. */
  | {
      readonly do: 'remap';
      readonly from: string;
      readonly to: string;
      readonly page: number;
      readonly at: number;
      readonly pages: number;
    }
  | {
      readonly do: 'check';
      readonly process: string;
      readonly page: number;
      readonly pages: number;
    }
);

/** safemap with its flag, cowmap (the flag is -1), or a raw unmap; `page` of the source, `at`. */
export type SharingAction = {
  readonly do: 'safemap' | 'cowmap' | 'unmap';
  readonly from: string;
  readonly to: string;
  readonly page: number;
  readonly at: number;
  readonly pages: number;
  readonly flag: number;
};

export interface ProcessSpec {
  readonly name: string;
  /** Its region, or several; a process without one comes to life by a fork. */
  readonly region?: RegionSpec;
  readonly regions?: readonly RegionSpec[];
}

export function regionsOfSpec({ region, regions = [] }: ProcessSpec): readonly RegionSpec[] {
  return region === undefined ? regions : [region];
}

export interface RegionSpec {
  readonly page: number;
  readonly pages: number;
  readonly writable: boolean;
  /** Memory of a device, which VM does not manage: frames of its own, on top of those of VM. */
  readonly direct?: boolean;
  /** VR_SHARED: present from the start, as pages of such a region have to be. */
  readonly shared?: boolean;
}

/** Requests that are not passed on while their guard is on. */
export interface Guards {
  /** Both ranges of a map lie in one region each; a remap is of a whole region. */
  readonly insideRegions: boolean;
  /** Source and destination of a map differ. */
  readonly twoProcesses: boolean;
  /** Source and destination of a map are two regions. */
  readonly twoRegions: boolean;
  /** Both regions of a map are WRITABLE. */
  readonly writableRegions: boolean;
  /** Both regions of a map are ANON. */
  readonly anonRegions: boolean;
  /** A map or unmap is of whole pages. */
  readonly wholePages: boolean;
  /** A map has flag 0 or 1, and there is no cowmap. */
  readonly plainFlags: boolean;
  /** Source and destination of a request live; what the kernel has on record goes with them. */
  readonly liveEndpoints: boolean;
  /** Only what was recorded is unmapped, whole. */
  readonly recordedUnmaps: boolean;
  /** Who maps writable may itself write: no grant of more rights than one has. */
  readonly ownRights: boolean;
  /**
   * No munmap, no exec and no further map of pages that lie in a recorded mapping of the process.
   */
  readonly recordedStay: boolean;
}

export interface MinixScenario extends Scenario {
  readonly frames: number;
  readonly pages: number;
  readonly processes: readonly ProcessSpec[];
  readonly actions: readonly UserAction[];
  /** Actions altogether. */
  readonly limit: number;
  /** Allocations that may fail although there is room: in all, and in one request. */
  readonly failures: number;
  readonly failuresPerRequest: number;
  /** A failure may be the first of many: all later allocations of objects in the request fail. */
  readonly persistent: boolean;
  readonly guards: Guards;
  /** Pages that one page of a page table maps: in miniature, 1. Of use with pteWriteMayFail. */
  readonly tablePages: number;
  /** Sizes of the pools of objects. */
  readonly blocks: number;
  readonly physRegions: number;
  readonly regions: number;
  readonly records: number;
}

export const guardNames = [
  'insideRegions',
  'twoProcesses',
  'twoRegions',
  'writableRegions',
  'anonRegions',
  'wholePages',
  'plainFlags',
  'liveEndpoints',
  'recordedUnmaps',
  'ownRights',
  'recordedStay',
] as const satisfies readonly (keyof Guards)[];

/** The most of what a scenario may have. */
export const most = {
  frames: 64,
  pages: 32,
  processes: 6,
  actions: 40,
  limit: 40,
  values: 15,
  times: 15,
  blocks: 255,
  physRegions: 255,
  regions: 30,
};

/** Guards that are off, for the summary. */
export function guardsOff({ guards }: MinixScenario): readonly string[] {
  return guardNames.filter((name) => !guards[name]);
}
