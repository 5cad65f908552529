// @ts-check
// A copy-on-write kernel, built up in docs/your-kernel.md: fork, page fault and exit (vm.c) on
// frames with reference counts (kalloc.c). Each process runs on a CPU of its own.

import { defineSystem, field, firstOf, frames, goto, holdsOther, lockStatements } from 'vmcheck';
import { mapsFreeFrame, miscounts, mmu, Mutex, next, oneOf, optional, pageTable } from 'vmcheck';
import { patched, pool, record, ref, sumOf, table, upTo, vocabulary } from 'vmcheck';

// 1. What a scenario consists of.
const store = { page: field.whole(0, 1, 'Where.'), value: field.whole(1, 3, 'What.') };
const command = field.command({ write: store, fork: {}, exit: {} }, 'A store, or a system call.');
const program = field.list(command, [1, 8], 'What it does, one after the other.');
const process = field.object({ name: field.text('Its name.'), program }, 'A process.');
const scenario = {
  frames: field.whole(1, 6, 'Frames of memory.'),
  pages: field.whole(1, 2, 'Pages of each process.'),
  processes: field.list(process, [1, 3], 'The first one runs; fork starts the others.'),
};

// 2. The parts of the machine, and the state.
/** @param {import('vmcheck').ScenarioOf<typeof scenario>} scenario */
function scope({ frames: count, pages: size, processes }) {
  const thread = pool('thread', processes.length);
  const [frame, page] = [pool('frame', count), pool('page', size)];
  const memory = frames({ frame, width: 2, tokens: 4 });
  const pages = pageTable({ page, frame, cow: true });
  return { processes, thread, frame, page, memory, pages, lock: new Mutex('kmem.lock', thread) };
}
/** @param {Scope} scope */
const state = ({ thread, page, memory, pages, lock }) => ({
  lock: lock.schema,
  frames: memory.schema,
  pt: table(thread, pages.schema),
  stored: table(thread, table(page, record({ value: upTo(3) }))), // what a page has to hold
  procs: table(thread, record({ state: oneOf('UNUSED', 'USED', 'RUNNABLE', 'ZOMBIE') })),
});
/** @typedef {ReturnType<typeof scope>} Scope @typedef {Scope['frame']['all'][0]} Frame */
/** @typedef {import('vmcheck').StateOf<typeof state>} Kernel */
/** @type {import('vmcheck').Vocabulary<Kernel>} */
const { operation, at, local, calls } = vocabulary();

// 3. The C: a statement for each line that other CPUs can notice.
/** @param {Scope} scope */
function operations({ thread, frame, page, memory, pages, lock }) {
  const { acquire, release } = lockStatements({ lock, of: (/** @type {Kernel} */ k) => k.lock });
  /** @param {number} line @param {string} token @param {number} [result] */
  const returns = (line, token, result) => local(line, token, (_k, _my, cx) => cx.leave(result));

  const [r, pa] = [{ r: optional(frame) }, { pa: ref(frame) }];
  const kalloc = operation({ name: 'kalloc', file: 'kalloc.c', lines: [20, 32], locals: r })([
    acquire(24),
    at([25, 29], 'r = kmem.freelist', (k, my) => ((my.r = memory.allocate(k.frames)), next)),
    release(30),
    local(31, 'return r', (_, my, cx) => cx.leave(my.r)),
  ]);
  const kdup = operation({ name: 'kdup', file: 'kalloc.c', lines: [36, 41], locals: pa })([
    acquire(38),
    at(39, 'kmem.refs[FRAME(pa)]++', (k, my) => (memory.raise(k.frames, my.pa), next)),
    release(40),
    returns(41, '}'),
  ]);
  const krefs = operation({ name: 'krefs', file: 'kalloc.c', lines: [44, 47], locals: pa })([
    at(46, 'kmem.refs[FRAME(pa)]', (k, my, cx) => cx.leave(k.frames[my.pa].count)),
  ]);
  const kfree = operation({ name: 'kfree', file: 'kalloc.c', lines: [51, 65], locals: pa })([
    acquire(55),
    at(56, 'kmem.refs[FRAME(pa)]--', (k, my) => (memory.lower(k.frames, my.pa), next)),
    release(57),
    at(58, 'kmem.refs[FRAME(pa)] > 0', (k, my) => (k.frames[my.pa].count > 0 ? goto(65) : next)),
    acquire(61),
    at([62, 63], 'kmem.freelist = r', (k, my, cx) => {
      cx.check(0, memory.free(k.frames, my.pa), my.pa); // freed-once
      return next;
    }),
    release(64),
    returns(65, '}'),
  ]);

  const locals = { i: ref(page), np: ref(thread), pa: ref(frame), mem: ref(frame) };
  /** The end of a loop over the pages. @param {number} line @param {number} body */
  const nextPage = (line, body) =>
    local(line, '}', (_, /** @type {{ i: typeof page.all[0] }} */ my) =>
      my.i + 1 === page.size ? next : ((my.i = page.at(my.i + 1)), goto(body)),
    );
  const fork = operation({ name: 'fork', file: 'vm.c', lines: [7, 20], locals })([
    at(9, 'allocproc()', (k, my, cx) => {
      const np = thread.all.find((t) => k.procs[t].state === 'UNUSED');
      if (np === undefined) return cx.leave(-1);
      k.procs[np].state = 'USED';
      my.np = np;
      return next;
    }),
    at(14, '| PTE_COW', (k, my, cx) => (pages.protect(k.pt[cx.thread], my.i, true), next)),
    at(15, 'PA(p->pt[i])', (k, my, cx) => ((my.pa = pages.frameAt(k.pt[cx.thread], my.i)), next)),
    calls(15.1, 'kdup(PA(p->pt[i]))', kdup, { pa: 'pa' }),
    at(16, 'np->pt[i] = p->pt[i]', (k, my, cx) => {
      pages.copy(k.pt[cx.thread], k.pt[my.np], my.i);
      k.stored[my.np][my.i].value = k.stored[cx.thread][my.i].value;
      return next;
    }),
    nextPage(17, 14),
    at(18, 'np->state = RUNNABLE', (k, my) => ((k.procs[my.np].state = 'RUNNABLE'), next)),
    returns(19, 'return 0', 0),
  ]);
  const cowfault = operation({ name: 'cowfault', file: 'vm.c', lines: [24, 40], locals })([
    at(26, 'PA(p->pt[i])', (k, my, cx) => ((my.pa = pages.frameAt(k.pt[cx.thread], my.i)), next)),
    calls(29, 'krefs(pa) == 1', krefs, { pa: 'pa' }, (_k, _my, n) => (n === 1 ? next : goto(33))),
    at(30, '|= PTE_W', (k, my, cx) => (pages.map(k.pt[cx.thread], my.i, my.pa, true), next)),
    returns(31, 'return 0', 0),
    calls(33, 'kalloc()', kalloc, {}, (_, my, mem, cx) =>
      mem === null ? cx.leave(-1) : ((my.mem = frame.at(mem)), next),
    ),
    at(36, 'memmove', (k, my) => ((k.frames[my.mem].content = k.frames[my.pa].content), next)),
    at(37, 'PTE(mem)', (k, my, cx) => (pages.map(k.pt[cx.thread], my.i, my.mem, true), next)),
    calls(38, 'kfree(pa)', kfree, { pa: 'pa' }),
    returns(39, 'return 0', 0),
  ]);
  const exit = operation({ name: 'exit', file: 'vm.c', lines: [43, 52], locals })([
    at(46, 'PA(p->pt[i])', (k, my, cx) => ((my.pa = pages.frameAt(k.pt[cx.thread], my.i)), next)),
    at(48, 'p->pt[i] = 0', (k, my, cx) => (pages.unmap(k.pt[cx.thread], my.i), next)),
    calls(49, 'kfree(pa)', kfree, { pa: 'pa' }),
    nextPage(50, 46),
    at(51, 'p->state = ZOMBIE', (k, _, cx) => ((k.procs[cx.thread].state = 'ZOMBIE'), next)),
    returns(52, '}'),
  ]);
  // A user program stores to memory; where the MMU refuses, the kernel is asked.
  const write = operation({ name: 'write', locals: { page: ref(page), value: upTo(3) } })([
    at(0.1, 'store', (k, my, cx) => {
      if (mmu(k.pt[cx.thread][my.page], 'write') === 'copy on write') return next;
      k.frames[pages.frameAt(k.pt[cx.thread], my.page)].content = my.value;
      k.stored[cx.thread][my.page].value = my.value;
      return cx.leave();
    }),
    calls(0.2, 'fault', cowfault, { i: 'page' }, (_k, _my, error) => (error ? next : goto(0.1))),
    calls(0.3, 'kill', exit, {}, (_k, _my, _result, cx) => cx.leave()),
  ]);
  return [kalloc, kdup, krefs, kfree, fork, cowfault, exit, write];
}

export default defineSystem({
  name: 'cow-kernel',
  sentence: 'A copy-on-write kernel as it is taught: kalloc.c with reference counts, and vm.c.',
  scenario,
  scope,
  state,
  operations,
  scenarios: new URL('scenarios/', import.meta.url),
  start(k, { thread, page, frame, memory, pages }) {
    k.procs[thread.at(0)].state = 'RUNNABLE';
    for (const i of page.all) {
      memory.take(k.frames, frame.at(i));
      pages.map(k.pt[thread.at(0)], i, frame.at(i), true);
    }
  },
  threads: ({ processes }) => processes,
  ready: (k, thread) => k.procs[thread].state === 'RUNNABLE',
  // 4. What must hold, and the fix.
  invariants: [
    {
      name: 'no-use-after-free',
      sentence: 'No page table maps a free frame.',
      violation: (k, { thread, pages }) =>
        firstOf(thread, (t) => mapsFreeFrame(pages, k.pt[t], k.frames)),
    },
    {
      name: 'counts-agree',
      sentence: 'While no process is in the kernel, the count of a frame is that of its mappings.',
      asked: 'at rest',
      violation: (k, { thread, memory, pages }) =>
        miscounts(memory, k.frames, (f) => sumOf(thread, (t) => pages.mappingsOf(k.pt[t], f))),
    },
    {
      name: 'copies-isolated',
      sentence: 'A page holds what its process stored there, or the parent before the fork.',
      violation: (k, { thread, pages }) =>
        firstOf(thread, (t) => holdsOther(pages, k.pt[t], k.frames, (i) => k.stored[t][i].value)),
    },
    {
      name: 'no-leak',
      sentence: 'In the end all frames are free.',
      asked: 'at the end',
      violation: (k, { frame, memory }) =>
        memory.countFree(k.frames) < frame.size ? 'a frame is never freed' : undefined,
    },
  ],
  stepInvariants: [
    {
      name: 'freed-once',
      sentence: 'A frame that is freed was in use.',
      violation: (_, frame) => `frame ${frame} is freed, but it is free already`,
    },
  ],
  fixes: [
    {
      name: 'test-under-lock',
      sentence: 'kfree tests the count in the critical section that lowers it.',
      patch: (written, { memory }) => {
        const test = at(56, '--kmem.refs[FRAME(pa)] == 0', (k, /** @type {{ pa: Frame }} */ my) =>
          goto(memory.lowerAndTest(k.frames, my.pa) ? 62 : 64),
        );
        return [patched(written.get('kfree'), [test], [57, 58, 61])];
      },
    },
  ],
});
