/**
 * A search whose workers are lost; prints the result as JSON. Arguments: how they end, after how
 * many states, and the number of threads. `lost-workers.test.ts` runs it in a separate process.
 */

import { explore } from '../../../src/explore.ts';
import { type Death, dying } from '../../models/dying.ts';

const [death, after, workers] = process.argv.slice(2);
const sign = new Int32Array(new SharedArrayBuffer(8));
const args = [death, Number(after), sign] as [Death, number, Int32Array];
const module = new URL('../../models/dying.js', import.meta.url).href;
const losses: string[] = [];
try {
  const { bytes: _, ...verdict } = explore(dying(...args), {
    workers: Number(workers),
    factory: { module, name: 'dying', args },
    workerHeap: 2 ** 26,
    onWorkerLost: (why) => losses.push(why),
  });
  console.log(JSON.stringify({ died: sign[0] === 1, held: sign[1], losses, verdict }));
} catch (error) {
  const { name, message } = error as Error;
  console.log(JSON.stringify({ died: sign[0] === 1, losses, failed: `${name}: ${message}` }));
}
