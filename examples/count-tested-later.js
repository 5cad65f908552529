// @ts-check
// Two processes give up a frame. If the count is lowered in one critical section and tested in
// another, both may find it 0, and the frame is freed twice.
// Expected: lower; test: violated, 38 states; freed-once, 11 steps
// Expected: lower and test: holds, 16 states

import { bool, frames, layout, Mutex, pool, record, ruleModel, sequence, table } from 'vmcheck';
import { upTo } from 'vmcheck';
import { print } from './print.js';

const [thread, frame] = [pool('thread', 2), pool('frame', 1)];
const [f] = frame.all;
const memory = frames({ frame });
const lock = new Mutex('frame_lock', thread);
const fields = { frames: memory.schema, lock: lock.schema, freedTwice: bool };
const space = layout(record({ ...fields, threads: table(thread, record({ pc: upTo(6) })) }));
/** @typedef {typeof space.view} State @typedef {import('vmcheck').SequenceStep<State>} Step */
/** @param {State} k @param {number} t */
const pcOf = (k, t) => k.threads[thread.at(t)];

/** @typedef {{ acquire: Step, lower: Step, test: Step, release: Step }} Steps */
/** @type {(t: typeof thread.all[0]) => Steps} */
const stepsOf = (t) => ({
  acquire: ['spin_lock(frame_lock)', (k) => lock.acquire(k.lock, t)],
  lower: ['frame->count--', (k) => memory.lower(k.frames, f)],
  test: [
    'if (frame->count == 0) free(frame)',
    (k) => void (k.frames[f].count === 0 && !memory.free(k.frames, f) && (k.freedTwice = true)),
  ],
  release: ['spin_unlock(frame_lock)', (k) => lock.release(k.lock, t)],
});

/** @param {(steps: ReturnType<typeof stepsOf>) => Step[]} program */
const put = (program) =>
  ruleModel({
    name: 'put',
    space,
    threads: ['T0', 'T1'],
    start: [(k) => (memory.take(k.frames, f), memory.raise(k.frames, f))],
    dispatch: (k, t) => pcOf(k, t).pc,
    rules: thread.all.flatMap((t) => sequence(t, pcOf, program(stepsOf(t)))),
    invariants: [
      { name: 'freed-once', violation: (k) => (k.freedTwice ? 'the frame is free' : undefined) },
    ],
  });

print(
  'lower; test',
  put((s) => [s.acquire, s.lower, s.release, s.acquire, s.test, s.release]),
);
print(
  'lower and test',
  put((s) => [s.acquire, s.lower, s.test, s.release]),
);
