/**
 * The script language of ALMOS-MKH. A script is read completely before it runs, because its
 * processes, files and numbers determine the size of the state. Several processes can have the same
 * name one after the other; each birth is a separate process here.
 */

import { quote, shortName } from '../../safe-text.ts';
import { HALVES } from '../../model/almos-mkh/numbers.ts';
import type { Budgets } from '../../model/almos-mkh/scenario.ts';
import type { Script } from '../../system.ts';
import { Line } from '../tokens.ts';
import { Declared, most } from './declared.ts';
import type { Action, Injection, Plan } from './plan.ts';

const kinds: ReadonlyMap<string, keyof Budgets> = new Map([
  ['frame', 'frame'],
  ['desc', 'descriptor'],
  ['gpt', 'gpt'],
  ['pte', 'pte'],
  ['ptecopy', 'ptecopy'],
  ['kernel', 'kernel'],
  ['io', 'io'],
]);

export function nameOfKind(kind: keyof Budgets): string {
  return kind === 'descriptor' ? 'desc' : kind;
}

/** Reads all operations; `pages` is the size of the virtual space, `words` that of a page. */
export function planOf(script: Script, pages: number, words: number): Plan {
  const declared = new Declared(pages, words);
  const operations = script.operations.map((text, i) => {
    const line = new Line(text, `${script.name}, step ${i}`);
    const action = actionOf(line, declared, i === 0);
    const injections = readInjections(line);
    line.end();
    return { line, action, injections };
  });
  const { clusters, frames, mesh, files, births, values, filePages } = declared;
  return { clusters, frames, mesh, files, births, values: [...values], filePages, operations };
}

function readInjections(line: Line): Injection[] {
  const text = line.option('fail');
  if (text === undefined) return [];
  return text.split(',').map((one) => {
    const [, name, nth, times] = /^([a-z]+):(\d{1,4})(?:x(\d{1,4}))?$/.exec(one) ?? [];
    const kind = kinds.get(name ?? '');
    if (kind === undefined) {
      line.fail(`fail=KIND:n with a kind of ${[...kinds.keys()].join(', ')}, not ${quote(one)}`);
    }
    return { kind, nth: Number(nth), times: Number(times ?? 1) };
  });
}

/** Types of vsegs at fixed addresses; the kernel types do not occur in conformance vectors. */
const fixedTypes = ['CODE', 'DATA', 'KCODE', 'KDATA', 'KDEV'] as const;

function isFixed(type: string): type is (typeof fixedTypes)[number] {
  return (fixedTypes as readonly string[]).includes(type);
}

type Read = (line: Line, declared: Declared) => Action;

const onSite =
  (name: 'destroy' | 'reset' | 'userinit' | 'exec' | 'setcow'): Read =>
  (line, declared) => ({ do: name, ...declared.site(line) });

const onPage =
  (name: 'fault' | 'cow' | 'lockpte' | 'unlockpte'): Read =>
  (line, declared) => ({ do: name, ...declared.site(line), page: declared.page(line) });

const readers: Readonly<Record<Action['do'], Read>> = {
  init(line, declared) {
    declared.init(line);
    return { do: 'init' };
  },
  mapper(line, declared) {
    declared.mapper(line);
    return { do: 'mapper' };
  },
  process(line, declared) {
    const name = line.word('a process');
    const cluster = declared.cluster(line);
    const birth = declared.birth(line, name, cluster);
    return { do: 'process', birth, cluster, user: line.skip('user') };
  },
  copy(line, declared) {
    const birth = declared.process(line);
    const cluster = declared.cluster(line);
    declared.copy(line, birth, cluster);
    return { do: 'copy', birth, cluster, user: line.skip('user') };
  },
  mmap(line: Line, declared) {
    const site = declared.site(line);
    const type = line.word('a type');
    if (type !== 'ANON' && type !== 'FILE' && type !== 'REMOTE') {
      line.fail(`mmap makes ANON, FILE or REMOTE vsegs, not ${quote(type)}`);
    }
    const size = line.halves('a size', most.pages);
    const at = line.wholeOption('at', 0, declared.clusters - 1) ?? site.cluster;
    return { do: 'mmap', ...site, type, size, at, ...declared.inFile(line) };
  },
  vseg(line: Line, declared) {
    const site = declared.site(line);
    const type = line.word('a type');
    if (!isFixed(type)) {
      line.fail(`vseg makes one of ${fixedTypes.join(', ')}, not ${quote(type)}`);
    }
    const page = declared.page(line);
    const size = HALVES * line.whole('a number of pages', 0, declared.pages);
    const filesize = line.halvesOption('filesize', most.filePages) ?? size;
    return { do: 'vseg', ...site, type, page, size, filesize, ...declared.inFile(line) };
  },
  stack(line, declared) {
    const site = declared.site(line);
    return { do: 'stack', ...site, slot: line.whole('a slot', 0, most.slot) };
  },
  read: (line, declared) => ({ do: 'read', ...declared.site(line), ...declared.place(line) }),
  write(line, declared) {
    const site = declared.site(line);
    const place = declared.place(line);
    const value = line.word('a value');
    if (!/^[1-9]\d{0,4}$/.test(value) || Number(value) > most.value) {
      line.fail(`a number from 1 to ${most.value} is written, not ${quote(value)}`);
    }
    declared.values.add(value);
    return { do: 'write', ...site, ...place, value };
  },
  fork(line, declared) {
    const parent = declared.process(line);
    const child = line.word('the child');
    const cluster = declared.cluster(line);
    const stack = declared.stackOfFork(line, parent);
    return { do: 'fork', birth: declared.birth(line, child, cluster), cluster, parent, stack };
  },
  munmap(line, declared) {
    const site = declared.site(line);
    const base = line.halves('a page', most.pages);
    return { do: 'munmap', ...site, base, size: line.halves('a size', most.pages) };
  },
  exit: (line, declared) => ({ do: 'exit', birth: declared.process(line), cluster: 0 }),
  destroy: onSite('destroy'),
  reset: onSite('reset'),
  userinit: onSite('userinit'),
  exec: onSite('exec'),
  setcow: onSite('setcow'),
  delete: (line, declared) => ({
    do: 'delete',
    ...declared.site(line),
    page: line.whole('a page', 0, most.pages),
  }),
  fault: onPage('fault'),
  cow: onPage('cow'),
  lockpte: onPage('lockpte'),
  unlockpte: onPage('unlockpte'),
};

/** A map, because an object would also have the properties of every object. */
const reads: ReadonlyMap<string, Read> = new Map(Object.entries(readers));

function actionOf(line: Line, declared: Declared, isFirst: boolean): Action {
  const name = line.word('an operation');
  if (isFirst !== (name === 'init')) {
    line.fail('init must be the first operation, and no other one');
  }
  const read = reads.get(name) ?? line.fail(`there is no operation ${shortName(name)}`);
  return read(line, declared);
}
