/** Scenarios of mutation tests: one cluster and one process with one ANON page, unless said. */

import type { Scenario } from '../../../src/system.ts';
import { almosMkh } from '../../../src/systems/almos-mkh.ts';
import { scenarioNamed } from '../build.ts';

const base = {
  clusters: 1,
  frames: 2,
  descriptors: 2,
  pages: 1,
  processes: [{ name: 'P', clusters: [0] }],
  vsegs: [{ process: 'P', type: 'ANON', page: 0, pages: 1 }],
};
export const scene = (name: string, parts: object): Scenario =>
  almosMkh.parseScenario({ name, purpose: 'To break an invariant in.', ...base, ...parts });

export const stacks = { pages: 2, stackBase: 0, vsegs: [] };
export const write = { do: 'write', page: 0 };
export const read = { do: 'read', page: 0 };
export const munmap = { do: 'munmap', page: 0 };
export const mmap = { do: 'mmap', type: 'ANON', pages: 1 };
export const fork = { do: 'fork', child: 'C' };
export const exit = { do: 'exit' };
export const elf = {
  pages: 2,
  heapBase: 1,
  files: [{ name: 'elf', cluster: 0, pages: 2 }],
  vsegs: [{ process: 'P', type: 'DATA', page: 0, pages: 1, file: 'elf' }],
};
export const file = {
  files: [{ name: 'f', cluster: 0, pages: 1 }],
  vsegs: [{ process: 'P', type: 'FILE', page: 0, pages: 1, file: 'f' }],
};
export const twoPages = {
  descriptors: 4,
  pages: 2,
  vsegs: [0, 1].map((page) => ({ process: 'P', type: 'ANON', page, pages: 1 })),
};
export const kernelPage = { kernel: [{ type: 'KDEV', page: 0, pages: 1 }] };
export const empty = { vsegs: [], pages: 2 };
export const oneFrameFails = { budgets: { frame: 1 } };

type Program = readonly (object | readonly object[])[];

export const alone = (program: Program, parts: object = {}): Scenario =>
  scene('alone', { threads: [{ process: 'P', program }], ...parts });

export const together = (programs: readonly Program[], parts: object = {}): Scenario =>
  scene('together', { threads: programs.map((program) => ({ process: 'P', program })), ...parts });

/** P has a child C. */
export const forking = (program: Program, childProgram: Program, parts: object = {}): Scenario =>
  scene('forking', {
    processes: [...base.processes, { name: 'C', clusters: [0], child: true }],
    threads: [
      { process: 'P', program },
      { process: 'C', program: childProgram },
    ],
    ...parts,
  });

/** One thread of P writes, forks and writes; another thread writes. */
export const forkAmongWriters = (frames: number): Scenario =>
  forking([], [], {
    frames,
    threads: [
      { process: 'P', program: [write, fork, write] },
      { process: 'P', program: [write] },
      { process: 'C', program: [] },
    ],
  });

/** P runs in two clusters: a thread in the reference, and some in the other one. */
export const across = (
  program: Program,
  others: readonly Program[],
  parts: object = {},
): Scenario =>
  scene('across', {
    clusters: 2,
    processes: [{ name: 'P', clusters: [0, 1] }],
    threads: [
      { process: 'P', cluster: 0, program },
      ...others.map((other) => ({ process: 'P', cluster: 1, program: other })),
    ],
    ...parts,
  });

export const parentReads = forking([write, fork, read], [exit]);
export const dataParentReads = forking([write, fork, read], [exit], elf);
export const noFrame = alone([write], oneFrameFails);
export const race = scenarioNamed('fork-races-fault');
export const munmapRace = scenarioNamed('munmap-races-fault');
