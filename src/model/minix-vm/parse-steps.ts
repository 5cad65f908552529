/** Reads what the processes of a scenario may do. */

import type { Json, JsonReader } from '../json-reader.ts';
import { most } from './scenario.ts';
import type { Guards, UserAction } from './scenario.ts';

/** What a scenario has that its actions refer to. */
interface Known {
  readonly processes: readonly string[];
  readonly pages: number;
  readonly guards: Guards;
}

const fields = {
  write: ['process', 'page', 'value'],
  read: ['process', 'page'],
  touch: ['process', 'page', 'pages'],
  fork: ['process', 'child'],
  exit: ['process'],
  exec: ['process', 'pages'],
  safemap: ['from', 'to', 'page', 'at', 'pages', 'flag'],
  cowmap: ['from', 'to', 'page', 'at', 'pages', 'flag'],
  unmap: ['from', 'to', 'page', 'at', 'pages', 'flag'],
  safeunmap: ['process'],
  revoke: ['process'],
  munmap: ['process', 'page', 'pages'],
  mmap: ['process', 'page', 'pages'],
  brk: ['process', 'pages'],
  check: ['process', 'page', 'pages'],
  remap: ['from', 'to', 'page', 'at', 'pages'],
} as const satisfies Record<UserAction['do'], readonly string[]>;

const kinds = Object.keys(fields) as UserAction['do'][];
const allFields = ['do', 'times', ...new Set(Object.values(fields).flat())];

export function parseAction(json: unknown, at: JsonReader, known: Known): UserAction {
  const given = at.object(json, allFields);
  const kind = at.in('do').name(given['do'], kinds, 'one of');
  const times = at.in('times').whole(given['times'] ?? 1, 1, most.times);
  const { pages, processes } = known;
  const process = (key = 'process'): string => at.in(key).name(given[key], processes, 'a process');
  const page = (key = 'page'): number => at.in(key).whole(given[key] ?? 0, 0, pages - 1);
  const count = (): number => at.in('pages').whole(given['pages'] ?? 1, 1, pages);
  at.object(json, ['do', 'times', ...fields[kind]]);
  switch (kind) {
    case 'write': {
      const value = at.in('value').whole(given['value'], 1, most.values);
      return { do: kind, times, process: process(), page: page(), value };
    }
    case 'read':
      return { do: kind, times, process: process(), page: page() };
    case 'fork':
      return { do: kind, times, process: process(), child: process('child') };
    case 'exit':
    case 'safeunmap':
    case 'revoke':
      return { do: kind, times, process: process() };
    case 'exec': {
      if (pages < 2) at.in('do').fail('two pages of memory, for data and a stack', pages);
      const data = at.in('pages').whole(given['pages'] ?? 1, 1, pages - 1);
      return { do: kind, times, process: process(), pages: data };
    }
    case 'remap': {
      const between = { from: process('from'), to: process('to') };
      return { do: kind, times, ...between, page: page(), at: page('at'), pages: count() };
    }
    case 'brk':
      return { do: kind, times, process: process(), pages: count() };
    case 'touch':
    case 'munmap':
    case 'mmap':
    case 'check':
      return { do: kind, times, process: process(), page: page(), pages: count() };
    case 'safemap':
    case 'cowmap':
    case 'unmap': {
      const flag = parseFlag(kind, given, at);
      const from = process('from');
      const to = process('to');
      checkGuards({ kind, from, to, flag }, at, known.guards);
      const length = parseLength(given['pages'] ?? 1, at.in('pages'), known);
      return { do: kind, times, from, to, page: page(), at: page('at'), pages: length, flag };
    }
  }
}

type Sharing = 'safemap' | 'cowmap' | 'unmap';

function parseFlag(kind: Sharing, given: Json, at: JsonReader): number {
  const usual = kind === 'safemap' ? 1 : -1;
  return at.in('flag').whole(given['flag'] ?? usual, -1, usual);
}

/** What guards refuse of a map or unmap, whatever the state. */
function checkGuards(
  { kind, from, to, flag }: { kind: Sharing; from: string; to: string; flag: number },
  at: JsonReader,
  guards: Guards,
): void {
  if (kind !== 'unmap' && guards.plainFlags && flag < 0) {
    at.fail('flag 0 or 1 while the guard plainFlags is on', kind);
  }
  if (kind !== 'unmap' && guards.twoProcesses && from === to) {
    at.in('to').fail('another process while the guard twoProcesses is on', to);
  }
  if (kind === 'unmap' && guards.recordedUnmaps) {
    at.fail('safeunmap or revoke while the guard recordedUnmaps is on', kind);
  }
}

/** The length of a map: whole pages, unless the guard wholePages is off. */
function parseLength(value: unknown, at: JsonReader, { pages, guards }: Known): number {
  const twice = typeof value === 'number' ? 2 * value : 0;
  if (!Number.isInteger(twice) || twice < 1 || twice > 2 * pages) {
    at.fail(`a multiple of 0.5 from 0.5 to ${pages}`, value);
  }
  if (guards.wholePages && twice % 2 !== 0) {
    at.fail('whole pages while the guard wholePages is on', twice / 2);
  }
  return twice / 2;
}
