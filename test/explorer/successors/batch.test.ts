import { expect, test } from 'vitest';
import { Batch, sharedWords } from '../../../src/explorer/successors/batch.ts';

test('a thread reads from a shared batch all that another has written down', () => {
  const room = { successors: 4, entries: 8 };
  const buffer = new SharedArrayBuffer(4 * sharedWords(2, room));
  const [written, read] = [0, 1].map(() => new Batch(2, true, { buffer, offset: 0, ...room }));
  written.add(Int32Array.of(7, 8), 3, 1, 2, 0, 0b10);
  written.add(Int32Array.of(9, 8), 4, 0, 1, 5, 0);
  written.unseen[0] = 1;
  Object.assign(written, { transitions: 6, first: 3, end: 5, checked: 0b110, unseenCount: 1 });
  written.lookedUp = true;
  written.deadlocked.push(4, 3);
  written.newCoverage.push(11, 12, 13);
  written.publish();
  read.receive();
  const { shared: _, ...all } = { ...written } as unknown as Record<string, unknown>;
  expect(read).toMatchObject(all);
  expect(read.violated).toBe(0b10);
});
