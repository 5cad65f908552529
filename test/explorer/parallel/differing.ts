/**
 * A search whose factory builds a different model in a worker; prints the difference as JSON.
 * `lost-workers.test.ts` runs it in a separate process.
 */

import { ModelError } from '../../../src/errors.ts';
import { explore } from '../../../src/explore.ts';
import { type Difference, differing } from '../../models/differing.ts';

const [difference] = process.argv.slice(2) as [Difference];
const sign = new Int32Array(new SharedArrayBuffer(4));
const args = [difference, sign] as const;
const module = new URL('../../models/differing.js', import.meta.url).href;
const losses: string[] = [];
try {
  const { outcome, states } = explore(differing(...args), {
    workers: 2,
    factory: { module, name: 'differing', args },
    onWorkerLost: (why) => losses.push(why),
  });
  console.log(JSON.stringify({ outcome, states, losses }));
} catch (error) {
  if (!(error instanceof ModelError)) throw error;
  console.log(JSON.stringify({ error: error.message, trace: error.trace, losses }));
}
