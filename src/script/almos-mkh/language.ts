/**
 * The script language of ALMOS-MKH. A script is read completely before it runs, because its
 * processes, files and numbers determine the size of the state. Several processes can have the same
 * name one after the other; each birth is a separate process here.
 */

import { quote, shortName } from '../../safe-text.ts';
import { HALVES } from '../../model/almos-mkh/numbers.ts';
import type { Budgets, KernelType } from '../../model/almos-mkh/scenario.ts';
import type { Script } from '../../system.ts';
import { Line } from '../tokens.ts';
import { MOST_SLOTS } from './layout.ts';

/** The n-th call of a kind inside one operation fails, and so do the next `times - 1`. */
export interface Injection {
  readonly kind: keyof Budgets;
  readonly nth: number;
  readonly times: number;
}

/** A copy of a process: index into `Plan.births`, and a cluster. */
export interface Site {
  readonly birth: number;
  readonly cluster: number;
}

export type Action =
  | { readonly do: 'init' }
  | { readonly do: 'mapper' }
  | ({ readonly do: 'process'; readonly user: boolean } & Site)
  | ({ readonly do: 'copy'; readonly user: boolean } & Site)
  | ({
      readonly do: 'mmap';
      readonly type: 'ANON' | 'FILE' | 'REMOTE';
      readonly size: number;
      readonly at: number;
      readonly file: number;
      readonly offset: number;
    } & Site)
  | ({
      readonly do: 'vseg';
      readonly type: 'CODE' | 'DATA' | KernelType;
      readonly page: number;
      readonly size: number;
      readonly file: number;
      readonly offset: number;
      readonly filesize: number;
    } & Site)
  | ({ readonly do: 'stack'; readonly slot: number } & Site)
  | ({ readonly do: 'read'; readonly page: number; readonly word: number } & Site)
  | ({
      readonly do: 'write';
      readonly page: number;
      readonly word: number;
      readonly value: string;
    } & Site)
  | ({
      readonly do: 'fork';
      readonly parent: number;
      readonly stack: { readonly cluster: number; readonly slot: number } | undefined;
    } & Site)
  | ({ readonly do: 'munmap'; readonly base: number; readonly size: number } & Site)
  | ({ readonly do: 'exit' } & Site)
  | ({ readonly do: 'destroy' | 'reset' | 'userinit' | 'exec' | 'setcow' } & Site)
  | ({
      readonly do: 'delete' | 'fault' | 'cow' | 'lockpte' | 'unlockpte';
      readonly page: number;
    } & Site);

interface Operation {
  readonly line: Line;
  readonly action: Action;
  readonly injections: readonly Injection[];
}

interface Birth {
  readonly name: string;
  /** Clusters in which it ever has a descriptor; the first one is owner and reference. */
  readonly clusters: number[];
}

export interface Plan {
  readonly clusters: number;
  readonly frames: number;
  readonly mesh: number;
  readonly files: readonly { readonly name: string; readonly cluster: number }[];
  readonly births: readonly Birth[];
  /** Numbers written, each once. */
  readonly values: readonly string[];
  /** Highest position in a file, in pages. */
  readonly filePages: number;
  readonly operations: readonly Operation[];
}

const kinds: ReadonlyMap<string, keyof Budgets> = new Map([
  ['frame', 'frame'],
  ['desc', 'descriptor'],
  ['gpt', 'gpt'],
  ['pte', 'pte'],
  ['ptecopy', 'ptecopy'],
  ['kernel', 'kernel'],
  ['io', 'io'],
]);

/**
 * The bounds of a script: far above the values of the vectors, and low enough that the state fits
 * and each operation ends at once. Pages may lie beyond the virtual space, because callers can be
 * wrong.
 */
const most = {
  clusters: 16,
  frames: 256,
  files: 8,
  births: 32,
  copies: 64,
  pages: 1024,
  filePages: 64,
  slot: MOST_SLOTS - 1,
  value: 65_535,
} as const;

export function nameOfKind(kind: keyof Budgets): string {
  return kind === 'descriptor' ? 'desc' : kind;
}

/** Reads all operations; `pages` is the size of the virtual space, `words` that of a page. */
export function planOf(script: Script, pages: number, words: number): Plan {
  const reader = new Reader(pages, words);
  const operations = script.operations.map((text, i) => {
    const line = new Line(text, `${script.name}, step ${i}`);
    const action = reader.action(line, i === 0);
    const injections = readInjections(line);
    line.end();
    return { line, action, injections };
  });
  const { clusters, frames, mesh, files, births, values, filePages } = reader;
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

class Reader {
  clusters = 0;
  frames = 0;
  mesh = 0;
  filePages = 0;
  readonly files: { name: string; cluster: number }[] = [];
  readonly births: Birth[] = [];
  readonly values = new Set<string>();
  private readonly pages: number;
  private readonly words: number;

  constructor(pages: number, words: number) {
    this.pages = pages;
    this.words = words;
  }

  action(line: Line, isFirst: boolean): Action {
    const name = line.word('an operation');
    if (isFirst !== (name === 'init'))
      line.fail('init must be the first operation, and no other one');
    switch (name) {
      case 'init':
        return this.init(line);
      case 'mapper': {
        const file = line.word('the name of a file');
        if (this.files.some((known) => known.name === file)) {
          line.fail(`${shortName(file)} exists already`);
        }
        if (this.files.length === most.files) line.fail(`there are ${most.files} files at most`);
        this.files.push({ name: file, cluster: this.cluster(line) });
        return { do: 'mapper' };
      }
      case 'process': {
        const born = line.word('a process');
        const cluster = this.cluster(line);
        return {
          do: name,
          birth: this.birth(line, born, cluster),
          cluster,
          user: line.skip('user'),
        };
      }
      case 'copy': {
        const birth = this.process(line);
        const cluster = this.cluster(line);
        const { clusters } = this.births[birth];
        if (!clusters.includes(cluster)) clusters.push(cluster);
        this.countCopies(line);
        return { do: name, birth, cluster, user: line.skip('user') };
      }
      case 'mmap': {
        const site = this.site(line);
        const type = line.word('a type');
        if (type !== 'ANON' && type !== 'FILE' && type !== 'REMOTE') {
          line.fail(`mmap makes ANON, FILE or REMOTE vsegs, not ${quote(type)}`);
        }
        const size = line.halves('a size', most.pages);
        const from = line.wholeOption('at', 0, this.clusters - 1) ?? site.cluster;
        return { do: name, ...site, type, size, at: from, ...this.inFile(line) };
      }
      case 'vseg': {
        const site = this.site(line);
        const type = line.word('a type');
        if (!isFixed(type))
          line.fail(`vseg makes one of ${fixedTypes.join(', ')}, not ${quote(type)}`);
        const page = line.whole('a page', 0, this.pages - 1);
        const size = HALVES * line.whole('a number of pages', 0, this.pages);
        const filesize = line.halvesOption('filesize', most.filePages) ?? size;
        return { do: name, ...site, type, page, size, filesize, ...this.inFile(line) };
      }
      case 'stack': {
        const site = this.site(line);
        return { do: name, ...site, slot: line.whole('a slot', 0, most.slot) };
      }
      case 'read':
        return { do: name, ...this.site(line), ...this.place(line) };
      case 'write': {
        const site = this.site(line);
        const place = this.place(line);
        const value = line.word('a value');
        if (!/^[1-9]\d{0,4}$/.test(value) || Number(value) > most.value) {
          line.fail(`a number from 1 to ${most.value} is written, not ${quote(value)}`);
        }
        this.values.add(value);
        return { do: name, ...site, ...place, value };
      }
      case 'fork': {
        const parent = this.process(line);
        const child = line.word('the child');
        const cluster = this.cluster(line);
        const stack = this.stackOfFork(line, parent);
        return { do: name, birth: this.birth(line, child, cluster), cluster, parent, stack };
      }
      case 'munmap': {
        const site = this.site(line);
        const base = line.halves('a page', most.pages);
        return { do: name, ...site, base, size: line.halves('a size', most.pages) };
      }
      case 'exit':
        return { do: name, birth: this.process(line), cluster: 0 };
      case 'destroy':
      case 'reset':
      case 'userinit':
      case 'exec':
      case 'setcow':
        return { do: name, ...this.site(line) };
      case 'delete':
        return { do: name, ...this.site(line), page: line.whole('a page', 0, most.pages) };
      case 'fault':
      case 'cow':
      case 'lockpte':
      case 'unlockpte':
        return { do: name, ...this.site(line), page: line.whole('a page', 0, this.pages - 1) };
      default:
        return line.fail(`there is no operation ${shortName(name)}`);
    }
  }

  private init(line: Line): Action {
    const needed = (key: 'clusters' | 'frames'): number =>
      line.wholeOption(key, 1, most[key]) ?? line.fail(`init needs ${key}=...`);
    this.clusters = needed('clusters');
    this.frames = needed('frames');
    const side = (key: string): number | undefined => line.wholeOption(key, 1, most.clusters);
    this.mesh = (side('x') ?? this.clusters) * (side('y') ?? 1);
    return { do: 'init' };
  }

  private cluster(line: Line): number {
    return line.whole('a cluster', 0, this.clusters - 1);
  }

  /** A new process; index into `births`. */
  private birth(line: Line, name: string, cluster: number): number {
    if (this.births.length === most.births) {
      line.fail(`there are ${most.births} processes at most, counting each birth`);
    }
    const birth = this.births.push({ name, clusters: [cluster] }) - 1;
    this.countCopies(line);
    return birth;
  }

  private countCopies(line: Line): void {
    const all = this.births.reduce((sum, { clusters }) => sum + clusters.length, 0);
    if (all > most.copies) line.fail(`there are ${most.copies} copies of processes at most`);
  }

  private process(line: Line): number {
    const name = line.word('a process');
    const birth = this.births.findLastIndex((known) => known.name === name);
    return birth < 0 ? line.fail(`there is no process ${shortName(name)}`) : birth;
  }

  private site(line: Line): Site {
    return { birth: this.process(line), cluster: this.cluster(line) };
  }

  private place(line: Line): { page: number; word: number } {
    const half = line.halves('a page', this.pages - 1 / HALVES);
    const word = half % HALVES;
    if (word !== 0 && this.words === 1) line.fail('pages have one word here');
    return { page: Math.floor(half / HALVES), word };
  }

  private inFile(line: Line): { file: number; offset: number } {
    const name = line.option('file');
    const offset = line.halvesOption('offset', most.filePages) ?? 0;
    const file = name === undefined ? -1 : this.files.findIndex((known) => known.name === name);
    if (name !== undefined && file < 0) line.fail(`there is no file ${shortName(name)}`);
    this.filePages = Math.max(this.filePages, Math.ceil(offset / HALVES) + 2 * this.pages);
    return { file, offset };
  }

  private stackOfFork(line: Line, parent: number) {
    const text = line.option('stack');
    if (text === undefined) return undefined;
    const [, cluster, slot] =
      /^(\d{1,2}):(\d{1,2})$/.exec(text) ?? line.fail('stack=CLUSTER:SLOT is needed');
    if (!this.births[parent].clusters.includes(Number(cluster))) {
      line.fail(`${shortName(this.births[parent].name)} has no copy in cluster ${cluster}`);
    }
    return { cluster: Number(cluster), slot: slotOf(line, Number(slot)) };
  }
}

function slotOf(line: Line, slot: number): number {
  return slot <= most.slot ? slot : line.fail(`slots 0 to ${most.slot} can be modelled`);
}
