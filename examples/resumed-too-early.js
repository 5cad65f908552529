// @ts-check
// A pager answers a fault of a user program with a copy of a page. If it maps the frame and resumes
// the program before the copy is made, the program reads what the frame held before.
// Expected: resume, then copy: violated, 7 states; reads-the-copy, 5 steps
// Expected: copy, then resume: holds, 7 states

import { bool, frames, layout, pageTable, pool, record, ruleModel, sequence, table } from 'vmcheck';
import { upTo } from 'vmcheck';
import { print } from './print.js';

const [thread, page, frame] = [pool('thread', 2), pool('page', 1), pool('frame', 2)];
const [[user, pager], [p], [source, copy]] = [thread.all, page.all, frame.all];
const [memory, pages] = [frames({ frame, tokens: 2 }), pageTable({ page, frame })];
const flags = { faulted: bool, resumed: bool, readStale: bool };
const fields = { frames: memory.schema, ptes: pages.schema, ...flags };
const space = layout(record({ ...fields, threads: table(thread, record({ pc: upTo(4) })) }));
/** @typedef {typeof space.view} State @typedef {import('vmcheck').SequenceStep<State>} Step */
/** @param {State} k @param {number} t */
const pcOf = (k, t) => k.threads[thread.at(t)];

/** @type {Step[]} */
const program = [
  ['page fault', (k) => void (k.faulted = true)],
  ['read', (k) => k.resumed && (k.frames[copy].content !== 1 && (k.readStale = true), true)],
];
/** @type {Step} */
const receive = ['receive', (k) => k.faulted];
/** @type {Step} */
const map = ['map', (k) => pages.map(k.ptes, p, copy, true)];
/** @type {Step} */
const resume = ['resume', (k) => void (k.resumed = true)];
/** @type {Step} */
const fill = ['copy', (k) => void (k.frames[copy].content = k.frames[source].content)];

/** @param {Step[]} steps */
const serve = (steps) =>
  ruleModel({
    name: 'pager',
    space,
    threads: ['user', 'pager'],
    start: [(k) => (memory.take(k.frames, source), void (k.frames[source].content = 1))],
    dispatch: (k, t) => pcOf(k, t).pc,
    rules: [...sequence(user, pcOf, program), ...sequence(pager, pcOf, [receive, ...steps])],
    invariants: [
      { name: 'reads-the-copy', violation: (k) => (k.readStale ? 'old content' : undefined) },
    ],
  });

print('resume, then copy', serve([map, resume, fill]));
print('copy, then resume', serve([fill, map, resume]));
