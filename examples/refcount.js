// @ts-check
// A lost update: two threads run frame_release() of refcount.c on a frame that both refer to.
// Expected: violated, 12 states
// Expected: no-lost-reference, 4 steps: both threads have left, and refs is 1

import { callStack, explore, layout, Machine, next, pool, record } from 'vmcheck';
import { startFrame, table, traceLines, upTo, vocabulary } from 'vmcheck';

/** @type {import('vmcheck').Vocabulary<{ refs: number }, object>} */
const { operation, at } = vocabulary();

// A C function is a table of statements: line, some text of that line, what the line does.
const header = { name: 'frame_release', file: 'refcount.c' };
const release = operation({ ...header, lines: [9, 14], locals: () => ({ n: upTo(2) }) })([
  at(12, 'n = frame->refs', (k, my) => ((my.n = k.refs), next)),
  at(13, 'frame->refs = n - 1', (k, my, cx) => ((k.refs = my.n - 1), cx.leave())),
]);

const thread = pool('thread', 2);
const threads = table(thread, record({ stack: callStack([release], {}, 1) }));
const started = { stack: [startFrame(release, {})] };
const model = new Machine({
  scope: {},
  operations: [release],
  threads: ['T0', 'T1'],
  layout: layout(record({ refs: upTo(2), threads })),
  stackOf: (k, t) => k.threads[thread.at(t)].stack,
  start: [{ refs: 2, threads: thread.all.map(() => started) }],
  stateInvariants: (k) => {
    const applies = () => thread.all.every((t) => k.threads[t].stack.length === 0);
    const violation = () =>
      applies() && k.refs > 0 ? `both threads have left, and refs is ${k.refs}` : undefined;
    return [{ name: 'no-lost-reference', applies, violation }];
  },
});

const { outcome, states, violations } = explore(model);
console.log(`${outcome}, ${states} states`);
for (const { invariant, sentence, trace } of violations) {
  console.log(`${invariant}, ${trace.length} steps: ${sentence}`);
  console.log(traceLines(model, trace).join('\n'));
}
