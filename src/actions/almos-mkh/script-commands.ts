/**
 * The bottom frame of a thread that performs a script: where a search has a user program, it takes
 * the one command on the desk, calls the same operations, and puts the answer on the desk.
 */

import { mmu } from '../../hw/mmu.ts';
import { EXCP_NON_FATAL, EXCP_USER_ERROR } from '../../model/almos-mkh/step-invariants.ts';
import type { CopyRef, PageRef, Scope } from '../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import { upTo } from '../../state/values.ts';
import type { AnyOperation, Control, Result, StatementCode } from '../../machine/vocabulary.ts';
import { userAccess } from './services/ppm.ts';
import { process_make_fork } from './process.ts';
import { commandOn } from './script-desk.ts';
import type { Desk } from './script-desk.ts';
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

/** What survives from one round of an access to the next. */
interface Locals {
  rounds: number;
}

type Statements = readonly StatementCode<Kernel, Locals, Scope>[];

export function scriptOperation(desk: Desk): AnyOperation<Kernel, Scope> {
  return operation({
    name: 'script',
    file: '',
    lines: [0, 0],
    locals: () => ({ rounds: upTo(ROUNDS + 1) }),
  })([
    at(IDLE, 'command', () =>
      desk.command === undefined ? blocked : goto(places[desk.command.do]),
    ),
    at(ACCESS, 'access', (k, my, cx) => access(desk, k, my, cx)),
    ...handlers(desk),
    ...systemCalls(desk),
    ...vsegCalls(desk),
    ...copyCalls(desk),
  ]);
}

/** The command is done: its answer is one word. */
function end(desk: Desk, result: string): Control {
  desk.result = result;
  desk.command = undefined;
  return goto(IDLE);
}

/** Success and failure of the functions that answer 0 and -1, or a vseg and NULL. */
function answer(desk: Desk, ok: boolean): Control {
  return end(desk, ok ? 'ok' : 'error');
}

/** One round of an access; it goes round again after the handler that it needs. */
function access(desk: Desk, k: Kernel, my: Locals, cx: Cx): Control {
  const { copy, page, word, kind, token } = commandOn(desk, 'access');
  const pte = k.copies[copy].gpt[page];
  my.rounds += 1;
  const met = mmu(pte, kind);
  if (met === 'page fault' || met === 'copy on write') {
    if (my.rounds <= ROUNDS) return goto(met === 'page fault' ? places.fault : places.cow);
    my.rounds = 0;
    return end(desk, 'livelock');
  }
  my.rounds = 0;
  if (met === 'forbidden' || pte.frame === null) return end(desk, 'user-error');
  const frame = k.frames[pte.frame];
  userAccess(k, cx, pte.frame, kind);
  if (kind === 'read') desk.value = word === 0 ? frame.word0 : frame.word1;
  else if (word === 0) frame.word0 = token;
  else frame.word1 = token;
  return end(desk, 'ok');
}

/** A command ends with its handler, and an access tries again. */
function afterHandler(desk: Desk, name: 'fault' | 'cow', my: Locals, result: Result): Control {
  desk.handled = { name, result };
  if (result === EXCP_NON_FATAL) {
    return desk.command?.do === 'access' ? goto(ACCESS) : end(desk, 'ok');
  }
  my.rounds = 0;
  return end(desk, result === EXCP_USER_ERROR ? 'user-error' : 'panic');
}

/** The exception handlers, called by an access or by a command. */
function handlers(desk: Desk): Statements {
  return [
    calls(
      places.fault,
      'page fault',
      () => vmm_handle_page_fault,
      (_k, _my, to) => {
        const { copy, page } = desk.command as { copy: CopyRef; page: PageRef };
        to.copy = copy;
        to.vpn = page;
      },
      (_k, my, result) => afterHandler(desk, 'fault', my, result),
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
      (_k, my, result) => afterHandler(desk, 'cow', my, result),
    ),
  ];
}

/** The system calls of a user program. */
function systemCalls(desk: Desk): Statements {
  return [
    calls(
      places.fork,
      'fork',
      () => process_make_fork,
      (_k, _my, to) => {
        const { child, parent, site, slot } = commandOn(desk, 'fork');
        to.child = child;
        to.parent = parent;
        to.site = site;
        to.slot = slot;
      },
      (_k, _my, result) => answer(desk, result === 0),
    ),
    calls(
      places.munmap,
      'munmap',
      () => vmm_resize_vseg,
      (_k, _my, to) => {
        const { copy, base, size } = commandOn(desk, 'munmap');
        to.copy = copy;
        to.base = base;
        to.size = size;
      },
      (_k, _my, result) => answer(desk, result === 0),
    ),
  ];
}

/** One vseg, created or deleted without a system call. */
function vsegCalls(desk: Desk): Statements {
  return [
    calls(
      places.create,
      'create a vseg',
      () => vmm_create_vseg,
      (_k, _my, to) => {
        const { do: _, ...fields } = commandOn(desk, 'create');
        Object.assign(to, fields);
      },
      (_k, _my, result) => answer(desk, result !== null),
    ),
    calls(
      places.delete,
      'delete a vseg',
      () => vmm_delete_vseg,
      (_k, _my, to) => {
        const { copy, vaddr } = commandOn(desk, 'delete');
        to.copy = copy;
        to.vaddr = vaddr;
      },
      () => answer(desk, true),
    ),
  ];
}

/** The whole address space of one copy. */
function copyCalls(desk: Desk): Statements {
  return [
    calls(
      places.destroy,
      'destroy',
      () => vmm_destroy,
      (_k, _my, to) => {
        to.copy = commandOn(desk, 'destroy').copy;
      },
      () => answer(desk, true),
    ),
    calls(
      places.reset,
      'reset',
      () => vmm_user_reset,
      (_k, _my, to) => {
        to.copy = commandOn(desk, 'reset').copy;
      },
      () => answer(desk, true),
    ),
    calls(
      places.userinit,
      'user init',
      () => vmm_user_init,
      (_k, _my, to) => {
        to.copy = commandOn(desk, 'userinit').copy;
      },
      (_k, _my, result) => answer(desk, result === 0),
    ),
    calls(
      places.setcow,
      'set COW',
      () => vmm_set_cow,
      (_k, _my, to) => {
        to.copy = commandOn(desk, 'setcow').copy;
      },
      () => answer(desk, true),
    ),
  ];
}
