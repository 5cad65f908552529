/**
 * A scenario of the MINIX VM server: the machine, the processes with their region at the start, and
 * what each process may do, each action a number of times, in any order. Guards say which callers
 * are well behaved: all on is what the kernel passes on for callers that keep to the rules.
 */

import { InputError } from '../../errors.ts';
import type { Scenario } from '../../system.ts';
import { JsonReader } from '../json-reader.ts';
import type { Json } from '../json-reader.ts';

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

const kinds = [
  'write',
  'read',
  'touch',
  'fork',
  'exit',
  'exec',
  'safemap',
  'cowmap',
  'unmap',
  'safeunmap',
  'revoke',
  'munmap',
  'mmap',
  'brk',
  'check',
  'remap',
] as const;

/** Fields that a scenario file may have. */
export const scenarioFields = [
  '$schema',
  'name',
  'purpose',
  'frames',
  'pages',
  'processes',
  'actions',
  'limit',
  'failures',
  'failuresPerRequest',
  'persistent',
  'guards',
  'tablePages',
  'blocks',
  'physRegions',
  'regions',
  'records',
] as const;

/**
 * Checks a scenario from outside; throws InputError naming the place. Adds what may be left out.
 */
export function parseScenario(json: unknown): MinixScenario {
  const root = new JsonReader('scenario');
  const top = root.object(json, scenarioFields);
  const field = <T>(
    key: string,
    read: (value: unknown, at: JsonReader) => T,
    otherwise?: unknown,
  ): T => read(top[key] ?? otherwise, root.in(key));
  const whole = (key: string, min: number, max: number, otherwise?: number): number =>
    field(key, (v, at) => at.whole(v, min, max), otherwise);
  const pages = whole('pages', 1, most.pages);
  const processes = field('processes', (v, at) =>
    at.list(v, 1, most.processes, (p, place) => parseProcess(p, place, pages)),
  );
  const names = processes.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) root.in('processes').fail('each name once', twice);
  const guards = field('guards', (v, at) => parseGuards(v, at), {});
  const actions = field('actions', (v, at) =>
    at.list(v, 1, most.actions, (a, place) => parseAction(a, place, processes, pages, guards)),
  );
  const total = actions.reduce((sum, { times }) => sum + times, 0);
  const failures = whole('failures', 0, 3, 0);
  return {
    name: field('name', (v, at) => at.text(v)),
    purpose: field('purpose', (v, at) => at.text(v), 'A scenario of your own.'),
    frames: whole('frames', 1, most.frames),
    pages,
    processes,
    actions,
    limit: whole('limit', 1, most.limit, Math.min(total, most.limit)),
    failures,
    failuresPerRequest: whole('failuresPerRequest', 1, 3, 1),
    persistent: field('persistent', (v, at) => at.truth(v), false),
    guards,
    tablePages: whole('tablePages', 1, most.pages, 1),
    blocks: whole('blocks', 1, most.blocks, 2 * pages * processes.length + 2),
    physRegions: whole('physRegions', 1, most.physRegions, 2 * pages * processes.length + 4),
    regions: whole('regions', 1, most.regions, 2 + sizeOf(processes)),
    records: whole('records', 1, 20, 3),
  };
}

/** Regions that the processes have at the start, or get from a parent that has most. */
function sizeOf(processes: readonly ProcessSpec[]): number {
  const counts = processes.map((spec) => regionsOfSpec(spec).length);
  return counts.reduce((sum, count) => sum + Math.max(count, 1), 0);
}

function parseProcess(json: unknown, at: JsonReader, pages: number): ProcessSpec {
  const spec = at.object(json, ['name', 'region', 'regions']);
  const name = at.in('name').text(spec['name']);
  if (spec['region'] !== undefined) {
    if (spec['regions'] !== undefined) at.in('regions').fail('either region or regions', 'both');
    return { name, region: parseRegion(spec['region'], at.in('region'), pages) };
  }
  if (spec['regions'] === undefined) return { name };
  const regions = at
    .in('regions')
    .list(spec['regions'], 1, 4, (region, place) => parseRegion(region, place, pages));
  regions.reduce((before, after) => {
    if (before.page + before.pages <= after.page) return after;
    return at.in('regions').fail('regions in order that do not overlap', spec['regions']);
  });
  return { name, regions };
}

function parseRegion(json: unknown, place: JsonReader, pages: number): RegionSpec {
  const region = place.object(json, ['page', 'pages', 'writable', 'direct', 'shared']);
  const page = place.in('page').whole(region['page'] ?? 0, 0, pages - 1);
  const count = place.in('pages').whole(region['pages'] ?? pages - page, 1, pages - page);
  const writable = place.in('writable').truth(region['writable'] ?? true);
  const direct = place.in('direct').truth(region['direct'] ?? false);
  const shared = place.in('shared').truth(region['shared'] ?? false);
  if (direct && shared) place.in('shared').fail('either direct or shared', 'both');
  return { page, pages: count, writable, ...(direct && { direct }), ...(shared && { shared }) };
}

function parseGuards(json: unknown, at: JsonReader): Guards {
  const given = at.object(json, guardNames);
  return Object.fromEntries(
    guardNames.map((name) => [name, at.in(name).truth(given[name] ?? true)]),
  ) as unknown as Guards;
}

function parseAction(
  json: unknown,
  at: JsonReader,
  processes: readonly ProcessSpec[],
  pages: number,
  guards: Guards,
): UserAction {
  const all = [
    'do',
    'times',
    'process',
    'page',
    'value',
    'pages',
    'child',
    'from',
    'to',
    'at',
    'flag',
  ];
  const given = at.object(json, all);
  const kind = at.in('do').name(given['do'], kinds, 'one of') as UserAction['do'];
  const names = processes.map(({ name }) => name);
  const times = at.in('times').whole(given['times'] ?? 1, 1, most.times);
  const process = (key: string): string => at.in(key).name(given[key], names, 'a process');
  const page = (key = 'page'): number => at.in(key).whole(given[key] ?? 0, 0, pages - 1);
  const count = (): number => at.in('pages').whole(given['pages'] ?? 1, 1, pages);
  const only = (...keys: string[]): Json => at.object(json, ['do', 'times', ...keys]);
  switch (kind) {
    case 'write': {
      only('process', 'page', 'value');
      const value = at.in('value').whole(given['value'], 1, most.values);
      return { do: kind, times, process: process('process'), page: page(), value };
    }
    case 'read':
      only('process', 'page');
      return { do: kind, times, process: process('process'), page: page() };
    case 'fork':
      only('process', 'child');
      return { do: kind, times, process: process('process'), child: process('child') };
    case 'exit':
    case 'safeunmap':
    case 'revoke':
      only('process');
      return { do: kind, times, process: process('process') };
    case 'exec': {
      only('process', 'pages');
      if (pages < 2) at.in('do').fail('two pages of memory, for data and a stack', pages);
      const data = at.in('pages').whole(given['pages'] ?? 1, 1, pages - 1);
      return { do: kind, times, process: process('process'), pages: data };
    }
    case 'remap':
      only('from', 'to', 'page', 'at', 'pages');
      return {
        do: kind,
        times,
        from: process('from'),
        to: process('to'),
        page: page(),
        at: page('at'),
        pages: count(),
      };
    case 'brk':
      only('process', 'pages');
      return { do: kind, times, process: process('process'), pages: count() };
    case 'touch':
    case 'munmap':
    case 'mmap':
    case 'check':
      only('process', 'page', 'pages');
      return { do: kind, times, process: process('process'), page: page(), pages: count() };
    case 'safemap':
    case 'cowmap':
    case 'unmap': {
      only('from', 'to', 'page', 'at', 'pages', 'flag');
      const plain = kind === 'safemap';
      const flag = at.in('flag').whole(given['flag'] ?? (plain ? 1 : -1), -1, plain ? 1 : -1);
      const from = process('from');
      const to = process('to');
      if (kind !== 'unmap' && guards.plainFlags && flag < 0) {
        at.fail('flag 0 or 1 while the guard plainFlags is on', kind);
      }
      if (kind !== 'unmap' && guards.twoProcesses && from === to) {
        at.in('to').fail('another process while the guard twoProcesses is on', to);
      }
      if (kind === 'unmap' && guards.recordedUnmaps) {
        at.fail('safeunmap or revoke while the guard recordedUnmaps is on', kind);
      }
      const length = halves(given['pages'] ?? 1, at.in('pages'), pages);
      if (guards.wholePages && length % 1 !== 0) {
        at.in('pages').fail('whole pages while the guard wholePages is on', length);
      }
      return { do: kind, times, from, to, page: page(), at: page('at'), pages: length, flag };
    }
  }
}

/** The length of a map: whole pages, unless the guard wholePages is off. */
function halves(value: unknown, at: JsonReader, most: number): number {
  const twice = typeof value === 'number' ? 2 * value : 0;
  if (!Number.isInteger(twice) || twice < 1 || twice > 2 * most) {
    at.fail(`a multiple of 0.5 from 0.5 to ${most}`, value);
  }
  return twice / 2;
}

/** Guards that are off, for the summary. */
export function guardsOff({ guards }: MinixScenario): readonly string[] {
  return guardNames.filter((name) => !guards[name]);
}

export function refused(what: string): never {
  throw new InputError(what);
}
