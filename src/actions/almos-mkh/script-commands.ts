/**
 * The bottom frame of a thread that performs a script: where a search has a user program, it takes
 * the one command on the desk, calls the same operations, and puts the answer on the desk.
 */

import { mmu } from '../../hw/mmu.ts';
import { EXCP_NON_FATAL, EXCP_USER_ERROR } from '../../model/almos-mkh/step-invariants.ts';
import type { VsegType } from '../../model/almos-mkh/scenario.ts';
import type { CopyRef, PageRef, ProcessRef, Scope } from '../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import { upTo } from '../../state/scalar.ts';
import type { AnyOperation, Control, Result } from '../../machine/vocabulary.ts';
import { userAccess } from './services/ppm.ts';
import { process_make_fork } from './process.ts';
import {
  vmm_create_vseg,
  vmm_delete_vseg,
  vmm_destroy,
  vmm_handle_cow,
  vmm_handle_page_fault,
  vmm_resize_vseg,
  vmm_set_cow,
  vmm_user_init,
  vmm_user_reset,
} from './vmm.ts';
import { at, blocked, calls, goto, operation } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

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

/** Rounds of an access after which it is given up. */
const ROUNDS = 8;

const IDLE = 1;
const ACCESS = 2;

const places = {
  access: ACCESS,
  fault: 3,
  cow: 4,
  fork: 5,
  munmap: 6,
  create: 7,
  delete: 8,
  destroy: 9,
  reset: 10,
  userinit: 11,
  setcow: 12,
} as const;

export function scriptOperation(desk: Desk): AnyOperation<Kernel, Scope> {
  const the = <D extends Command['do']>(_kind: D) => desk.command as Extract<Command, { do: D }>;
  const end = (result: string): Control => {
    desk.result = result;
    desk.command = undefined;
    return goto(IDLE);
  };
  /** Success and failure of the functions that answer 0 and -1, or a vseg and NULL. */
  const answer = (ok: boolean): Control => end(ok ? 'ok' : 'error');
  const afterHandler = (name: 'fault' | 'cow', my: { rounds: number }, result: Result): Control => {
    desk.handled = { name, result };
    if (result === EXCP_NON_FATAL) {
      return desk.command?.do === 'access' ? goto(ACCESS) : end('ok');
    }
    my.rounds = 0;
    return end(result === EXCP_USER_ERROR ? 'user-error' : 'panic');
  };
  const access = (k: Kernel, my: { rounds: number }, cx: Cx): Control => {
    const { copy, page, word, kind, token } = the('access');
    const pte = k.copies[copy].gpt[page];
    my.rounds += 1;
    const met = mmu(pte, kind);
    if (met === 'page fault' || met === 'copy on write') {
      if (my.rounds <= ROUNDS) return goto(met === 'page fault' ? places.fault : places.cow);
      my.rounds = 0;
      return end('livelock');
    }
    my.rounds = 0;
    if (met === 'forbidden' || pte.frame === null) return end('user-error');
    const frame = k.frames[pte.frame];
    userAccess(k, cx, pte.frame, kind);
    if (kind === 'read') desk.value = word === 0 ? frame.word0 : frame.word1;
    else if (word === 0) frame.word0 = token;
    else frame.word1 = token;
    return end('ok');
  };

  return operation({
    name: 'script',
    file: '',
    lines: [0, 0],
    locals: () => ({ rounds: upTo(ROUNDS + 1) }),
  })([
    at(IDLE, 'command', () =>
      desk.command === undefined ? blocked : goto(places[desk.command.do]),
    ),
    at(ACCESS, 'access', (k, my, cx) => access(k, my, cx)),
    calls(
      places.fault,
      'page fault',
      () => vmm_handle_page_fault,
      (_k, _my, to) => {
        const { copy, page } = desk.command as { copy: CopyRef; page: PageRef };
        to.copy = copy;
        to.vpn = page;
      },
      (_k, my, result) => afterHandler('fault', my, result),
    ),
    calls(
      places.cow,
      'copy on write',
      () => vmm_handle_cow,
      (_k, _my, to) => {
        const { copy, page } = desk.command as { copy: CopyRef; page: PageRef };
        to.copy = copy;
        to.vpn = page;
      },
      (_k, my, result) => afterHandler('cow', my, result),
    ),
    calls(
      places.fork,
      'fork',
      () => process_make_fork,
      (_k, _my, to) => {
        const { child, parent, site, slot } = the('fork');
        to.child = child;
        to.parent = parent;
        to.site = site;
        to.slot = slot;
      },
      (_k, _my, result) => answer(result === 0),
    ),
    calls(
      places.munmap,
      'munmap',
      () => vmm_resize_vseg,
      (_k, _my, to) => {
        const { copy, base, size } = the('munmap');
        to.copy = copy;
        to.base = base;
        to.size = size;
      },
      (_k, _my, result) => answer(result === 0),
    ),
    calls(
      places.create,
      'create a vseg',
      () => vmm_create_vseg,
      (_k, _my, to) => {
        const { do: _, ...fields } = the('create');
        Object.assign(to, fields);
      },
      (_k, _my, result) => answer(result !== null),
    ),
    calls(
      places.delete,
      'delete a vseg',
      () => vmm_delete_vseg,
      (_k, _my, to) => {
        const { copy, vaddr } = the('delete');
        to.copy = copy;
        to.vaddr = vaddr;
      },
      () => answer(true),
    ),
    calls(
      places.destroy,
      'destroy',
      () => vmm_destroy,
      (_k, _my, to) => {
        to.copy = the('destroy').copy;
      },
      () => answer(true),
    ),
    calls(
      places.reset,
      'reset',
      () => vmm_user_reset,
      (_k, _my, to) => {
        to.copy = the('reset').copy;
      },
      () => answer(true),
    ),
    calls(
      places.userinit,
      'user init',
      () => vmm_user_init,
      (_k, _my, to) => {
        to.copy = the('userinit').copy;
      },
      (_k, _my, result) => answer(result === 0),
    ),
    calls(
      places.setcow,
      'set COW',
      () => vmm_set_cow,
      (_k, _my, to) => {
        to.copy = the('setcow').copy;
      },
      () => answer(true),
    ),
  ]);
}
