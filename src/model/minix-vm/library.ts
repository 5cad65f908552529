/** The scenarios that come with the model, the default first. Bounds are here and nowhere else. */

import { parseScenario } from './scenario.ts';
import type { MinixScenario } from './scenario.ts';

const given: readonly object[] = [
  {
    name: 'two-map-writable',
    purpose: 'Two processes share one page by safemap, write it, and unmap it again.',
    frames: 4,
    pages: 1,
    processes: [
      { name: 'S', region: {} },
      { name: 'D', region: {} },
    ],
    limit: 5,
    actions: [
      { do: 'write', process: 'S', page: 0, value: 1, times: 5 },
      { do: 'write', process: 'D', page: 0, value: 2, times: 5 },
      { do: 'safemap', from: 'S', to: 'D', flag: 1, times: 5 },
      { do: 'safeunmap', process: 'D', times: 5 },
    ],
  },
];

export const scenarios: readonly MinixScenario[] = given.map(parseScenario);
