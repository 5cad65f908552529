/**
 * The script language of mm0. A script is read completely before it runs, because its tasks, files
 * and segments determine the size of the state. Threads are named after their space: `P` or `P/t0`,
 * `P/t1`.
 */

import { InputError } from '../../errors.ts';
import { quote, shortName } from '../../safe-text.ts';
import type { Failure } from '../../model/codezero-mm0/script-port.ts';
import { BEHIND_TABLE, mapKinds } from '../../model/codezero-mm0/most.ts';
import type { MapKind } from '../../model/codezero-mm0/most.ts';
import type { Access, Budgets, UserStep } from '../../model/codezero-mm0/scenario.ts';
import type { Script } from '../../system.ts';
import { Line } from '../tokens.ts';
import { Declared, most } from './declared.ts';
import type { Layout } from './layout.ts';
import type { Action, Operation, Plan } from './plan.ts';

export function planOf(script: Script, layout: Layout): Plan {
  const declared = new Declared(layout);
  const operations = script.operations.map((text, i) =>
    operationOf(new Line(text, `${script.name}: operation ${i}`), declared),
  );
  const { files, segments, spaces, threads } = declared;
  if (threads.length === 0) throw new InputError(`${script.name}: no task is made in it; task P`);
  return { files, segments, spaces, threads, operations };
}

function operationOf(line: Line, declared: Declared): Operation {
  const name = line.word('an operation');
  const read = reads.get(name);
  if (read === undefined) {
    const known = [...reads.keys()].join(', ');
    return line.fail(`there is no operation ${shortName(name)}; there are ${known}`);
  }
  const { action, thread } = read(line, declared);
  const failure = thread < 0 ? undefined : failureOf(line);
  line.end();
  return { line, action, thread, failure };
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

type Read = (line: Line, declared: Declared) => { action: Action; thread: number };

const declaration = { action: { do: 'declare' }, thread: -1 } as const;
const step = (thread: number, made: UserStep): ReturnType<Read> => ({
  action: { do: 'step', step: made },
  thread,
});

function accessOf(line: Line, declared: Declared, kind: 'read' | 'write'): Access {
  const page = declared.page(line, 0);
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

function fileAccess(line: Line, declared: Declared, kind: 'readFile' | 'writeFile') {
  const thread = declared.thread(line);
  const page = declared.page(line, 0);
  const offset = line.wholeOption('offset', 0, 3) ?? 0;
  const pages = line.wholeOption('pages', 1, declared.pagesFrom(page)) ?? 1;
  return step(thread, { do: kind, fd: fdOf(line), offset, page, pages });
}

const readers: Readonly<Record<string, Read>> = {
  file(line, declared) {
    if (declared.files.length === most.files) line.fail(`there are ${most.files} files at most`);
    const name = declared.newName(line, 'file', declared.files);
    const pages = line.whole('a number of pages', 1, most.filePages);
    const room = line.wholeOption('room', pages, most.filePages) ?? pages;
    declared.files.push({ name, pages, room });
    return declaration;
  },
  segment(line, declared) {
    if (declared.segments.length === most.segments) {
      line.fail(`there are ${most.segments} segments at most`);
    }
    const name = declared.newName(line, 'segment', declared.segments);
    const pages = line.whole('a number of pages', 1, most.segmentPages);
    declared.segments.push({ name, pages });
    return declaration;
  },
  task(line, declared) {
    declared.newSpace(line, false);
    return declaration;
  },
  open(line, declared) {
    const thread = declared.thread(line);
    const file = declared.known(line, 'file', declared.files);
    const fd = line.wholeOption('fd', 0, 1) ?? 0;
    return step(thread, { do: 'open', fd, file });
  },
  close: (line, declared) => step(declared.thread(line), { do: 'close', fd: fdOf(line) }),
  mmap(line, declared) {
    const thread = declared.thread(line);
    const word = line.word('a kind of mapping');
    const kind = mapKinds.find((one) => one === word);
    if (kind === undefined)
      return line.fail(`a mapping is ${mapKinds.join(', ')}, not ${quote(word)}`);
    const page = declared.page(line, 0);
    const pages = declared.pages(line);
    return step(thread, mapping(line, kind, page, pages));
  },
  read: (line, declared) => step(declared.thread(line), accessOf(line, declared, 'read')),
  write: (line, declared) => step(declared.thread(line), accessOf(line, declared, 'write')),
  readFile: (line, declared) => fileAccess(line, declared, 'readFile'),
  writeFile: (line, declared) => fileAccess(line, declared, 'writeFile'),
  raise(line, declared) {
    const thread = declared.thread(line);
    const kind = line.word('read or write');
    if (kind !== 'read' && kind !== 'write') {
      return line.fail(`an access is read or write, not ${quote(kind)}`);
    }
    return { action: { do: 'raise', step: accessOf(line, declared, kind) }, thread };
  },
  handle: (line, declared) => ({ action: { do: 'handle' }, thread: declared.thread(line) }),
  retry: (line, declared) => ({ action: { do: 'retry' }, thread: declared.thread(line) }),
  fork(line, declared) {
    const thread = declared.thread(line);
    return step(thread, { do: 'fork', child: declared.newSpace(line, true) });
  },
  clone(line, declared) {
    const thread = declared.thread(line);
    const files = choice(line, 'files', ['shared', 'copied'], 'shared') === 'shared';
    const vm = choice(line, 'vm', ['shared', 'copied'], 'shared');
    const own = declared.threads[thread].space;
    if (vm === 'shared') declared.newThread(line, own);
    const space = vm === 'shared' ? own : declared.newSpace(line, true);
    return step(thread, { do: 'clone', space, files });
  },
  shmget(line, declared) {
    const thread = declared.thread(line);
    const segment = declared.known(line, 'segment', declared.segments);
    const pages = line.wholeOption('pages', 0, most.segmentPages) ?? 0;
    const given = wordsOf(line, ['nocreate', 'exclusive']);
    const create = !given.has('nocreate');
    const exclusive = given.has('exclusive');
    return step(thread, { do: 'shmget', segment, create, exclusive, pages });
  },
  shmat(line, declared) {
    const thread = declared.thread(line);
    const segment = declared.known(line, 'segment', declared.segments);
    const page = line.wholeOption('at', 0, declared.lastPage) ?? 0;
    const given = wordsOf(line, ['ro', 'within', 'round']);
    const readOnly = given.has('ro');
    const flags = { readOnly, within: given.has('within'), round: given.has('round') };
    return step(thread, { do: 'shmat', segment, page, ...flags });
  },
  shmdt(line, declared) {
    const thread = declared.thread(line);
    return step(thread, {
      do: 'shmdt',
      segment: declared.known(line, 'segment', declared.segments),
    });
  },
  munmap(line, declared) {
    const thread = declared.thread(line);
    return step(thread, {
      do: 'munmap',
      page: declared.page(line, 1),
      pages: declared.pages(line),
    });
  },
  exit: (line, declared) => step(declared.thread(line), { do: 'exit' }),
};

/** A map, because an object would also have the properties of every object. */
const reads: ReadonlyMap<string, Read> = new Map(Object.entries(readers));

function mapping(line: Line, kind: MapKind, page: number, pages: number): UserStep {
  const offset = line.wholeOption('offset', 0, 3) ?? 0;
  const given = wordsOf(line, ['ro', 'fixed']);
  const flags = { readOnly: given.has('ro'), fixed: given.has('fixed') };
  return { do: 'mmap', kind, page, pages, fd: fdOf(line), offset, ...flags };
}
