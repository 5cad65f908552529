/** Statements of C: the lines at which steps begin. */

import type { Statement } from '../../explorer/statement.ts';
import type { Program } from '../compile/program.ts';
import type { ProgramModelOptions } from './model-options.ts';
import { siteOf } from '../machine/thread-head.ts';

/** One for each line of a function, then one for the start of each thread. */
export class Statements {
  readonly all: readonly Statement[];
  /** The statement of each site. */
  readonly ofSites: readonly number[];
  private readonly threads: number;

  constructor(program: Program, options: Pick<ProgramModelOptions, 'threads' | 'line'>) {
    const { threads, line: textOf } = options;
    const all: Statement[] = [];
    const numbers = new Map<string, number>();
    const reached = new Set(program.functions.flatMap((fn) => (fn.reached ? [fn.name] : [])));
    this.ofSites = program.sites.map(({ file, line, fn, what, stops }) => {
      // Where no thread stops, no step begins.
      if (!stops || !reached.has(fn)) return 0;
      const key = `${fn}\0${file}\0${line}`;
      let number = numbers.get(key);
      if (number === undefined) {
        number = all.length;
        numbers.set(key, number);
        const text = line > 0 ? textOf(file, line) : '';
        all.push({ operation: fn, file, line, token: text === '' ? what : text });
      }
      return number;
    });
    for (const [i, name] of threads.entries()) {
      const { name: operation, file, line } = entryOf(program, i);
      all.push({ operation, file, line, token: `start of ${name}` });
    }
    this.all = all;
    this.threads = threads.length;
  }

  /** The statement that a thread goes on with from a head. */
  at(thread: number, head: number): number {
    const site = siteOf(head);
    return site < 0 ? this.all.length - this.threads + thread : this.ofSites[site];
  }
}

function entryOf(program: Program, thread: number): { name: string; file: string; line: number } {
  const name = program.threadFunctions[thread];
  const found = program.functions.find((fn) => fn.name === name);
  return { name, file: found?.file ?? '', line: found?.line ?? 0 };
}
