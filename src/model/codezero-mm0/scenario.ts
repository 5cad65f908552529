/**
 * A scenario of mm0: files of the file server, shared segments, address spaces and what their
 * threads do. Plain JSON; `parseScenario` says where one from outside is wrong.
 *
 * Pages are virtual page numbers: 1 .. pages is the range of a task (page 0 holds address 0, which
 * mmap takes for "choose"), the pages after it are the pool of shared segments.
 */

import type { Scenario } from '../../system.ts';
import { JsonReader } from '../json-reader.ts';

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
const most = { pages: 8, shmPages: 6, spaces: 4, threads: 6, program: 16, budget: 3 } as const;

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

/** Fields that a scenario file may have. */
export const scenarioFields = [
  '$schema',
  'name',
  'purpose',
  'about',
  'pages',
  'shmPages',
  'files',
  'segments',
  'spaces',
  'threads',
  'splitFaults',
  'budgets',
  'bounds',
] as const;

/** Checks a scenario from outside; throws InputError naming the place. Adds what is left out. */
export function parseScenario(json: unknown): Mm0Scenario {
  const root = new JsonReader('scenario');
  const top = root.object(json, scenarioFields);
  const named = (v: unknown, at: JsonReader, max: number): { name: string; pages: number } => {
    const thing = at.object(v, ['name', 'pages']);
    return {
      name: at.in('name').text(thing['name']),
      pages: at.in('pages').whole(thing['pages'], 1, max),
    };
  };
  const at = (key: string): JsonReader => root.in(key);
  const pages = at('pages').whole(top['pages'], 1, most.pages);
  const shmPages = at('shmPages').whole(top['shmPages'] ?? 0, 0, most.shmPages);
  const files = at('files').list(top['files'] ?? [], 0, 2, (v, p): FileSpec => {
    const { room, ...plain } = p.object(v, ['name', 'pages', 'room']);
    const file = named(plain, p, 3);
    return { ...file, room: p.in('room').whole(room ?? file.pages, file.pages, 4) };
  });
  const segments = at('segments').list(top['segments'] ?? [], 0, 3, (v, p) => named(v, p, 12));
  const spaces = at('spaces').list(top['spaces'], 1, most.spaces, (v, p): SpaceSpec => {
    const spec = p.object(v, ['name', 'child']);
    const name = p.in('name').text(spec['name']);
    return p.in('child').truth(spec['child'] ?? false) ? { name, child: true } : { name };
  });
  for (const [key, list] of Object.entries({ files, segments, spaces })) {
    const names = list.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) at(key).fail('each name once', twice);
  }
  const known: Known = {
    pages: 1 + pages + shmPages,
    files: files.map(({ name }) => name),
    segments: segments.map(({ name }) => name),
    spaces: spaces.map(({ name }) => name),
    children: spaces.filter(({ child }) => child === true).map(({ name }) => name),
  };
  const threads = at('threads').list(top['threads'], 1, most.threads, (v, p): ThreadSpec => {
    const spec = p.object(v, ['space', 'program']);
    return {
      space: p.in('space').name(spec['space'], known.spaces, 'a space'),
      program: p
        .in('program')
        .list(spec['program'], 0, most.program, (step, q) =>
          Array.isArray(step)
            ? q.list(step, 1, 8, (one, r) => parseStep(one, r, known))
            : parseStep(step, q, known),
        ),
    };
  });
  for (const space of known.spaces) {
    if (threads.some((thread) => thread.space === space)) continue;
    at('threads').fail(`one of ${space}`, []);
  }
  const budgets = at('budgets').object(top['budgets'] ?? {}, Object.keys(noBudgets));
  const bounds = at('bounds').object(top['bounds'] ?? {}, ['objects', 'links', 'vmas', 'frames']);
  const bound = (key: keyof Bounds, usual: number, max: number): number =>
    at('bounds')
      .in(key)
      .whole(bounds[key] ?? usual, 1, max);
  return {
    name: at('name').text(top['name']),
    purpose: at('purpose').text(top['purpose'] ?? 'A scenario of your own.'),
    ...(top['about'] === undefined
      ? {}
      : { about: at('about').list(top['about'], 1, 60, (v, p) => p.text(v)) }),
    pages,
    shmPages,
    files,
    segments,
    spaces,
    threads,
    splitFaults: at('splitFaults').truth(top['splitFaults'] ?? false),
    budgets: Object.fromEntries(
      Object.keys(noBudgets).map((key) => [
        key,
        at('budgets')
          .in(key)
          .whole(budgets[key] ?? 0, 0, most.budget),
      ]),
    ) as unknown as Budgets,
    bounds: {
      objects: bound('objects', 7, 15),
      links: bound('links', 12, 31),
      vmas: bound('vmas', 4, 12),
      frames: bound('frames', 8, 15),
    },
  };
}

interface Known {
  readonly pages: number;
  readonly files: readonly string[];
  readonly segments: readonly string[];
  readonly spaces: readonly string[];
  readonly children: readonly string[];
}

const used = {
  open: ['fd', 'file'],
  close: ['fd'],
  mmap: ['kind', 'page', 'pages', 'fd', 'offset', 'fixed', 'readOnly'],
  read: ['page', 'cell', 'anyway'],
  write: ['page', 'cell', 'anyway'],
  readFile: ['fd', 'offset', 'page', 'pages'],
  writeFile: ['fd', 'offset', 'page', 'pages'],
  fork: ['child'],
  clone: ['space', 'files'],
  shmget: ['segment', 'create', 'exclusive', 'pages'],
  shmat: ['segment', 'page', 'readOnly', 'within', 'round'],
  shmdt: ['segment'],
  munmap: ['page', 'pages'],
  exit: [],
} as const satisfies Record<(typeof doable)[number], readonly string[]>;

function parseStep(json: unknown, at: JsonReader, known: Known): UserStep {
  const kind = at.in('do').name((json as { do?: unknown } | null)?.do, doable, 'one of');
  const step = at.object(json, ['do', ...used[kind]]);
  const page = (min: number, otherwise?: number): number =>
    at.in('page').whole(step['page'] ?? otherwise, min, known.pages - 1);
  const pages = (): number => at.in('pages').whole(step['pages'] ?? 1, 1, known.pages);
  const fd = (): number => {
    const given = step['fd'] ?? 0;
    if (!([0, 1, BEHIND_TABLE] as unknown[]).includes(given)) {
      at.in('fd').fail(`0, 1, or ${BEHIND_TABLE}, which is behind the table`, given);
    }
    return given as number;
  };
  const slot = (): number => {
    const given = step['fd'] ?? 0;
    if (given !== 0 && given !== 1)
      at.in('fd').fail('0 or 1: the server gives out no other', given);
    return given as number;
  };
  const segment = (): string => at.in('segment').name(step['segment'], known.segments, 'a segment');
  const truth = (key: string): boolean => at.in(key).truth(step[key] ?? false);
  switch (kind) {
    case 'open':
      return {
        do: kind,
        fd: slot(),
        file: at.in('file').name(step['file'], known.files, 'a file'),
      };
    case 'close':
      return { do: kind, fd: fd() };
    case 'mmap': {
      const offset = at.in('offset').whole(step['offset'] ?? 0, 0, 3);
      const what = at.in('kind').name(step['kind'], mapKinds, 'one of');
      const place = { page: page(0, 0), pages: pages(), fd: fd(), offset };
      return { do: kind, kind: what, ...place, fixed: truth('fixed'), readOnly: truth('readOnly') };
    }
    case 'read':
    case 'write': {
      const cell = at.in('cell').whole(step['cell'] ?? 0, 0, 1) as 0 | 1;
      return { do: kind, page: page(0), cell, anyway: truth('anyway') };
    }
    case 'readFile':
    case 'writeFile': {
      const offset = at.in('offset').whole(step['offset'] ?? 0, 0, 3);
      return { do: kind, fd: fd(), offset, page: page(0), pages: pages() };
    }
    case 'fork':
      return { do: kind, child: at.in('child').name(step['child'], known.children, 'a child') };
    case 'clone': {
      const space = at.in('space').name(step['space'], known.spaces, 'a space');
      return { do: kind, space, files: at.in('files').truth(step['files'] ?? true) };
    }
    case 'shmget':
      return {
        do: kind,
        segment: segment(),
        create: at.in('create').truth(step['create'] ?? true),
        exclusive: truth('exclusive'),
        pages: at.in('pages').whole(step['pages'] ?? 0, 0, 12),
      };
    case 'shmat':
      return {
        do: kind,
        segment: segment(),
        page: page(0, 0),
        readOnly: truth('readOnly'),
        within: truth('within'),
        round: truth('round'),
      };
    case 'shmdt':
      return { do: kind, segment: segment() };
    case 'munmap':
      return { do: kind, page: page(1), pages: pages() };
    case 'exit':
      return { do: 'exit' };
  }
}
