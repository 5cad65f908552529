// @ts-check
// Four processes map a frame that has an owner, and one of them leaves. A reference count of two
// bits wraps: unless it is tested before it is raised, the frame is freed while it is mapped.
// Expected: raise: violated, 70 states; no-mapped-frame-free, 5 steps
// Expected: test, then raise: holds, 172 states

import { bool, frames, layout, pool, record, ruleModel, sequence, table, upTo } from 'vmcheck';
import { print } from './print.js';

const [process, frame] = [pool('process', 4), pool('frame', 1)];
const [f] = frame.all;
const memory = frames({ frame, width: 2 });
const row = record({ maps: bool, pc: upTo(2) });
const space = layout(record({ frames: memory.schema, processes: table(process, row) }));
/** @typedef {typeof space.view} State @typedef {typeof process.all[0]} Process */
/** @param {State} k @param {number} p */
const pcOf = (k, p) => k.processes[process.at(p)];

/** @typedef {import('vmcheck').SequenceStep<State>} Step */
/** @type {(p: Process, tested: boolean) => Step[]} */
const program = (p, tested) => [
  [
    'get_page',
    (k) => {
      if (tested && k.frames[f].count === memory.counts.most) return; // refused
      memory.raise(k.frames, f);
      k.processes[p].maps = true;
    },
  ],
  [
    'put_page',
    (k) => {
      if (k.processes[p].maps && memory.lowerAndTest(k.frames, f)) memory.free(k.frames, f);
      k.processes[p].maps = false;
    },
  ],
];
/** @param {State} k */
const violation = ({ frames, processes }) =>
  !frames[f].used && process.all.some((p) => processes[p].maps) ? 'it is mapped' : undefined;

/** @param {boolean} tested */
const share = (tested) =>
  ruleModel({
    name: 'share',
    space,
    threads: process.all.map((p) => `P${p}`),
    start: [(k) => void memory.take(k.frames, f)],
    dispatch: (k, p) => pcOf(k, p).pc,
    rules: process.all.flatMap((p) => sequence(p, pcOf, program(p, tested))),
    invariants: [{ name: 'no-mapped-frame-free', violation }],
  });

print('raise', share(false));
print('test, then raise', share(true));
