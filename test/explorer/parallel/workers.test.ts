import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { explore } from '../../../src/explore.ts';
import { long } from '../../extent.ts';
import { hanoi } from '../../models/hanoi.ts';
import { programOf } from '../../cli/child.ts';

const entry = programOf('test/explorer/parallel/verdicts.ts');

interface Told {
  readonly name: string;
  readonly workers: number;
  readonly verdict: unknown;
}

/** The verdicts of every search, with each number of workers. */
function verdicts(what: string, numbers: readonly number[]): Told[] {
  const { stdout, stderr, status } = spawnSync(entry, [what, ...numbers.map(String)], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told);
}

describe('verdict, counts, coverage and traces are those of one worker', () => {
  const numbers = long ? [1, 2, 3, 8] : [1, 3];

  test.each(['models', long ? 'scenarios' : 'scenarios/10'])(
    `%s, with ${numbers}`,
    (what) => {
      const told = verdicts(what, numbers);
      const alone = told.filter(({ workers }) => workers === 1);
      expect(alone.length).toBeGreaterThan(9);
      const same = alone.flatMap((one) => numbers.map((workers) => ({ ...one, workers })));
      expect(told).toEqual(same);
    },
    600_000,
  );
});

const factory = { module: 'file:///model.js', name: 'model', args: [] };
test.each([
  [{ workers: 2 }, /need a factory/],
  [{ workers: 2, factory: { ...factory, module: 'file:///model.ts' } }, /a compiled module/],
  [{ workers: 0 }, /from 1 to 64, found 0/],
  [{ workers: 2, factory, strategy: 'dfs' as const }, /need the strategy bfs, found dfs/],
])('%j is refused', (options, sentence) => {
  expect(() => explore(hanoi(1), options)).toThrow(InputError);
  expect(() => explore(hanoi(1), options)).toThrow(sentence);
});
