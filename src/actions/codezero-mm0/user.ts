/**
 * The user program of a thread: accesses, which go through its page table without mm0 or raise a
 * fault, and requests, each answered by mm0 in one step.
 */

import { judged, siteNumber } from '../../model/codezero-mm0/step-invariants.ts';
import {
  poolDisagrees,
  Snapshot,
  someAreaIsEmpty,
  someOffsetIsOutside,
  someSegmentIsElsewhere,
  someSegmentsIntersect,
} from '../../model/codezero-mm0/areas.ts';
import { BEHIND_TABLE, doable } from '../../model/codezero-mm0/scenario.ts';
import type { Profile } from '../../model/codezero-mm0/profiles.ts';
import type { Access, FileAccess, UserStep } from '../../model/codezero-mm0/scenario.ts';
import type { DescriptorsRef, FileRef, Scope, SpaceRef } from '../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import type { UserLocals } from '../../model/codezero-mm0/threads.ts';
import { ptesOf } from '../../model/codezero-mm0/view.ts';
import { oneOf, upTo } from '../../state/scalar.ts';
import type { Control, Source } from '../../machine/vocabulary.ts';
import { sys_clone, sys_exit, sys_fork } from './clone.ts';
import { forgetPromises, promise, settle, wrote } from './ghost.ts';
import { page_fault_handler } from './fault.ts';
import { file_open, freeSlot, openAtServer, sys_close, vfs_receive_sys_open } from './file.ts';
import { sys_read_write } from './io.ts';
import { sys_mmap } from './mmap.ts';
import { do_munmap } from './munmap.ts';
import { do_shmat, findSegment, sys_shmdt, sys_shmget } from './shm.ts';
import { EBADF, EMFILE } from './services.ts';
import { requests, sourceIn } from './ranges.ts';
import { at, blocked, goto, Halt, halt, Killed, operation, places, stuck } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

/** What mm0 answers; accesses go through the page table. */
type Request = Exclude<UserStep, Access>;

type Table = Kernel['descriptors'][DescriptorsRef];
type Slot = Table['fd'][never];

const tokens = {
  open: 'sys_open',
  close: 'sys_close',
  mmap: 'sys_mmap',
  read: 'user reads',
  write: 'user writes',
  readFile: 'sys_read',
  writeFile: 'sys_write',
  fork: 'sys_fork',
  clone: 'sys_clone',
  shmget: 'sys_shmget',
  shmat: 'sys_shmat',
  shmdt: 'sys_shmdt',
  munmap: 'sys_munmap',
  exit: 'sys_exit',
} as const satisfies Record<UserStep['do'], string>;

const kinds = doable;
const label = (i: number): number => (i + 1) / 100;
const EITHER = label(kinds.length);
const HANDLE = label(kinds.length + 1);
const RETRY = label(kinds.length + 2);
const OPENED = label(kinds.length + 3);
const WAIT = label(kinds.length + 4);
const END = label(kinds.length + 5);
const HANDLES = 'page_fault_handler';

/** Where requests are taken up in the C of a profile. */
export function requestSource(profile: Profile): (statement: unknown) => Source | undefined {
  const rows = new Map(kinds.map((kind) => [tokens[kind] as string, requests[kind]]));
  rows.set(HANDLES, requests['fault']);
  return (statement) => sourceIn(rows.get((statement as { token: string }).token), profile);
}

/** Where a thread stands that is about to do the step at `ip`. */
function labelAt(s: Scope, thread: number, ip: number): number {
  const alternatives = s.threads[thread as never].program[ip];
  if (alternatives === undefined) return END;
  if (alternatives.length > 1) return EITHER;
  return label(kinds.indexOf(s.userSteps[alternatives[0]].do));
}

/** The frame in which a thread starts. */
export function startFrame(s: Scope, thread: number): object {
  const pc = user.statements.findIndex(({ line }) => line === labelAt(s, thread, 0));
  return { in: 'user', pc, ip: 0, step: 0, fault: 'none' };
}

const access = places('access', {
  skipped: 'the page was not promised: the program does not touch it',
  absent: 'a fault: no entry',
  readOnly: 'a fault: the entry is read-only',
  through: 'the access goes through',
  killed: 'the thread is killed',
  behind: '5.3/2 descriptor 32 is behind the table',
});

export const user = operation({
  name: 'user',
  file: '',
  lines: [0, 0],
  locals: (s) => ({
    ip: upTo(Math.max(1, ...s.threads.map(({ program }) => program.length))),
    step: upTo(s.userSteps.length),
    fault: oneOf('none', 'absent', 'read-only'),
  }),
})([
  ...kinds.map((kind, i) =>
    at<UserLocals>(label(i), tokens[kind], (k, my, cx) => {
      if (!runs(k, cx)) return blocked;
      return perform(k, my, cx, cx.scope.threads[cx.thread].program[my.ip][0]);
    }),
  ),
  at(EITHER, 'one of several', (k, my, cx) => {
    if (!runs(k, cx)) return blocked;
    const alternatives = cx.scope.threads[cx.thread].program[my.ip];
    return perform(k, my, cx, alternatives[cx.pick(alternatives.length)]);
  }),
  at(HANDLE, HANDLES, (k, my, cx) => {
    if (!runs(k, cx) || my.fault === 'none') return blocked;
    const { page } = cx.scope.userSteps[my.step - 1] as Access;
    const { space } = cx.scope.threads[cx.thread];
    const kind = my.fault;
    return guarded(k, my, cx, () => {
      request(k, cx, space, () => page_fault_handler(k, cx, space, page, kind));
      const pte = ptesOf(k, space)[cx.scope.page.at(page)];
      const served = kind === 'absent' ? pte.frame !== null : pte.rw;
      cx.check(judged.pendingFaultsDrain, served, space, page);
      if (kind === 'read-only' && pte.rw) settle(k, cx, space, page);
      my.fault = 'none';
      return goto(RETRY);
    });
  }),
  at(RETRY, 'the access again', (k, my, cx) =>
    runs(k, cx) ? guarded(k, my, cx, () => touch(k, my, cx)) : blocked,
  ),
  at(OPENED, 'mm0 learns of the open', (k, my, cx) => {
    if (!runs(k, cx)) return blocked;
    const index = my.step - 1;
    k.asks = null;
    return guarded(k, my, cx, () => finish(k, my, cx, index));
  }),
  at(WAIT, 'waits for an answer', () => blocked),
  at(END, 'the program is at its end', () => blocked),
]);

function runs(k: Kernel, cx: Cx): boolean {
  return k.threads[cx.thread].born && !k.threads[cx.thread].dead;
}

/** Goes on with the next step of the program. */
function advance(my: UserLocals, cx: Cx): Control {
  my.ip += 1;
  my.step = 0;
  my.fault = 'none';
  return goto(labelAt(cx.scope, cx.thread, my.ip));
}

/** A halt in the midst of a request ends everything; a killed thread ends alone. */
function guarded(k: Kernel, my: UserLocals, cx: Cx, run: () => Control): Control {
  try {
    return run();
  } catch (reason) {
    if (reason instanceof Killed) {
      access(cx, 'killed');
      return guarded(k, my, cx, () => kill(k, my, cx));
    }
    if (!(reason instanceof Halt)) throw reason;
    const { kind, site } = reason;
    cx.note(() => `${kind}: ${site}`);
    const wild = kind === 'wild' || kind === 'runaway';
    cx.check(wild ? judged.noWildAccess : judged.pagerNeverStops, false, siteNumber(site));
    k.halt = kind;
    my.step = 0;
    my.fault = 'none';
    return stuck;
  }
}

/** The task is killed, mm0 goes on (5.6/3): the thread gives up what an exit gives up. */
function kill(k: Kernel, my: UserLocals, cx: Cx): Control {
  const { space } = cx.scope.threads[cx.thread];
  request(k, cx, space, () => sys_exit(k, cx, cx.thread));
  k.threads[cx.thread].dead = true; // also where the revision has no exit
  my.ip = cx.scope.threads[cx.thread].program.length;
  my.step = 0;
  my.fault = 'none';
  return goto(END);
}

function perform(k: Kernel, my: UserLocals, cx: Cx, index: number): Control {
  const step = cx.scope.userSteps[index];
  cx.note(() => describeStep(step));
  return guarded(k, my, cx, () => {
    if (step.do === 'read' || step.do === 'write') {
      const { space } = cx.scope.threads[cx.thread];
      const promised = k.spaces[space].promised[cx.scope.page.at(step.page)];
      const wrong = promised.kind === 'nothing' || (step.do === 'write' && promised.readOnly);
      if (wrong && !step.anyway) {
        access(cx, 'skipped');
        return advance(my, cx);
      }
      my.step = index + 1;
      return touch(k, my, cx);
    }
    if (step.do === 'open' && twoSteps(cx)) {
      if (k.asks !== null) return blocked; // the file server waits for mm0
      k.asks = cx.thread;
      my.step = index + 1;
      return goto(OPENED);
    }
    return finish(k, my, cx, index);
  });
}

/** Does the file server take an open before mm0 learns of it? */
function twoSteps({ scope: { rules, choices } }: Cx): boolean {
  return choices.openSteps === 2 && rules.openCalls === 'server-calls';
}

/** mm0 serves the request; its task goes on, if it is answered. */
function finish(k: Kernel, my: UserLocals, cx: Cx, index: number): Control {
  const { rules, choices, userSteps, threads } = cx.scope;
  const step = userSteps[index] as Request;
  serve(k, cx, step, index);
  if (choices.mmapReply === 'as-written' && (step.do === 'mmap' || step.do === 'munmap')) {
    const { space } = threads[cx.thread];
    const { mmapAnswers } = rules;
    if (!cx.check(judged.requestIsAnswered, mmapAnswers, kinds.indexOf(step.do), space)) {
      my.step = 0;
      return goto(WAIT);
    }
  }
  return advance(my, cx);
}

/** What the step is called in traces. */
export function describeStep(step: UserStep): string {
  const range = (page: number, pages: number): string =>
    pages > 1 ? `pages ${page}..${page + pages - 1}` : `page ${page}`;
  const buffer = ({ page, pages }: FileAccess): string => `memory at ${range(page, pages)}`;
  switch (step.do) {
    case 'open':
      return `open ${step.file} as ${step.fd}`;
    case 'close':
      return `close ${step.fd}`;
    case 'mmap': {
      const file = step.kind.endsWith('file') ? ` of ${step.fd} from page ${step.offset}` : '';
      const where = step.page === 0 ? `${step.pages} anywhere` : range(step.page, step.pages);
      return `mmap ${step.kind}${file}: ${where}`;
    }
    case 'read':
    case 'write':
      return `${step.do} page ${step.page}, cell ${step.cell}`;
    case 'readFile':
      return `read ${range(step.offset, step.pages)} of ${step.fd} to ${buffer(step)}`;
    case 'writeFile':
      return `write ${buffer(step)} to ${range(step.offset, step.pages)} of ${step.fd}`;
    case 'fork':
      return `fork ${step.child}`;
    case 'clone':
      return `clone in ${step.space}${step.files ? '' : ', descriptors copied'}`;
    case 'shmget':
      return `shmget ${step.segment}`;
    case 'shmat':
      return `shmat ${step.segment}${step.page === 0 ? '' : ` at page ${step.page}`}`;
    case 'shmdt':
      return `shmdt ${step.segment}`;
    case 'munmap':
      return `munmap ${range(step.page, step.pages)}`;
    case 'exit':
      return 'exit';
  }
}

/** An access by the MMU, and the faults that it raises: here, or in steps of their own. */
function touch(k: Kernel, my: UserLocals, cx: Cx): Control {
  const index = my.step - 1;
  const { do: kind, page, cell } = cx.scope.userSteps[index] as Access;
  const { space } = cx.scope.threads[cx.thread];
  const pte = ptesOf(k, space)[cx.scope.page.at(page)];
  // Two faults are enough for a write, and one for a read; a third one changes nothing more.
  for (let faults = 0; faults < 3; faults++) {
    const { frame, rw } = pte;
    if (frame !== null && (kind === 'read' || rw)) {
      access(cx, 'through');
      const seen = k.frames[frame];
      const { port } = cx.scope;
      if (port !== undefined && kind === 'read') {
        port.value = cx.scope.tokens[cell === 0 ? seen.cell0 : seen.cell1];
      }
      if (kind === 'write') {
        const token = cx.scope.tokenOfStep[index];
        if (cell === 0) seen.cell0 = token;
        else seen.cell1 = token;
        wrote(k, cx, space, page, cell, token);
      }
      cx.note(() => {
        const token = cx.scope.tokens[cell === 0 ? seen.cell0 : seen.cell1];
        return kind === 'read' ? `reads ${token}` : `writes ${token}`;
      });
      return advance(my, cx);
    }
    const fault = frame === null ? 'absent' : 'read-only';
    access(cx, fault === 'absent' ? 'absent' : 'readOnly');
    if (cx.scope.scenario.splitFaults) {
      my.fault = fault;
      return goto(HANDLE);
    }
    request(k, cx, space, () => page_fault_handler(k, cx, space, page, fault));
  }
  cx.check(judged.pendingFaultsDrain, false, space, page);
  return advance(my, cx);
}

const afterRequests = [
  [judged.vmaNotEmpty, someAreaIsEmpty],
  [judged.offsetInPages, someOffsetIsOutside],
  [judged.shmAddressUnique, someSegmentsIntersect],
  [judged.shmAddressStable, someSegmentIsElsewhere],
  [judged.shmAddressReturned, poolDisagrees],
] as const;

/** A request to mm0: what must hold after each, and did before, is judged. */
function request<T>(k: Kernel, cx: Cx, space: SpaceRef, serves: () => T): T {
  const wrong = afterRequests.map(([, broken]) => broken(k, cx.scope));
  const result = serves();
  cx.check(judged.pagerNeverStops, true); // `guarded` judges the requests that never return
  cx.check(judged.noWildAccess, true);
  afterRequests.forEach(([check, broken], i) => {
    if (!wrong[i]) cx.check(check, !broken(k, cx.scope), space);
  });
  return result;
}

/** Used over and over: one request is served at a time. */
const [before, after] = [new Snapshot(), new Snapshot()];

function serve(k: Kernel, cx: Cx, step: Request, index: number): void {
  const { space } = cx.scope.threads[cx.thread];
  before.take(k, cx.scope);
  const learnt = learnFile(k, cx, step);
  if (learnt === 0) before.take(k, cx.scope);
  const result = request(k, cx, space, () => (learnt < 0 ? learnt : answer(k, cx, step, index)));
  if (cx.scope.port !== undefined) cx.scope.port.answer = result;
  if (result >= 0) return;
  cx.note(() => `answers ${result}`);
  after.take(k, cx.scope);
  const same = after.equals(before);
  cx.check(judged.failedCallLeavesNoTrace, same, kinds.indexOf(step.do), space);
}

/**
 * The first use of a descriptor of which only the file server knows: what mm0 learns of it stays,
 * whatever becomes of the request. Answers 0, or an error.
 */
function learnFile(k: Kernel, cx: Cx, step: Request): number {
  const uses = step.do === 'readFile' || step.do === 'writeFile' || step.do === 'mmap';
  if (!uses || step.fd === BEHIND_TABLE) return 0;
  if (step.do === 'mmap' && step.kind.endsWith('anon')) return 0;
  const table = k.descriptors[k.threads[cx.thread].files as DescriptorsRef];
  return file_open(k, cx, table.fd[cx.scope.fd.at(step.fd)]);
}

function answer(k: Kernel, cx: Cx, step: Request, index: number): number {
  const { scope, thread } = cx;
  const { space } = scope.threads[thread];
  const table = k.descriptors[k.threads[thread].files as DescriptorsRef];
  switch (step.do) {
    case 'open': {
      const slot = freeSlot(cx, table, step.fd);
      const group = scope.groupIndex(step.file);
      if (slot === null) return EMFILE;
      const asked = scope.rules.openCalls === 'mm0-asks';
      return asked ? openAtServer(cx, slot, group) : vfs_receive_sys_open(k, cx, slot, group);
    }
    case 'close': {
      const slot = slotOf(cx, table, step.fd);
      return slot === null ? EBADF : sys_close(k, cx, slot);
    }
    case 'readFile':
    case 'writeFile': {
      const file = fileAt(k, cx, table, step.fd);
      return sys_read_write(k, cx, space, file, step);
    }
    case 'mmap': {
      const anon = step.kind.endsWith('anon');
      const file = anon ? null : fileAt(k, cx, table, step.fd);
      const group = anon || file === null ? scope.groupOfStep[index] : k.files[file].group;
      const used = scope.page.all.map((p) => k.spaces[space].promised[p].kind !== 'nothing');
      const first = sys_mmap(k, cx, space, file, step, scope.groupOfStep[index]);
      if (first < 0) return first;
      if (step.page === 0) {
        const taken = used.findIndex((is, p) => is && p >= first && p < first + step.pages);
        cx.check(judged.chosenAddressIsFree, taken < 0, space, taken);
      }
      const offset = anon ? 0 : step.offset;
      const segment = step.kind === 'shared-anon' && scope.rules.anonShared === 'segment';
      const readOnly = step.readOnly && !segment; // a segment is attached for reading and writing
      promise(k, cx, space, first, step.pages, step.kind, group, offset, readOnly);
      return first;
    }
    case 'fork':
      return sys_fork(k, cx, thread, scope.spaceIndex(step.child));
    case 'clone':
      return sys_clone(k, cx, thread, scope.spaceIndex(step.space), step.files);
    case 'shmget':
      return sys_shmget(k, cx, scope.groupIndex(step.segment), step);
    case 'shmat': {
      const group = scope.groupIndex(step.segment);
      const first = do_shmat(k, cx, space, group, step);
      const { pages } = scope.groups[group];
      if (first >= 0) {
        promise(k, cx, space, first, pages, 'shared-anon', group, 0, step.readOnly);
      }
      return first;
    }
    case 'shmdt': {
      const group = scope.groupIndex(step.segment);
      const segment = findSegment(k, cx, group);
      const address = segment === null ? 0 : k.files[segment].shm_addr;
      const result = sys_shmdt(k, cx, space, address);
      const { pages } = scope.groups[group];
      if (result === 0) forgetPromises(k, cx, space, address, address + pages);
      return result;
    }
    case 'munmap': {
      const result = do_munmap(k, cx, space, step.page, step.pages);
      if (result === 0) forgetPromises(k, cx, space, step.page, step.page + step.pages);
      return result;
    }
    case 'exit':
      return sys_exit(k, cx, thread);
  }
}

/** The file of a descriptor; null if it has none. */
function fileAt(k: Kernel, cx: Cx, table: Table, fd: number): FileRef | null {
  const file = slotOf(cx, table, fd)?.file ?? null;
  if (file !== null && !k.files[file].live) halt('wild', 'the file of a descriptor has been freed');
  return file;
}

/** The slot of a descriptor; null where it has none, and somebody looks. */
function slotOf(cx: Cx, table: Table, fd: number): Slot | null {
  if (fd !== BEHIND_TABLE) return table.fd[cx.scope.fd.at(fd)] as Slot;
  access(cx, 'behind');
  if (cx.scope.rules.fdCheck === 'exact') return null;
  return halt('wild', 'the slot of descriptor 32 is behind the table');
}
