/** How a memory limit is divided between states and threads. */

import { expect, test } from 'vitest';

import { planMemory } from '../../src/core/memory.ts';
import { counters } from '../models/counters.ts';

const overhead = { model: counters(2, 2), recording: false, spilling: false };
const host = { memoryInUse: () => 0, addressSpace: () => Infinity };
const mega = 2 ** 20;

test.each([
  [4096, 256],
  [200, 200],
  [8, 64],
])('a limit of %d MB allows a worker a heap of %d MB', (limit, heap) => {
  expect(planMemory(2, limit * mega, host, overhead).workerHeap).toBe(heap * mega);
});
