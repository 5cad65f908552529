/** `vmcheck explore --keep-going`: every scenario, every distinct violation. */

import { expect, test } from 'vitest';
import { vmcheck } from './terminal.ts';

test('keep-going explores all scenarios and ends with the distinct violations', async () => {
  const ended = await vmcheck(['explore', '--keep-going']);
  expect(ended.code).toBe(1);
  expect(ended.stdout).toMatchInlineSnapshot(`
    "refcount r1 as written · two: 1 frame, 2 processes · plain
      violated  2 distinct violations, shortest 6 steps · 26 states, 36 transitions, depth 6, 0.00 s
    refcount r1 as written · one: 1 frame, 1 process · plain
      holds     4 states, 3 transitions, depth 3, 0.00 s

    2 distinct violations in 2 scenarios · 0.00 s

      invariant       at                     steps  scenario
      no-double-free  toy.c:14  free(frame)      6  two
      no-lost-frame   toy.c:14  free(frame)      6  two

      reached 3 of 4 statements
      never started  frame_share

    save them with: vmcheck explore --keep-going --save counterexamples
    "
  `);
  const all = await vmcheck(['explore', '--keep-going', '--scenario', 'all']);
  expect(all.stdout.split('\n\n')[0]).toBe(ended.stdout.split('\n\n')[0]);
});

test('keep-going in one scenario prints a table and each trace', async () => {
  const ended = await vmcheck(['explore', '--keep-going', '--scenario', 'two']);
  expect(ended.code).toBe(1);
  expect(ended.stdout).toMatchInlineSnapshot(`
    "refcount r1 as written · two: 1 frame, 2 processes · plain
    violated  2 distinct violations · 26 states, 36 transitions, depth 6, 0.00 s

      invariant       at                     steps
      no-double-free  toy.c:14  free(frame)      6
      no-lost-frame   toy.c:14  free(frame)      6

    1. no-double-free   6 steps (no shorter trace exists)

      the frame is freed a second time

       1  P2  toy.c:10  n = refs       P2.n        0 → 2
                                       → frame_release()
       2  P2  toy.c:11  refs = n - 1   frame.refs  2 → 1
                                       P2.n        2 → 0
       3  P1  toy.c:10  n = refs       P1.n        0 → 1
                                       → frame_release()
       4  P1  toy.c:11  refs = n - 1   frame.refs  1 → 0
                                       P1.n        1 → 0
       5  P1  toy.c:14  free(frame)    frame.free  0 → 1
                                       ← return 0
       6  P2  toy.c:14  free(frame)    ← return 0

    2. no-lost-frame   6 steps (no shorter trace exists)

      the frame is counted 1 times, but nobody uses it

       1  P1  toy.c:10  n = refs       P1.n        0 → 2
                                       → frame_release()
       2  P2  toy.c:10  n = refs       P2.n        0 → 2
                                       → frame_release()
       3  P2  toy.c:11  refs = n - 1   frame.refs  2 → 1
                                       P2.n        2 → 0
       4  P2  toy.c:14  free(frame)    ← return 0
       5  P1  toy.c:11  refs = n - 1   P1.n        2 → 0
       6  P1  toy.c:14  free(frame)    ← return 0

      reached 3 of 4 statements
      never started  frame_share

    save them with: vmcheck explore --keep-going --scenario two --save counterexamples
    "
  `);
});
