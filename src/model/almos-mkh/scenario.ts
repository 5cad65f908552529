/**
 * A scenario of ALMOS-MKH: the machine, the processes with the clusters where they have a
 * descriptor, the vsegs that exist at the start, and what each thread does. Plain JSON, which
 * `parse-scenario.ts` reads.
 */

import type { Scenario } from '../../system.ts';

export type KernelType = 'KCODE' | 'KDATA' | 'KDEV';
export type VsegType = 'CODE' | 'DATA' | 'STACK' | 'ANON' | 'FILE' | 'REMOTE' | KernelType;

/** A vseg of the kernel: in every copy of every process, mapped to frames of its cluster. */
export interface KernelSpec {
  readonly type: KernelType;
  readonly page: number;
  readonly pages: number;
}

/** One thing a user thread does; pages are virtual page numbers. */
export type UserStep =
  | { readonly do: 'read'; readonly page: number; readonly word?: number }
  | { readonly do: 'write'; readonly page: number; readonly word?: number }
  | { readonly do: 'fork'; readonly child: string }
  | {
      readonly do: 'mmap';
      readonly type: 'ANON' | 'FILE' | 'REMOTE';
      readonly pages: number;
      readonly file?: string;
      /** Position in the file, in pages; half a page makes a vseg that begins inside of a page. */
      readonly offset?: number;
      /** Cluster of the frames of a REMOTE vseg. */
      readonly at?: number;
    }
  | { readonly do: 'munmap'; readonly page: number; readonly pages: number }
  /** The thread of this number, which waits for it, begins. */
  | { readonly do: 'create'; readonly thread: number }
  /** The thread ends, and with it its stack. */
  | { readonly do: 'leave' }
  | { readonly do: 'exec' }
  | { readonly do: 'exit' };

export interface ProcessSpec {
  readonly name: string;
  /** Clusters where it has a descriptor; the first one is owner and reference. */
  readonly clusters: readonly number[];
  /** True for a process that only a fork brings to life. */
  readonly child?: boolean;
}

export interface VsegSpec {
  readonly process: string;
  readonly type: 'CODE' | 'DATA' | 'ANON' | 'FILE' | 'REMOTE';
  /** First page; mmap types are handed out by the mmap allocator and must come in its order. */
  readonly page: number;
  readonly pages: number;
  readonly file?: string;
  /** Position in the file, in pages. */
  readonly offset?: number;
  /** Pages of DATA that the file holds; the rest is BSS. */
  readonly filePages?: number;
  /** Cluster of the frames of ANON and REMOTE; the reference if left out. */
  readonly at?: number;
}

/** At the addresses that its file says, not where the mmap allocator puts it. */
export function isFixed({ type }: VsegSpec): boolean {
  return type === 'DATA' || type === 'CODE';
}

export interface ThreadSpec {
  readonly process: string;
  readonly cluster: number;
  /** Its stack slot (its number in its cluster); without one it has no stack. */
  readonly slot?: number;
  /** It begins only when another thread creates it. */
  readonly created?: boolean;
  /** Steps in order; where an array stands, any one of its steps. */
  readonly program: readonly (UserStep | readonly UserStep[])[];
}

/** How many allocations of each kind may fail although there is room. */
export interface Budgets {
  readonly frame: number;
  readonly descriptor: number;
  readonly gpt: number;
  readonly pte: number;
  readonly ptecopy: number;
  readonly kernel: number;
  readonly io: number;
}

export interface AlmosScenario extends Scenario {
  readonly clusters: number;
  /** Frames of each cluster. */
  readonly frames: number;
  /** Vseg descriptors of each cluster. */
  readonly descriptors: number;
  /** Pages of the virtual space; the mmap zone is [heapBase, stackBase[, the stacks [.., pages[. */
  readonly pages: number;
  readonly heapBase: number;
  readonly stackBase: number;
  /** Pages of a stack slot; the first is a guard that is never mapped. */
  readonly stackSize: number;
  /** First page of the args area, and pages of args and envs (vmm_user_init). */
  readonly utilsBase: number;
  readonly args: number;
  readonly envs: number;
  /** Clusters of the mesh over which DATA pages are spread; more than there are is allowed. */
  readonly mesh: number;
  /** Modelled words of a page, 1 or 2. */
  readonly words: number;
  readonly files: readonly {
    readonly name: string;
    readonly cluster: number;
    readonly pages: number;
  }[];
  readonly processes: readonly ProcessSpec[];
  readonly vsegs: readonly VsegSpec[];
  readonly kernel: readonly KernelSpec[];
  readonly threads: readonly ThreadSpec[];
  readonly budgets: Budgets;
}

export const noBudgets: Budgets = {
  frame: 0,
  descriptor: 0,
  gpt: 0,
  pte: 0,
  ptecopy: 0,
  kernel: 0,
  io: 0,
};

/** Bounds of what the packed state can hold; far above what can be explored. */
export const most = {
  clusters: 4,
  frames: 16,
  descriptors: 16,
  pages: 30,
  processes: 6,
  threads: 8,
  program: 16,
  budget: 7,
  filePages: 8,
} as const;
