import { expect, test } from 'vitest';

import { vmcheck } from './terminal.ts';

test('a system is listed with all that has a name', async () => {
  const listed = await vmcheck(['list', 'refcount']);
  expect(listed.code).toBe(0);
  expect(listed.stdout).toMatchInlineSnapshot(`
    "refcount  Reference counts r1
      Processes let go of a shared frame.

      scenarios (* by default)
        two *  Can two processes lose count of a frame?
        one    Does one process give its frame back?

      operations
        frame_release  toy.c:9-16  Lets go of a frame.
        frame_share    toy.c:29-31  Shares a frame.

      invariants
        no-lost-frame   A frame that nobody uses is free. (frames; all have finished)
        no-double-free  Only a used frame is freed. (frames; a frame is freed)
        deadlock-free   some thread can take a step, or all have finished (search; in every state)

      fixes
        lock-refs  Takes a lock around the count.
        free-once  Frees a frame only if it is used.

      hardware (* by default)
        plain *  Locks work.
        sticky   Locks are never released.

      options
        allocator=eager  Does it free at once? (eager, lazy)
    "
  `);
});

test('without a name all systems are listed', async () => {
  const { stdout } = await vmcheck(['list']);
  expect(stdout).toMatch(/^refcount {2}Reference counts r1$/m);
  expect(stdout).toMatch(/^counters {2}Counters r1$/m);
});

test('JSON lists the same', async () => {
  const { systems } = JSON.parse((await vmcheck(['list', '--format', 'json'])).stdout);
  expect(systems.map((system: { name: string }) => system.name)).toEqual(['refcount', 'counters']);
  expect(systems[0].options[0]).toMatchObject({ name: 'allocator', default: 'eager' });
});

test('a narrow terminal keeps to its columns', async () => {
  const { stdout } = await vmcheck(['list'], { columns: 50 });
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(50);
});
