/**
 * Adaptive yield points lose nothing: programs by chance, and what would be missed without care.
 */

import { expect } from 'vitest';
import { long } from '../extent.ts';
import { searched, withClang } from './clang.ts';
import { generated, handmade } from './generated.ts';

const BATCH = 20;
/** The first batches are quick, the others are of the long run. */
const [from, programs] = long ? [2 * BATCH, 20 * BATCH] : [0, 2 * BATCH];

withClang(
  'adaptive and every access agree on every verdict, and adaptive never has more states',
  { timeout: 900_000 },
  async () => {
    let violated = 0;
    let fewer = 0;
    for (let first = from; first < from + programs; first += BATCH) {
      const { system, remove } = generated(first, BATCH);
      try {
        for (const { name: scenario } of system.scenarios) {
          const told = async (grain: string) => {
            const asked = { scenario, options: { yield: grain } };
            const { verdict } = await searched(system, asked, {
              keepGoing: true,
              maxStates: 200_000,
            });
            const broken = [
              ...new Set(verdict.violations.map(({ invariant }) => invariant)),
            ].sort();
            return { scenario, outcome: verdict.outcome, broken, states: verdict.states };
          };
          const { states, ...every } = await told('access');
          const { states: adaptiveStates, ...adaptive } = await told('adaptive');
          expect(adaptive).toEqual(every);
          expect(adaptiveStates, scenario).toBeLessThanOrEqual(states);
          if (every.outcome === 'violated') violated++;
          if (adaptiveStates < states) fewer++;
        }
      } finally {
        remove();
      }
    }
    // The programs are worth the while: some are wrong, some are not, and most are made smaller.
    expect(violated).toBeGreaterThan(programs / 10);
    expect(violated).toBeLessThan(programs);
    expect(fewer).toBeGreaterThan(programs / 2);
  },
);

withClang(
  'a conflict that no first segments have is found: a read between two atomic operations',
  async () => {
    const source = `
    int x, y, seen;
    void a(void) { if (__sync_fetch_and_add(&y, 1) == 0) { if (x) seen = 1; } else x = 1; }
  `;
    const environment = 'extern int x, y, seen; int unseen(void) { return !seen; }';
    const { system, remove } = handmade(source, environment, ['a', 'a'], ['unseen']);
    try {
      for (const grain of ['access', 'adaptive']) {
        const { verdict } = await searched(system, { options: { yield: grain } });
        expect(
          verdict.violations.map(({ invariant }) => invariant),
          grain,
        ).toEqual(['unseen']);
      }
    } finally {
      remove();
    }
  },
);
