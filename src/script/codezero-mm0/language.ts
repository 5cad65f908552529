/**
 * The script language of mm0. A script is read completely before it runs, because its tasks, files
 * and segments determine the size of the state. Threads are named after their space: `P` or `P/t0`,
 * `P/t1`.
 */

import { InputError } from '../../errors.ts';
import { quote, shortName } from '../../safe-text.ts';
import type { Failure } from '../../model/codezero-mm0/script-port.ts';
import { BEHIND_TABLE, mapKinds } from '../../model/codezero-mm0/scenario.ts';
import type {
  Access,
  Budgets,
  FileSpec,
  MapKind,
  UserStep,
} from '../../model/codezero-mm0/scenario.ts';
import type { Script } from '../../system.ts';
import { Line } from '../tokens.ts';

type Action =
  | { readonly do: 'declare' }
  /** A request, or an access with all its faults. */
  | { readonly do: 'step'; readonly step: UserStep }
  /** An access, up to its first fault. */
  | { readonly do: 'raise'; readonly step: Access }
  | { readonly do: 'handle' | 'retry' };

export interface Operation {
  readonly line: Line;
  readonly action: Action;
  /** Index into `Plan.threads`; -1 for declarations. */
  readonly thread: number;
  readonly failure: Failure | undefined;
}

export interface Plan {
  readonly files: readonly FileSpec[];
  readonly segments: readonly { readonly name: string; readonly pages: number }[];
  readonly spaces: readonly { readonly name: string; readonly child: boolean }[];
  /** The threads of one space, in the order of their creation. */
  readonly threads: readonly { readonly name: string; readonly space: string }[];
  readonly operations: readonly Operation[];
}

/** Sizes of the address space: pages 1..pages of a task, then the pool of segments. */
export interface Layout {
  readonly pages: number;
  readonly shmPages: number;
}

const most = { files: 4, segments: 6, filePages: 8, segmentPages: 12, tasks: 6, threads: 12 };

export function planOf(script: Script, layout: Layout): Plan {
  const reader = new Reader(layout);
  const operations = script.operations.map((text, i) =>
    reader.operation(new Line(text, `${script.name}: operation ${i}`)),
  );
  const { files, segments, spaces, threads } = reader;
  if (threads.length === 0) throw new InputError(`${script.name}: no task is made in it; task P`);
  return { files, segments, spaces, threads, operations };
}

class Reader {
  readonly files: FileSpec[] = [];
  readonly segments: { name: string; pages: number }[] = [];
  readonly spaces: { name: string; child: boolean }[] = [];
  readonly threads: { name: string; space: string }[] = [];
  private readonly layout: Layout;
  readonly lastPage: number;

  constructor(layout: Layout) {
    this.layout = layout;
    this.lastPage = layout.pages + layout.shmPages;
  }

  operation(line: Line): Operation {
    const name = line.word('an operation');
    const read = reads.get(name);
    if (read === undefined) {
      const known = [...reads.keys()].join(', ');
      return line.fail(`there is no operation ${shortName(name)}; there are ${known}`);
    }
    const { action, thread } = read(line, this);
    const failure = thread < 0 ? undefined : failureOf(line);
    line.end();
    return { line, action, thread, failure };
  }

  /** An unused name. */
  newName(line: Line, what: string, taken: readonly { readonly name: string }[]): string {
    const name = line.word(what);
    if (!/^[A-Za-z]\w*$/.test(name)) line.fail(`${what} is a letter, then letters and digits`);
    if (taken.some((one) => one.name === name)) line.fail(`there is ${what} ${name} already`);
    return name;
  }

  known(line: Line, what: string, all: readonly { readonly name: string }[]): string {
    const name = line.word(what);
    if (all.some((one) => one.name === name)) return name;
    const names = all.map((one) => one.name).join(', ');
    return line.fail(
      `there is no ${what} ${shortName(name)}; ${names === '' ? 'none was made' : names}`,
    );
  }

  thread(line: Line): number {
    const spaces = this.spaces.map(({ name }) => ({ name }));
    const name = this.known(line, 'task', [...spaces, ...this.threads]);
    return this.threads.findIndex((thread) => thread.name === name || thread.name === `${name}/t0`);
  }

  newSpace(line: Line, child: boolean): string {
    if (this.spaces.length === most.tasks) line.fail(`there are ${most.tasks} tasks at most`);
    const name = this.newName(line, 'task', this.spaces);
    this.spaces.push({ name, child });
    this.newThread(line, name);
    return name;
  }

  newThread(line: Line, space: string): void {
    if (this.threads.length === most.threads)
      line.fail(`there are ${most.threads} threads at most`);
    const others = this.threads.filter((thread) => thread.space === space).length;
    this.threads.push({ name: `${space}/t${others}`, space });
  }

  /** A page number; `min` 0 where 0 means that mm0 chooses. */
  page(line: Line, min: number): number {
    return line.whole('a page', min, this.lastPage);
  }

  /** The number of pages from this one on. */
  pagesFrom(page: number): number {
    return this.lastPage + 1 - page;
  }

  pages(line: Line): number {
    return line.whole('a number of pages', 0, this.layout.pages + 1);
  }
}

function choice(line: Line, key: string, values: readonly string[], usual: string): string {
  const value = line.option(key) ?? usual;
  if (!values.includes(value))
    line.fail(`${key} is one of ${values.join(', ')}, not ${quote(value)}`);
  return value;
}

function failureOf(line: Line): Failure | undefined {
  const text = line.option('fail');
  if (text === undefined) return undefined;
  const found = /^(alloc|page|server)(?::([1-9]\d?))?$/.exec(text);
  if (found === null) {
    line.fail(
      `fail=KIND or fail=KIND:n with alloc, page or server, and n from 1, not ${quote(text)}`,
    );
  }
  return { kind: found[1] as keyof Budgets, nth: Number(found[2] ?? 1) };
}

type Read = (line: Line, reader: Reader) => { action: Action; thread: number };

const declared = { action: { do: 'declare' }, thread: -1 } as const;
const step = (thread: number, made: UserStep): ReturnType<Read> => ({
  action: { do: 'step', step: made },
  thread,
});

function accessOf(line: Line, reader: Reader, kind: 'read' | 'write'): Access {
  const page = reader.page(line, 0);
  const value = kind === 'write' ? { value: valueOf(line) } : {};
  const cell = (line.wholeOption('cell', 0, 1) ?? 0) as 0 | 1;
  return { do: kind, page, cell, anyway: true, ...value };
}

function valueOf(line: Line): string {
  return String(line.whole('a value', 0, 65_535));
}

function fdOf(line: Line): number {
  const fd = line.wholeOption('fd', 0, BEHIND_TABLE) ?? 0;
  if (fd === BEHIND_TABLE) return fd;
  if (fd > 1) line.fail(`fd: 0, 1, or ${BEHIND_TABLE}, which is behind the table`);
  return fd;
}

/** The flags at the end of the line, in any order. */
function wordsOf(line: Line, known: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (let i = 0; i < known.length; i++) {
    const word = known.find((one) => line.skip(one));
    if (word !== undefined) found.add(word);
  }
  return found;
}

function fileAccess(line: Line, reader: Reader, kind: 'readFile' | 'writeFile') {
  const thread = reader.thread(line);
  const page = reader.page(line, 0);
  const offset = line.wholeOption('offset', 0, 3) ?? 0;
  const pages = line.wholeOption('pages', 1, reader.pagesFrom(page)) ?? 1;
  return step(thread, { do: kind, fd: fdOf(line), offset, page, pages });
}

const readers: Readonly<Record<string, Read>> = {
  file(line, reader) {
    if (reader.files.length === most.files) line.fail(`there are ${most.files} files at most`);
    const name = reader.newName(line, 'file', reader.files);
    const pages = line.whole('a number of pages', 1, most.filePages);
    const room = line.wholeOption('room', pages, most.filePages) ?? pages;
    reader.files.push({ name, pages, room });
    return declared;
  },
  segment(line, reader) {
    if (reader.segments.length === most.segments) {
      line.fail(`there are ${most.segments} segments at most`);
    }
    const name = reader.newName(line, 'segment', reader.segments);
    const pages = line.whole('a number of pages', 1, most.segmentPages);
    reader.segments.push({ name, pages });
    return declared;
  },
  task(line, reader) {
    reader.newSpace(line, false);
    return declared;
  },
  open(line, reader) {
    const thread = reader.thread(line);
    const file = reader.known(line, 'file', reader.files);
    const fd = line.wholeOption('fd', 0, 1) ?? 0;
    return step(thread, { do: 'open', fd, file });
  },
  close: (line, reader) => step(reader.thread(line), { do: 'close', fd: fdOf(line) }),
  mmap(line, reader) {
    const thread = reader.thread(line);
    const word = line.word('a kind of mapping');
    const kind = mapKinds.find((one) => one === word);
    if (kind === undefined)
      return line.fail(`a mapping is ${mapKinds.join(', ')}, not ${quote(word)}`);
    const page = reader.page(line, 0);
    const pages = reader.pages(line);
    return step(thread, mapping(line, kind, page, pages));
  },
  read: (line, reader) => step(reader.thread(line), accessOf(line, reader, 'read')),
  write: (line, reader) => step(reader.thread(line), accessOf(line, reader, 'write')),
  readFile: (line, reader) => fileAccess(line, reader, 'readFile'),
  writeFile: (line, reader) => fileAccess(line, reader, 'writeFile'),
  raise(line, reader) {
    const thread = reader.thread(line);
    const kind = line.word('read or write');
    if (kind !== 'read' && kind !== 'write') {
      return line.fail(`an access is read or write, not ${quote(kind)}`);
    }
    return { action: { do: 'raise', step: accessOf(line, reader, kind) }, thread };
  },
  handle: (line, reader) => ({ action: { do: 'handle' }, thread: reader.thread(line) }),
  retry: (line, reader) => ({ action: { do: 'retry' }, thread: reader.thread(line) }),
  fork(line, reader) {
    const thread = reader.thread(line);
    return step(thread, { do: 'fork', child: reader.newSpace(line, true) });
  },
  clone(line, reader) {
    const thread = reader.thread(line);
    const files = choice(line, 'files', ['shared', 'copied'], 'shared') === 'shared';
    const vm = choice(line, 'vm', ['shared', 'copied'], 'shared');
    const own = reader.threads[thread].space;
    if (vm === 'shared') reader.newThread(line, own);
    const space = vm === 'shared' ? own : reader.newSpace(line, true);
    return step(thread, { do: 'clone', space, files });
  },
  shmget(line, reader) {
    const thread = reader.thread(line);
    const segment = reader.known(line, 'segment', reader.segments);
    const pages = line.wholeOption('pages', 0, most.segmentPages) ?? 0;
    const given = wordsOf(line, ['nocreate', 'exclusive']);
    const create = !given.has('nocreate');
    const exclusive = given.has('exclusive');
    return step(thread, { do: 'shmget', segment, create, exclusive, pages });
  },
  shmat(line, reader) {
    const thread = reader.thread(line);
    const segment = reader.known(line, 'segment', reader.segments);
    const page = line.wholeOption('at', 0, reader.lastPage) ?? 0;
    const given = wordsOf(line, ['ro', 'within', 'round']);
    const readOnly = given.has('ro');
    const flags = { readOnly, within: given.has('within'), round: given.has('round') };
    return step(thread, { do: 'shmat', segment, page, ...flags });
  },
  shmdt(line, reader) {
    const thread = reader.thread(line);
    return step(thread, { do: 'shmdt', segment: reader.known(line, 'segment', reader.segments) });
  },
  munmap(line, reader) {
    const thread = reader.thread(line);
    return step(thread, { do: 'munmap', page: reader.page(line, 1), pages: reader.pages(line) });
  },
  exit: (line, reader) => step(reader.thread(line), { do: 'exit' }),
};

/** A map, because an object would also have the properties of every object. */
const reads: ReadonlyMap<string, Read> = new Map(Object.entries(readers));

function mapping(line: Line, kind: MapKind, page: number, pages: number): UserStep {
  const offset = line.wholeOption('offset', 0, 3) ?? 0;
  const given = wordsOf(line, ['ro', 'fixed']);
  const flags = { readOnly: given.has('ro'), fixed: given.has('fixed') };
  return { do: 'mmap', kind, page, pages, fd: fdOf(line), offset, ...flags };
}
