/**
 * A search with a worker that never returns from a step, ended by its time limit or interrupted;
 * prints the verdict as JSON. Arguments: what ends it, and the number of threads.
 * `lost-workers.test.ts` runs it in a separate process.
 */

import { startSearch } from '../../../src/explore.ts';
import { dying } from '../../models/dying.ts';

const [end, workers] = process.argv.slice(2);
const sign = new Int32Array(new SharedArrayBuffer(8));
const hangs = (): boolean => Atomics.load(sign, 0) === 1;
const args = ['never returns', 500, sign] as const;
const search = startSearch(dying(...args), {
  workers: Number(workers),
  factory: {
    module: new URL('../../models/dying.js', import.meta.url).href,
    name: 'dying',
    args: [...args],
  },
  timeLimit: 1,
  // The time is up once the worker hangs.
  now: () => (end === 'time' && hangs() ? 1001 : 0),
});
while (!search.advance(1_000_000)) if (end === 'interrupted' && hangs()) search.interrupt();
const { outcome, limit } = search.verdict();
console.log(JSON.stringify({ hung: hangs(), outcome, limit }));
