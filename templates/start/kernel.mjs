// @ts-check
// A model of kernel.c, for vmcheck: change it into a model of your kernel.

import { defineSystem, field, frames, goto, lockStatements, Mutex, next } from 'vmcheck';
import { patched, pool, vocabulary } from 'vmcheck';

// 1. What a scenario consists of: the files in scenarios/ are read as this says.
const scenario = { sharers: field.whole(1, 3, 'Processes that share the frame.') };

// 2. The parts of the machine, and the state.
/** @param {import('vmcheck').ScenarioOf<typeof scenario>} scenario */
function scope({ sharers }) {
  const [thread, frame] = [pool('thread', sharers), pool('frame', 1)];
  const memory = frames({ frame, width: 2 });
  return { thread, memory, f: frame.at(0), lock: new Mutex('kmem.lock', thread) };
}
/** @param {Scope} scope */
const state = ({ memory, lock }) => ({ frames: memory.schema, lock: lock.schema });

/** @typedef {ReturnType<typeof scope>} Scope */
/** @typedef {import('vmcheck').StateOf<typeof state>} Kernel */
/** @type {import('vmcheck').Vocabulary<Kernel>} */
const { operation, at, local } = vocabulary();

// 3. The C: a statement for each line that other processes can notice.
/** @param {Scope} scope */
function operations({ memory, lock, f }) {
  const { acquire, release } = lockStatements({ lock, of: (/** @type {Kernel} */ k) => k.lock });
  const kfree = operation({ name: 'kfree', file: 'kernel.c', lines: [21, 33] })([
    acquire(23),
    at(24, 'f->refs--', (k) => (memory.lower(k.frames, f), next)),
    release(25),
    at(26, 'f->refs > 0', (k) => (k.frames[f].count > 0 ? goto(33) : next)),
    acquire(29),
    at([30, 31], 'kmem.freelist = f', (k, _, cx) => {
      cx.check(0, memory.free(k.frames, f)); // the first of the step invariants
      return next;
    }),
    release(32),
    local(33, '}', (_k, _my, cx) => cx.leave()),
  ]);
  return [kfree];
}

export default defineSystem({
  name: 'my-kernel',
  sentence: 'A frame that several processes share: kernel.c.',
  scenario,
  scenarios: new URL('scenarios/', import.meta.url),
  scope,
  state,
  start(k, { thread, memory, f }) {
    memory.take(k.frames, f);
    k.frames[f].count = thread.size;
  },
  threads: ({ thread }) => thread.all.map((t) => ({ name: `P${t}`, program: [{ do: 'kfree' }] })),
  operations,
  // 4. What must hold, and the fix.
  invariants: [
    {
      name: 'no-leak',
      sentence: 'When all processes have let go, the frame is free.',
      asked: 'at the end',
      violation: (k, { f }) => (k.frames[f].used ? 'the frame is never freed' : undefined),
    },
  ],
  stepInvariants: [
    {
      name: 'freed-once',
      sentence: 'A frame that is freed was in use.',
      violation: () => 'the frame is freed, but it is free already',
    },
  ],
  fixes: [
    {
      name: 'test-under-lock',
      sentence: 'kfree tests the count in the critical section that lowers it.',
      patch(written, { memory, f }) {
        const test = at(24, '--f->refs == 0', (k) =>
          memory.lowerAndTest(k.frames, f) ? goto(30) : goto(32),
        );
        return [patched(written.get('kfree'), [test], [25, 26, 29])];
      },
    },
  ],
});
