/** A search survives the loss of a worker and ends with the same verdict. */

import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import * as jobs from '../../../src/explorer/parallel/jobs.ts';
import { explore } from '../../../src/explore.ts';
import { programOf } from '../../cli/child.ts';
import { type Difference, differences } from '../../models/differing.ts';
import type { Death } from '../../models/dying.ts';
import { counters } from '../../models/counters.ts';

const entry = programOf('test/explorer/parallel/losses.ts');
const hanging = programOf('test/explorer/parallel/hanging.ts');
const differing = programOf('test/explorer/parallel/differing.ts');

interface Told {
  readonly died: boolean;
  /** Megabytes that a worker held which ran out of memory. */
  readonly held: number;
  readonly losses: readonly string[];
  readonly verdict?: object;
  readonly failed?: string;
}

async function searched(...words: readonly (string | number)[]): Promise<Told> {
  return JSON.parse(await outputOf(entry, ...words)) as Told;
}

async function outputOf(program: string, ...words: readonly (string | number)[]): Promise<string> {
  const child = spawn(program, words.map(String), { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part) => (stdout += part));
  child.stderr.on('data', (part) => (stderr += part));
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const { bytes: _, ...alone } = explore(counters(6, 6));

const deaths: readonly [Death, number, RegExp | undefined][] = [
  ['at its start', 0, /^it exited$/],
  ['exits', 0, /^it exited$/],
  ['exits', 500, /^it exited$/],
  ['runs out of memory', 0, /memory/],
  ['runs out of memory', 500, /memory/],
  ['fills a table', 0, /^it exited$/],
  ['fills a table', 5000, /^it exited$/],
  // The model is called again in the main thread, so no worker is lost.
  ['throws', 500, undefined],
];

describe.each([2, 5])('with %d threads', (threads) => {
  test.each(deaths)('a worker that %s, after %d', async (death, after, why) => {
    const { died, held, losses, verdict } = await searched(death, after, threads);
    expect(died).toBe(true);
    // Its heap is limited to 64 MB; Node alone would allow it gigabytes.
    expect(held).toBeLessThan(100);
    expect(verdict).toEqual(JSON.parse(JSON.stringify(alone)));
    expect(losses.length).toBeLessThanOrEqual(why === undefined ? 0 : threads - 1);
    for (const loss of losses) expect(loss).toMatch(why!);
  });

  test.each(['time', 'interrupted'])(
    'a worker that never returns does not keep a search from its end: %s',
    async (limit) => {
      const told: unknown = JSON.parse(await outputOf(hanging, limit, threads));
      expect(told).toEqual({ hung: true, outcome: 'limited', limit });
    },
  );

  test('a worker that cannot make the model ends the search, and says why', async () => {
    const { died, losses, failed } = await searched('is not made', 0, threads);
    expect({ died, losses }).toEqual({ died: true, losses: [] });
    expect(failed).toBe(
      'ModelError: A thread that is to help cannot make the model: there is no model here',
    );
  });
});

describe('a factory in a worker', () => {
  const told = async (difference: Difference): Promise<object> => {
    const output = await outputOf(differing, difference);
    return JSON.parse(output) as object;
  };

  test.each(differences)('that makes other %s ends the search', async (difference) => {
    const named = difference.replace('behaviour of invariants', 'first transitions');
    expect(await told(difference)).toEqual({
      error:
        `The factory builds a different model: its ${named} ` +
        'differ. It must build the model that is searched, in whatever thread it runs.',
      trace: [],
      losses: [],
    });
  });

  test('that makes the same does not', async () => {
    expect(await told('nothing')).toMatchObject({ outcome: 'holds', losses: [] });
  });
});

describe('what the threads agree on', () => {
  const setup = { ring: 4, workers: 2 } as jobs.JobSetup;
  const control = (): Int32Array => {
    const cells = new Int32Array(new SharedArrayBuffer(4 * jobs.controlCells(setup)));
    Atomics.store(cells, jobs.END, 9);
    return cells;
  };
  const { ring } = setup;

  test("a job is nobody's once the worker that claimed it is lost, and no sooner", () => {
    const cells = control();
    expect(jobs.claim(cells, ring, 0)).toBe(0);
    expect(jobs.claim(cells, ring, 1)).toBe(1);
    jobs.markLost(cells, setup, 1);
    expect(jobs.awaitJob(cells, setup, 0)).toBe(true);
    expect(jobs.awaitJob(cells, setup, 1)).toBe(false);
    jobs.markLost(cells, setup, 0);
    expect(jobs.awaitJob(cells, setup, 0)).toBe(false);
  });

  test('a job that a lost worker has finished is done', () => {
    const cells = control();
    expect(jobs.claim(cells, ring, 0)).toBe(0);
    jobs.finish(cells, ring, 0, 0);
    jobs.markLost(cells, setup, 0);
    expect(jobs.awaitJob(cells, setup, 0)).toBe(true);
  });

  test("a share of a table is nobody's once no worker is left that fills", () => {
    const cells = control();
    jobs.offerShares(cells, 20_000);
    expect(() =>
      jobs.helpFilling(cells, ring, 0, () => {
        throw new Error('lost');
      }),
    ).toThrow('lost');
    jobs.fillShares(cells, () => {});
    jobs.markLost(cells, setup, 1);
    jobs.markLost(cells, setup, 0);
    expect(jobs.awaitShares(cells, setup)).toBe(false);
  });
});
