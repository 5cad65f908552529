// @ts-check
// A spin lock as guarded rules. If testing the lock and setting it are two steps, two threads can
// hold it at once; an atomic exchange does both in one step.
// Expected: test, then set: violated, 23 states; mutual-exclusion, 4 steps
// Expected: atomic exchange: holds, 4 states

import { bool, layout, oneOf, pool, record, ruleModel, table } from 'vmcheck';
import { print } from './print.js';

const thread = pool('thread', 3);
const pc = oneOf('outside', 'saw it free', 'inside');
const space = layout(record({ locked: bool, threads: table(thread, record({ pc })) }));

/** @typedef {typeof space.view} State @typedef {typeof thread.all[0]} Thread */
/** @typedef {import('vmcheck').Rule<State>} Rule */

/** Guard and effect are one function: false if the thread must wait. @type {(t: Thread) => Rule} */
const test = (t) => ({
  name: 'while (lock)',
  thread: t,
  run(k) {
    if (k.threads[t].pc !== 'outside' || k.locked) return false;
    k.threads[t].pc = 'saw it free';
    return true;
  },
});

/** @type {(t: Thread) => Rule} */
const set = (t) => ({
  name: 'lock = 1',
  thread: t,
  run(k) {
    if (k.threads[t].pc !== 'saw it free') return false;
    k.threads[t].pc = 'inside';
    k.locked = true;
    return true;
  },
});

/** @type {(t: Thread) => Rule} */
const exchange = (t) => ({
  name: 'while (exchange(&lock, 1))',
  thread: t,
  run(k) {
    if (k.threads[t].pc !== 'outside' || k.locked) return false;
    k.threads[t].pc = 'inside';
    k.locked = true;
    return true;
  },
});

/** @type {(t: Thread) => Rule} */
const unlock = (t) => ({
  name: 'lock = 0',
  thread: t,
  run(k) {
    if (k.threads[t].pc !== 'inside') return false;
    k.threads[t].pc = 'outside';
    k.locked = false;
    return true;
  },
});

/** @param {((t: Thread) => Rule)[]} rules */
const lockOf = (rules) =>
  ruleModel({
    name: 'lock',
    space,
    threads: thread.all.map((t) => `T${t}`),
    start: [() => {}], // every field is 0: unlocked, all threads outside
    rules: thread.all.flatMap((t) => rules.map((rule) => rule(t))),
    invariants: [
      {
        name: 'mutual-exclusion',
        violation(k) {
          const inside = thread.all.filter((t) => k.threads[t].pc === 'inside');
          return inside.length > 1 ? `T${inside.join(' and T')} are inside` : undefined;
        },
      },
    ],
    finished: () => false, // threads come back for ever: a state without a step is a deadlock
  });

print('test, then set', lockOf([test, set, unlock]));
print('atomic exchange', lockOf([exchange, unlock]));
