/** Reads the programs of a scenario from outside. */

import type { Json, JsonReader } from '../json-reader.ts';
import { most } from './scenario.ts';
import type { ProcessSpec, ThreadSpec, UserStep } from './scenario.ts';

/** What a scenario has that its threads refer to. */
export interface Known {
  readonly clusters: number;
  readonly pages: number;
  readonly words: number;
  readonly files: readonly string[];
  readonly processes: readonly ProcessSpec[];
}

const fields = {
  read: ['page', 'word'],
  write: ['page', 'word'],
  fork: ['child'],
  mmap: ['type', 'pages', 'file', 'offset', 'at'],
  munmap: ['page', 'pages'],
  create: ['thread'],
  leave: [],
  exec: [],
  exit: [],
} as const satisfies Record<UserStep['do'], readonly string[]>;

const kinds = Object.keys(fields) as UserStep['do'][];
const allFields = ['do', ...new Set(Object.values(fields).flat())];

/** Steps in order; where an array stands, any one of its steps. */
export function parseProgram(json: unknown, at: JsonReader, known: Known): ThreadSpec['program'] {
  const step = (v: unknown, place: JsonReader): UserStep => parseStep(v, place, known);
  return at.list(json, 0, most.program, (v, place) =>
    Array.isArray(v) ? place.list(v, 1, 8, step) : step(v, place),
  );
}

function parseStep(json: unknown, at: JsonReader, known: Known): UserStep {
  const step = at.object(json, allFields);
  const kind = at.in('do').name(step['do'], kinds, 'one of');
  at.object(json, ['do', ...fields[kind]]);
  const { pages } = known;
  switch (kind) {
    case 'read':
    case 'write': {
      const word = at.in('word').whole(step['word'] ?? 0, 0, known.words - 1);
      return { do: kind, page: at.in('page').whole(step['page'], 0, pages - 1), word };
    }
    case 'fork': {
      const children = known.processes.filter(({ child }) => child).map(({ name }) => name);
      return { do: kind, child: at.in('child').name(step['child'], children, 'a child process') };
    }
    case 'mmap':
      return parseMmap(step, at, known);
    case 'munmap': {
      const page = at.in('page').whole(step['page'], 0, pages - 1);
      // None at all, or fewer, are sizes that vmm_resize_vseg does not refuse.
      const length = at.in('pages').whole(step['pages'] ?? 1, -pages, pages);
      if (page + length > pages || page + length < 0) {
        at.in('pages').fail(`pages from 0 to ${pages - 1}, those of the virtual space`, length);
      }
      return { do: kind, page, pages: length };
    }
    case 'create':
      return { do: kind, thread: at.in('thread').whole(step['thread'], 0, most.threads - 1) };
    default:
      return { do: kind };
  }
}

function parseMmap(step: Json, at: JsonReader, { pages, clusters, files }: Known): UserStep {
  const type = at.in('type').name(step['type'], ['ANON', 'FILE', 'REMOTE'], 'one of');
  const count = (): number => at.in('pages').whole(step['pages'] ?? 1, 1, pages);
  if (type === 'ANON') return { do: 'mmap', type, pages: count() };
  if (type === 'REMOTE') {
    const from = at.in('at').whole(step['at'], 0, clusters - 1);
    return { do: 'mmap', type, pages: count(), at: from };
  }
  const file = at.in('file').name(step['file'], files, 'a file');
  const offset = at.in('offset').halves(step['offset'] ?? 0, most.filePages);
  return { do: 'mmap', type: 'FILE', pages: count(), file, offset };
}
