/** The desk between a script and the thread that performs it: one command, and the answer to it. */

import type { VsegType } from '../../model/almos-mkh/scenario.ts';
import type { CopyRef, PageRef, ProcessRef } from '../../model/almos-mkh/scope.ts';
import type { Result } from '../../machine/vocabulary.ts';

/** One job. Addresses and lengths are in half pages. */
export type Command =
  | {
      readonly do: 'access';
      readonly copy: CopyRef;
      readonly page: PageRef;
      readonly word: number;
      readonly kind: 'read' | 'write';
      /** What a write stores. */
      readonly token: number;
    }
  | { readonly do: 'fault' | 'cow'; readonly copy: CopyRef; readonly page: PageRef }
  | {
      readonly do: 'fork';
      readonly child: ProcessRef;
      readonly parent: ProcessRef;
      readonly site: CopyRef;
      readonly slot: number;
    }
  | { readonly do: 'munmap'; readonly copy: CopyRef; readonly base: number; readonly size: number }
  | {
      readonly do: 'create';
      readonly copy: CopyRef;
      readonly type: VsegType;
      readonly base: number;
      readonly size: number;
      readonly file_offset: number;
      readonly file_size: number;
      readonly mapper: number;
      readonly cxy: number;
    }
  | { readonly do: 'delete'; readonly copy: CopyRef; readonly vaddr: number }
  | { readonly do: 'destroy'; readonly copy: CopyRef }
  | { readonly do: 'reset'; readonly copy: CopyRef }
  | { readonly do: 'userinit'; readonly copy: CopyRef }
  | { readonly do: 'setcow'; readonly copy: CopyRef };

export interface Desk {
  /** What to do; undefined when it has been done. */
  command: Command | undefined;
  /** One word of the script language. */
  result: string;
  /** Token that a read returned. */
  value: number | undefined;
  /** The exception handler that has just returned, and what it answered. */
  handled: { readonly name: 'fault' | 'cow'; readonly result: Result } | undefined;
}

/** The command on the desk, which is of this kind. */
export function commandOn<D extends Command['do']>(
  { command }: Desk,
  _kind: D,
): Extract<Command, { do: D }> {
  return command as Extract<Command, { do: D }>;
}
