/** What a script of mm0 says, once all of it has been read. */

import type { Access, FileSpec, UserStep } from '../../model/codezero-mm0/scenario.ts';
import type { Failure } from '../../model/codezero-mm0/script-port.ts';
import type { Line } from '../tokens.ts';

export type Action =
  | { readonly do: 'declare' }
  /** A request, or an access with all its faults. */
  | { readonly do: 'step'; readonly step: UserStep }
  /** An access, up to its first fault. */
  | { readonly do: 'raise'; readonly step: Access }
  | { readonly do: 'handle' | 'retry' };

export interface Operation {
  readonly line: Line;
  readonly action: Action;
  /** Index into `Plan.threads`; -1 for declarations. */
  readonly thread: number;
  readonly failure: Failure | undefined;
}

export interface Plan {
  readonly files: readonly FileSpec[];
  readonly segments: readonly { readonly name: string; readonly pages: number }[];
  readonly spaces: readonly { readonly name: string; readonly child: boolean }[];
  /** The threads of one space, in the order of their creation. */
  readonly threads: readonly { readonly name: string; readonly space: string }[];
  readonly operations: readonly Operation[];
}
