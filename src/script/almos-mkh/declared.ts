/**
 * What the lines of a script have made so far, by name: files, and processes with the clusters that
 * they have descriptors in. It reads the words that name one of these or lie within their bounds.
 */

import { shortName } from '../../safe-text.ts';
import { HALVES } from '../../model/almos-mkh/numbers.ts';
import type { Line } from '../tokens.ts';
import { MOST_SLOTS } from './layout.ts';
import type { Birth, Site } from './plan.ts';

/**
 * The bounds of a script: far above the values of the vectors, and low enough that the state fits
 * and each operation ends at once. Pages may lie beyond the virtual space, because callers can be
 * wrong.
 */
export const most = {
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

export class Declared {
  clusters = 0;
  frames = 0;
  mesh = 0;
  filePages = 0;
  readonly files: { name: string; cluster: number }[] = [];
  readonly births: Birth[] = [];
  readonly values = new Set<string>();
  readonly pages: number;
  private readonly words: number;

  constructor(pages: number, words: number) {
    this.pages = pages;
    this.words = words;
  }

  /** The sizes of the machine. */
  init(line: Line): void {
    const needed = (key: 'clusters' | 'frames'): number =>
      line.wholeOption(key, 1, most[key]) ?? line.fail(`init needs ${key}=...`);
    this.clusters = needed('clusters');
    this.frames = needed('frames');
    const side = (key: string): number | undefined => line.wholeOption(key, 1, most.clusters);
    this.mesh = (side('x') ?? this.clusters) * (side('y') ?? 1);
  }

  mapper(line: Line): void {
    const file = line.word('the name of a file');
    if (this.files.some((known) => known.name === file)) {
      line.fail(`${shortName(file)} exists already`);
    }
    if (this.files.length === most.files) line.fail(`there are ${most.files} files at most`);
    this.files.push({ name: file, cluster: this.cluster(line) });
  }

  /** A descriptor of a process in this cluster. */
  copy(line: Line, birth: number, cluster: number): void {
    const { clusters } = this.births[birth];
    if (!clusters.includes(cluster)) clusters.push(cluster);
    this.countCopies(line);
  }

  page(line: Line): number {
    return line.whole('a page', 0, this.pages - 1);
  }

  cluster(line: Line): number {
    return line.whole('a cluster', 0, this.clusters - 1);
  }

  /** A new process; index into `births`. */
  birth(line: Line, name: string, cluster: number): number {
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

  process(line: Line): number {
    const name = line.word('a process');
    const birth = this.births.findLastIndex((known) => known.name === name);
    return birth < 0 ? line.fail(`there is no process ${shortName(name)}`) : birth;
  }

  site(line: Line): Site {
    return { birth: this.process(line), cluster: this.cluster(line) };
  }

  place(line: Line): { page: number; word: number } {
    const half = line.halves('a page', this.pages - 1 / HALVES);
    const word = half % HALVES;
    if (word !== 0 && this.words === 1) line.fail('pages have one word here');
    return { page: Math.floor(half / HALVES), word };
  }

  inFile(line: Line): { file: number; offset: number } {
    const name = line.option('file');
    const offset = line.halvesOption('offset', most.filePages) ?? 0;
    const file = name === undefined ? -1 : this.files.findIndex((known) => known.name === name);
    if (name !== undefined && file < 0) line.fail(`there is no file ${shortName(name)}`);
    this.filePages = Math.max(this.filePages, Math.ceil(offset / HALVES) + 2 * this.pages);
    return { file, offset };
  }

  stackOfFork(line: Line, parent: number) {
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
