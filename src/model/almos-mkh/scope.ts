/**
 * What the operations and invariants know of their scenario: pools, constants and options, worked
 * out once. Everything here is fixed during a search; what changes is in `state.ts`.
 */

import { InputError } from '../../errors.ts';
import { pool } from '../../state/pool.ts';
import type { Pool, Ref } from '../../state/pool.ts';
import { flagTable } from './flags.ts';
import type { FlagTable } from './flags.ts';
import type { Options } from './options.ts';
import type { AlmosScenario, Budgets, UserStep, VsegSpec } from './scenario.ts';

export type FrameRef = Ref<'frame'>;
export type CopyRef = Ref<'copy'>;
export type VsegRef = Ref<'vseg'>;
export type PageRef = Ref<'page'>;
export type ProcessRef = Ref<'process'>;
export type ThreadRef = Ref<'thread'>;

/** Content tokens that every scenario has; those of files and writes follow. */
export const BOOT = 0;
export const ZERO = 1;

/** A process descriptor: process and cluster. `P@0` in traces. */
export interface CopySpec {
  readonly name: string;
  readonly process: ProcessRef;
  readonly cluster: number;
  readonly isReference: boolean;
}

export interface ThreadInfo {
  readonly name: string;
  readonly process: ProcessRef;
  readonly copy: CopyRef;
  readonly cluster: number;
  /** Alternatives at each place of the program, as indexes into `Scope.userSteps`. */
  readonly program: readonly (readonly number[])[];
  /** The thread that destroys its copy when the process exits: one per copy. */
  readonly destroysCopy: boolean;
  /** No other thread has the same copy. */
  readonly alone: boolean;
  /** Stack slot + 1; 0: it has no stack. */
  readonly slot: number;
  readonly created: boolean;
}

/** What a script injects into the kernel services, and what it hears of them. */
export interface Watch {
  /** Does this call of the kind fail? Asked instead of exploring both outcomes. */
  fails(kind: keyof Budgets): boolean;
  /** `alloc 0:1`, `free 0:1`, `double-free 0:1`, `no-frame 0`, `access-free copy 0:1`. */
  saw(event: string): void;
}

export interface Scope {
  readonly scenario: AlmosScenario;
  readonly options: Options;
  /** Flags of a vseg, by its type. */
  readonly flags: FlagTable;
  readonly frame: Pool<'frame'>;
  readonly copy: Pool<'copy'>;
  readonly vseg: Pool<'vseg'>;
  readonly page: Pool<'page'>;
  readonly process: Pool<'process'>;
  readonly thread: Pool<'thread'>;
  /** Zombi lists: one for each power of two up to the mmap zone. */
  readonly order: Pool<'order'>;
  /** Pages of all files together; file f starts at `fileStart[f]`. */
  readonly filePage: Pool<'filePage'>;
  readonly fileStart: readonly number[];
  readonly copies: readonly CopySpec[];
  readonly threads: readonly ThreadInfo[];
  readonly processNames: readonly string[];
  /** Reference copy of each process. */
  readonly reference: readonly CopyRef[];
  readonly children: readonly boolean[];
  /**
   * What exec loads, by process: CODE and DATA with a file (option
   * execLoads); none where none execs.
   */
  readonly programs: readonly (readonly VsegSpec[])[];
  readonly userSteps: readonly UserStep[];
  /** Token that a write step stores, by index of the step; -1 for other steps. */
  readonly tokenOfStep: readonly number[];
  /** The process that a fork step makes, by index of the step; -1 for other steps. */
  readonly childOfStep: readonly number[];
  /** The process that writes a token; -1 for initial contents. */
  readonly writerOfToken: readonly number[];
  readonly tokens: readonly string[];
  /** Mask of the tokens that are initial contents. */
  readonly initialTokens: number;
  readonly words: number;
  /** Pages of the virtual space; the mmap zone is `zone` pages from `heapBase` to `stackBase`. */
  readonly pages: number;
  readonly heapBase: number;
  readonly zone: number;
  readonly stackBase: number;
  /** Pages of a stack slot, guard page included. */
  readonly stackSize: number;
  /** The highest slot that vmm_stack_alloc accepts: vmm.c:73 takes the limit itself too. */
  readonly lastSlot: number;
  /** Some scenario step unmaps memory, so ranges may shrink below zero (vmm.c:1583). */
  readonly cuts: boolean;
  /** ... and DATA or CODE beyond the end of the 32-bit address space (vmm.c:1147). */
  readonly wraps: boolean;
  /** There is a stack zone. */
  readonly hasStacks: boolean;
  /** There are vsegs of the kernel. */
  readonly hasKernel: boolean;
  /** There may be pages that a program may read but not write. */
  readonly hasReadOnly: boolean;
  /** Servers of RPCs in a cluster; 0: as many as are needed. */
  readonly rpcServers: number;
  /** Cores keep what they have read of page tables (hardware profile). */
  readonly staleTlb: boolean;
  /** Numbers have all the 32 bits of C, and there is no ghost content: scripts. */
  readonly wide: boolean;
  /** Who runs a script, told what the kernel services do; undefined in searches. */
  readonly watch: Watch | undefined;
  clusterOfFrame(frame: FrameRef): number;
  clusterOfVseg(vseg: VsegRef): number;
  /** Token of page i of a file. */
  fileToken(file: number, page: number): number;
  fileIndex(name: string): number;
  processIndex(name: string): ProcessRef;
}

/** What a script has in place of user programs. */
export interface ScriptParts {
  readonly threads: number;
  /** Numbers that it writes. */
  readonly values: readonly string[];
  readonly watch: Watch;
}

export function scopeOf(
  scenario: AlmosScenario,
  options: Options,
  script?: ScriptParts,
  staleTlb = false,
): Scope {
  const { clusters, frames, descriptors, pages, stackBase, stackSize } = scenario;
  const heapBase = options.heapPlace === 'afterElf' ? scenario.heapBase : elfBase(scenario);
  if (options.inactiveCluster >= clusters) {
    throw new InputError(
      `option inactiveCluster: cluster ${options.inactiveCluster} does not exist: the scenario ` +
        `has ${clusters === 1 ? 'cluster 0 only' : `clusters 0 to ${clusters - 1}`}`,
    );
  }
  const process = pool('process', scenario.processes.length);
  const copies: CopySpec[] = [];
  scenario.processes.forEach((spec, p) => {
    spec.clusters.forEach((cluster, i) => {
      const name = `${spec.name}@c${cluster}`;
      copies.push({ name, process: process.at(p), cluster, isReference: i === 0 });
    });
  });
  const copy = pool('copy', copies.length);
  const processNames = scenario.processes.map(({ name }) => name);
  const processIndex = (name: string): ProcessRef => process.at(processNames.indexOf(name));
  const fileStart: number[] = [];
  let filePages = 0;
  for (const file of scenario.files) {
    fileStart.push(filePages);
    filePages += file.pages;
  }

  const tokens = ['boot', 'zero'];
  scenario.files.forEach((file) => {
    for (let i = 0; i < file.pages; i++) tokens.push(`${file.name}.${i}`);
  });
  const initial = tokens.length;
  const userSteps: UserStep[] = [];
  const tokenOfStep: number[] = [];
  const writerOfToken = tokens.map(() => -1);
  const perProcess = new Map<string, number>();
  const threads = scenario.threads.map((spec, t): ThreadInfo => {
    const p = processIndex(spec.process);
    const local = perProcess.get(spec.process) ?? 0;
    perProcess.set(spec.process, local + 1);
    const own = copies.findIndex((c) => c.process === p && c.cluster === spec.cluster);
    const program = spec.program.map((place) =>
      [place].flat().map((step) => {
        const index = userSteps.push(step as UserStep) - 1;
        const writes = (step as UserStep).do === 'write';
        tokenOfStep.push(writes ? tokens.push(`w${tokens.length - initial + 1}`) - 1 : -1);
        if (writes) writerOfToken.push(p);
        return index;
      }),
    );
    const first = scenario.threads.findIndex(
      (other) => other.process === spec.process && other.cluster === spec.cluster,
    );
    const name = `${spec.process}/t${local}@c${spec.cluster}`;
    const { cluster } = spec;
    const same = scenario.threads.filter(
      (other) => other.process === spec.process && other.cluster === cluster,
    );
    return {
      name,
      process: p,
      copy: copy.at(own),
      cluster,
      program,
      destroysCopy: first === t,
      alone: same.length === 1,
      slot: (spec.slot ?? -1) + 1,
      created: spec.created === true,
    };
  });
  if (script !== undefined) tokens.push(...script.values);
  else if (tokens.length > 30) {
    throw new InputError(
      `scenario: ${tokens.length} different page contents (file pages and writes); at most 30 fit`,
    );
  }
  const zone = stackBase - heapBase;
  return {
    scenario,
    options,
    flags: flagTable(options),
    frame: pool('frame', clusters * frames),
    copy,
    vseg: pool('vseg', clusters * descriptors),
    page: pool('page', pages),
    process,
    thread: pool('thread', script?.threads ?? threads.length),
    order: pool('order', script ? 32 : Math.ceil(Math.log2(Math.max(1, zone))) + 1),
    filePage: pool('filePage', Math.max(1, filePages)),
    fileStart,
    copies,
    threads,
    processNames,
    reference: process.all.map((p) => copy.at(copies.findIndex((c) => c.process === p))),
    children: scenario.processes.map((spec) => spec.child === true),
    programs: scenario.processes.map(({ name }) =>
      options.execLoads && userSteps.some((step) => step.do === 'exec')
        ? programOf(scenario, name)
        : [],
    ),
    userSteps,
    tokenOfStep,
    childOfStep: userSteps.map((step) => {
      return step.do === 'fork' ? processNames.indexOf(step.child) : -1;
    }),
    writerOfToken,
    tokens,
    initialTokens: 2 ** initial - 1,
    words: scenario.words,
    pages,
    heapBase,
    zone,
    stackBase,
    stackSize,
    lastSlot: Math.floor((pages - stackBase) / stackSize),
    cuts: userSteps.some((step) => step.do === 'munmap'),
    wraps: cutWraps(scenario, userSteps),
    hasStacks: stackBase < pages,
    hasKernel: script !== undefined || scenario.kernel.length > 0,
    hasReadOnly:
      options.readOnlyVsegs === 'CODE,FILE' || scenario.vsegs.some(({ type }) => type === 'CODE'),
    rpcServers: options.rpcServers === 'unlimited' ? 0 : options.rpcServers,
    staleTlb,
    wide: script !== undefined,
    watch: script?.watch,
    clusterOfFrame: (frame) => Math.floor(frame / frames),
    clusterOfVseg: (vseg) => Math.floor(vseg / descriptors),
    fileToken: (file, page) => 2 + (fileStart[file] ?? 0) + page,
    fileIndex: (name) => scenario.files.findIndex((file) => file.name === name),
    processIndex,
  };
}

/** The program of a process as a file has it; a child has that of its parent. */
function programOf(scenario: AlmosScenario, process: string): readonly VsegSpec[] {
  const { threads, vsegs } = scenario;
  const own = vsegs.filter(
    (vseg) => vseg.process === process && vseg.file !== undefined && isFixed(vseg),
  );
  const parent = threads.find(
    (thread) =>
      thread.process !== process &&
      thread.program.flat().some((step) => step.do === 'fork' && step.child === process),
  );
  return parent === undefined ? own : programOf(scenario, parent.process);
}

/**
 * The first page of CODE and DATA that come from a file; HEAP_BASE of the
 * scenario if there are none.
 */
function elfBase({ vsegs, heapBase }: AlmosScenario): number {
  const program = vsegs.filter((vseg) => isFixed(vseg) && vseg.file !== undefined);
  return Math.min(heapBase, ...program.map(({ page }) => page));
}

/** At the addresses that its file says, not where the mmap allocator puts it. */
export function isFixed({ type }: VsegSpec): boolean {
  return type === 'DATA' || type === 'CODE';
}

/**
 * Can a munmap in the middle of DATA or CODE make a vseg that ends below address 0? The new vseg
 * starts at the region and is as long as the region, counted downwards.
 */
function cutWraps(scenario: AlmosScenario, steps: readonly UserStep[]): boolean {
  const { vsegs, utilsBase, args, envs } = scenario;
  const fixed = vsegs.filter(isFixed);
  const areas = steps.some((step) => step.do === 'exec')
    ? [
        { page: utilsBase, pages: args },
        { page: utilsBase + args, pages: envs },
      ]
    : [];
  return [...fixed, ...areas].some(({ page, pages }) =>
    steps.some(
      (step) =>
        step.do === 'munmap' &&
        step.page > page &&
        step.page + step.pages < page + pages &&
        step.pages >= step.page,
    ),
  );
}

/** Frame in the notation of traces: `0.1` is frame 1 of cluster 0. */
export function frameName(scope: Scope, frame: number): string {
  const { frames } = scope.scenario;
  return `${Math.floor(frame / frames)}.${frame % frames}`;
}

export function vsegName(scope: Scope, vseg: number): string {
  const { descriptors } = scope.scenario;
  return `${Math.floor(vseg / descriptors)}.${vseg % descriptors}`;
}
