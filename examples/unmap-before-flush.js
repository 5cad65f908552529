// @ts-check
// munmap() on one CPU while another one reads the page. If the frame is freed before every TLB has
// dropped its translation, the other CPU reads whatever the frame is used for next.
// Expected: free, then flush: violated, 9 states; no-free-frame-reached, 3 steps
// Expected: flush, then free: holds, 17 states

import { flushRules, frames, layout, pageTable, pool, record, remembersFreeFrame } from 'vmcheck';
import { ruleModel, sequence, table, tlbs, upTo } from 'vmcheck';
import { print } from './print.js';
const [cpu, page, frame] = [pool('cpu', 2), pool('page', 1), pool('frame', 1)];
const [[owner, other], [p], [f]] = [cpu.all, page.all, frame.all];
const [memory, pages] = [frames({ frame }), pageTable({ page, frame })];
const mmus = tlbs({ cpu, pages });
const machine = { frames: memory.schema, ptes: pages.schema, cpus: mmus.schema };
const space = layout(record({ ...machine, threads: table(cpu, record({ pc: upTo(5) })) }));
/** @typedef {typeof space.view} State @typedef {import('vmcheck').SequenceStep<State>} Step */
/** @param {State} k @param {number} thread */
const pcOf = (k, thread) => k.threads[cpu.at(thread)];

/** @type {Step[]} */
const [clear, free, read] = [
  ['pte_clear', (k) => void pages.unmap(k.ptes, p)],
  ['free_page', (k) => memory.free(k.frames, f)],
  ['read', (k) => void mmus.access(k.cpus, other, k.ptes, p, 'read')],
];
/** @type {Step[]} */
const flush = [
  ['flush_tlb_page', (k) => mmus.flushPage(k.cpus, owner, p)],
  ['send_ipi', (k) => mmus.ask(k.cpus, owner, p)],
  ['wait for answers', (k) => mmus.isAnswered(k.cpus, owner)],
];
/** @param {State} k */
const violation = (k) => remembersFreeFrame(mmus, k.cpus, memory, k.frames);

/** @param {Step[]} steps */
const unmap = (steps) =>
  ruleModel({
    name: 'unmap',
    space,
    threads: ['CPU 0', 'CPU 1'],
    start: [(k) => (memory.take(k.frames, f), pages.map(k.ptes, p, f, true))],
    dispatch: (k, thread) => pcOf(k, thread).pc,
    rules: [...sequence(owner, pcOf, [clear, ...steps]), ...sequence(other, pcOf, [read])].concat(
      flushRules({ tlbs: mmus, cpus: (/** @type {State} */ k) => k.cpus }),
    ),
    invariants: [{ name: 'no-free-frame-reached', violation }],
  });

print('free, then flush', unmap([free, ...flush]));
print('flush, then free', unmap([...flush, free]));
