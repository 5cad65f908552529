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
import { copiesOf, programsOf } from './programs.ts';
import type { CopySpec, Programs } from './programs.ts';
import { cutWraps, elfBase, programOf } from './image.ts';

export type FrameRef = Ref<'frame'>;
export type CopyRef = Ref<'copy'>;
export type VsegRef = Ref<'vseg'>;
export type PageRef = Ref<'page'>;
export type ProcessRef = Ref<'process'>;
export type ThreadRef = Ref<'thread'>;

/** What a script injects into the kernel services, and what it hears of them. */
interface Watch {
  /** Does this call of the kind fail? Asked instead of exploring both outcomes. */
  fails(kind: keyof Budgets): boolean;
  /** `alloc 0:1`, `free 0:1`, `double-free 0:1`, `no-frame 0`, `access-free copy 0:1`. */
  saw(event: string): void;
}

export interface Scope extends Programs {
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
  readonly processNames: readonly string[];
  /** Reference copy of each process. */
  readonly reference: readonly CopyRef[];
  readonly children: readonly boolean[];
  /**
   * What exec loads, by process: CODE and DATA with a file (option execLoads); none where none
   * execs.
   */
  readonly programs: readonly (readonly VsegSpec[])[];
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
  /** Runs a script, and is informed of what the kernel services do; undefined in searches. */
  readonly watch: Watch | undefined;
  clusterOfFrame(frame: FrameRef): number;
  clusterOfVseg(vseg: VsegRef): number;
  /** Token of page i of a file. */
  fileToken(file: number, page: number): number;
  fileIndex(name: string): number;
  processIndex(name: string): ProcessRef;
}

/** What a script has in place of user programs. */
interface ScriptParts {
  readonly threads: number;
  /** Numbers that it writes. */
  readonly values: readonly string[];
  readonly watch: Watch;
}

/** One literal, so that every scope has the same shape: hot loops read it. */
export function scopeOf(
  scenario: AlmosScenario,
  options: Options,
  script?: ScriptParts,
  staleTlb = false,
): Scope {
  checkInactive(scenario, options);
  const { clusters, frames, descriptors, pages, stackBase, stackSize } = scenario;
  const heapBase = options.heapPlace === 'afterElf' ? scenario.heapBase : elfBase(scenario);
  const zone = stackBase - heapBase;
  const process = pool('process', scenario.processes.length);
  const processNames = scenario.processes.map(({ name }) => name);
  const copies = copiesOf(scenario, process);
  const copy = pool('copy', copies.length);
  const steps = programsOf(scenario, copies, copy, script?.values);
  const { threads, userSteps } = steps;
  const lengths = scenario.files.map((file) => file.pages);
  const fileStart = lengths.map((_, f) => sum(lengths.slice(0, f)));
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
    filePage: pool('filePage', Math.max(1, sum(lengths))),
    fileStart,
    copies,
    threads,
    userSteps,
    tokenOfStep: steps.tokenOfStep,
    childOfStep: steps.childOfStep,
    writerOfToken: steps.writerOfToken,
    tokens: steps.tokens,
    initialTokens: steps.initialTokens,
    processNames,
    reference: process.all.map((p) => copy.at(copies.findIndex((c) => c.process === p))),
    children: scenario.processes.map((spec) => spec.child === true),
    programs: programsLoaded(scenario, options, userSteps),
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
    processIndex: (name) => process.at(processNames.indexOf(name)),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

function checkInactive({ clusters }: AlmosScenario, { inactiveCluster }: Options): void {
  if (inactiveCluster < clusters) return;
  throw new InputError(
    `option inactiveCluster: cluster ${inactiveCluster} does not exist: the scenario has ` +
      `${clusters === 1 ? 'cluster 0 only' : `clusters 0 to ${clusters - 1}`}`,
  );
}

/** What exec loads, by process. */
function programsLoaded(
  scenario: AlmosScenario,
  { execLoads }: Options,
  steps: readonly UserStep[],
): readonly (readonly VsegSpec[])[] {
  const loads = execLoads && steps.some((step) => step.do === 'exec');
  return scenario.processes.map(({ name }) => (loads ? programOf(scenario, name) : []));
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
