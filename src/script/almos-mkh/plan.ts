/** What a script of ALMOS-MKH says, once all of it has been read. */

import type { Budgets, KernelType } from '../../model/almos-mkh/scenario.ts';
import type { Line } from '../tokens.ts';

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
  | ({ readonly do: 'destroy' | 'userinit' | 'exec' } & Site)
  | ({ readonly do: 'reset' | 'setcow' } & Site)
  | ({ readonly do: 'delete' | 'fault' | 'cow'; readonly page: number } & Site)
  | ({ readonly do: 'lockpte' | 'unlockpte'; readonly page: number } & Site);

interface Operation {
  readonly line: Line;
  readonly action: Action;
  readonly injections: readonly Injection[];
}

export interface Birth {
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
