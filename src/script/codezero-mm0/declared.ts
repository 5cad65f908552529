/**
 * What the lines of a script have made so far, by name: files, segments, tasks and threads. It
 * reads the words that name one of these or lie within their bounds.
 */

import { shortName } from '../../safe-text.ts';
import type { FileSpec } from '../../model/codezero-mm0/scenario.ts';
import type { Line } from '../tokens.ts';
import type { Layout } from './layout.ts';

export const most = {
  files: 4,
  segments: 6,
  filePages: 8,
  segmentPages: 12,
  tasks: 6,
  threads: 12,
};

export class Declared {
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
