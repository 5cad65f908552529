// @ts-check
// Copy-on-write on one CPU while a thread of the same process reads the page on another. If the
// writer goes on before the other TLB is flushed, the reader still sees the old frame.
// Expected: write, then flush: violated, 21 states; reads-the-last-write, 5 steps
// Expected: flush, then write: holds, 31 states

import { bool, flushRules, frames, layout, pageTable, pool, record, ruleModel } from 'vmcheck';
import { sequence, table, tlbs, upTo } from 'vmcheck';
import { print } from './print.js';

const [cpu, page, frame] = [pool('cpu', 2), pool('page', 1), pool('frame', 2)];
const [[writer, reader], [p], [shared, copy]] = [cpu.all, page.all, frame.all];
const [memory, pages] = [frames({ frame, tokens: 2 }), pageTable({ page, frame, cow: true })];
const mmus = tlbs({ cpu, pages });
const machine = { frames: memory.schema, ptes: pages.schema, cpus: mmus.schema };
const threads = table(cpu, record({ pc: upTo(6) }));
const space = layout(record({ ...machine, threads, written: bool, stale: bool }));
/** @typedef {typeof space.view} State @typedef {import('vmcheck').SequenceStep<State>} Step */
/** @param {State} k @param {number} t */
const pcOf = (k, t) => k.threads[cpu.at(t)];

/** @type {Step[]} */
const [copyPage, setPte, flush, wait, write] = [
  ['copy_page', (k) => void (k.frames[copy].content = k.frames[shared].content)],
  ['set_pte', (k) => pages.map(k.ptes, p, copy, true)],
  ['flush_tlb_page', (k) => (mmus.flushPage(k.cpus, writer, p), mmus.ask(k.cpus, writer, p))],
  ['wait for answers', (k) => mmus.isAnswered(k.cpus, writer)],
  ['write', (k) => void ((k.frames[copy].content = 1), (k.written = true))],
];
/** @param {State} k */
const read = (k) => {
  const seen = mmus.access(k.cpus, reader, k.ptes, p, 'read');
  if (k.written && seen !== copy) k.stale = true;
};

/** @param {State} k */
const violation = (k) => (k.stale ? 'it reads the old frame' : undefined);

/** @param {Step[]} steps */
const cow = (steps) =>
  ruleModel({
    name: 'cow',
    space,
    threads: ['writer', 'reader'],
    start: [(k) => (memory.take(k.frames, shared), pages.map(k.ptes, p, shared, false, true))],
    dispatch: (k, t) => pcOf(k, t).pc,
    rules: [
      ...sequence(writer, pcOf, [copyPage, setPte, ...steps]),
      ...sequence(reader, pcOf, [
        ['read', read],
        ['read again', read],
      ]),
      ...flushRules({ tlbs: mmus, cpus: (/** @type {State} */ k) => k.cpus }),
    ],
    invariants: [{ name: 'reads-the-last-write', violation }],
  });

print('write, then flush', cow([write, flush, wait]));
print('flush, then write', cow([flush, wait, write]));
