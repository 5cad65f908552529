/** Reads the programs of a scenario from outside. */

import type { Json, JsonReader } from '../json-reader.ts';
import { BEHIND_TABLE, doable, mapKinds, most } from './scenario.ts';
import type { ThreadSpec, UserStep } from './scenario.ts';

/** What a scenario has that its steps refer to. */
interface Known {
  readonly pages: number;
  readonly files: readonly string[];
  readonly segments: readonly string[];
  readonly spaces: readonly string[];
  readonly children: readonly string[];
}

const fields = {
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

/** Steps in order; where an array stands, any one of its steps. */
export function parseProgram(json: unknown, at: JsonReader, known: Known): ThreadSpec['program'] {
  const one = (v: unknown, place: JsonReader): UserStep => parseStep(v, place, known);
  return at.list(json, 0, most.program, (v, place) =>
    Array.isArray(v) ? place.list(v, 1, 8, one) : one(v, place),
  );
}

/** The fields of a step; what may be left out has a default. */
class StepReader {
  private readonly step: Json;
  private readonly at: JsonReader;
  private readonly known: Known;

  constructor(step: Json, at: JsonReader, known: Known) {
    this.step = step;
    this.at = at;
    this.known = known;
  }

  page(min: number, otherwise?: number): number {
    return this.whole('page', min, this.known.pages - 1, otherwise);
  }

  pages(): number {
    return this.whole('pages', 1, this.known.pages, 1);
  }

  offset(): number {
    return this.whole('offset', 0, 3, 0);
  }

  whole(key: string, min: number, max: number, otherwise?: number): number {
    return this.at.in(key).whole(this.step[key] ?? otherwise, min, max);
  }

  truth(key: string, otherwise = false): boolean {
    return this.at.in(key).truth(this.step[key] ?? otherwise);
  }

  name(key: string, names: readonly string[], what: string): string {
    return this.at.in(key).name(this.step[key], names, what);
  }

  /** A descriptor that the program may use. */
  fd(): number {
    const given = this.step['fd'] ?? 0;
    if (!([0, 1, BEHIND_TABLE] as unknown[]).includes(given)) {
      this.at.in('fd').fail(`0, 1, or ${BEHIND_TABLE}, which is behind the table`, given);
    }
    return given as number;
  }

  /** A descriptor that the server may give out. */
  slot(): number {
    const given = this.step['fd'] ?? 0;
    if (given !== 0 && given !== 1)
      this.at.in('fd').fail('0 or 1: the server gives out no other', given);
    return given as number;
  }
}

function parseStep(json: unknown, at: JsonReader, known: Known): UserStep {
  const kind = at.in('do').name((json as { do?: unknown } | null)?.do, doable, 'one of');
  const step = at.object(json, ['do', ...fields[kind]]);
  const read = new StepReader(step, at, known);
  const segment = (): string => read.name('segment', known.segments, 'a segment');
  switch (kind) {
    case 'open':
      return { do: kind, fd: read.slot(), file: read.name('file', known.files, 'a file') };
    case 'close':
      return { do: kind, fd: read.fd() };
    case 'mmap': {
      const offset = read.offset();
      const what = at.in('kind').name(step['kind'], mapKinds, 'one of');
      const place = { page: read.page(0, 0), pages: read.pages(), fd: read.fd(), offset };
      const flags = { fixed: read.truth('fixed'), readOnly: read.truth('readOnly') };
      return { do: kind, kind: what, ...place, ...flags };
    }
    case 'read':
    case 'write': {
      const cell = read.whole('cell', 0, 1, 0) as 0 | 1;
      return { do: kind, page: read.page(0), cell, anyway: read.truth('anyway') };
    }
    case 'readFile':
    case 'writeFile': {
      const offset = read.offset();
      return { do: kind, fd: read.fd(), offset, page: read.page(0), pages: read.pages() };
    }
    case 'fork':
      return { do: kind, child: read.name('child', known.children, 'a child') };
    case 'clone': {
      const space = read.name('space', known.spaces, 'a space');
      return { do: kind, space, files: read.truth('files', true) };
    }
    case 'shmget': {
      const name = segment();
      const how = { create: read.truth('create', true), exclusive: read.truth('exclusive') };
      return { do: kind, segment: name, ...how, pages: read.whole('pages', 0, 12, 0) };
    }
    case 'shmat': {
      const place = { segment: segment(), page: read.page(0, 0), readOnly: read.truth('readOnly') };
      return { do: kind, ...place, within: read.truth('within'), round: read.truth('round') };
    }
    case 'shmdt':
      return { do: kind, segment: segment() };
    case 'munmap':
      return { do: kind, page: read.page(1), pages: read.pages() };
    case 'exit':
      return { do: kind };
  }
}
