/** Invariants that declare their reads are checked less often, and nothing else changes. */

import { describe, expect, test } from 'vitest';
import { miniCow } from '../../../bench/minicow.ts';
import { ModelError } from '../../../src/errors.ts';
import type { Model } from '../../../src/explorer/model.ts';
import { explore } from '../../../src/explore.ts';
import { layout } from '../../../src/state/layout.ts';
import { pool } from '../../../src/state/pool.ts';
import { record } from '../../../src/state/record.ts';
import { table } from '../../../src/state/table.ts';
import { bool, upTo } from '../../../src/state/values.ts';
import { counters } from '../../models/counters.ts';

const setting = { processes: 3, pages: 2, frames: 3 };

/** The same model with every invariant checked in every state. */
function asking(model: Model): Model {
  return {
    ...model,
    stateInvariants: model.stateInvariants.map((check) => ({ ...check, reads: undefined })),
  };
}

describe('the verdict is the same as if every invariant were checked', () => {
  for (const bug of [0, 1, 2, 3]) {
    for (const keepGoing of [false, true]) {
      test(`MiniCOW, bug ${bug}${keepGoing ? ', keep-going' : ''}`, () => {
        const verdict = explore(miniCow(setting, bug), { keepGoing });
        expect(verdict).toEqual(explore(asking(miniCow(setting, bug)), { keepGoing }));
      });
    }
  }

  test.each([false, true])(
    'where a violated invariant holds again later (keep-going %j)',
    (keepGoing) => {
      let asked = 0;
      const model = (): Model => {
        const plain = counters(3, 5);
        const stateInvariants = [0, 1, 2].map((counter) => ({
          name: `counter ${counter} is not 3`,
          reads: Int32Array.from([0, 1, 2], (word) => (word === counter ? -1 : 0)),
          applies: () => plain.scratch[counter] > 1,
          violation() {
            asked++;
            return plain.scratch[counter] === 3 ? `counter ${counter} is 3` : undefined;
          },
        }));
        return { ...plain, stateInvariants };
      };
      const verdict = explore(model(), { keepGoing, checkModel: 'none' });
      const few = asked;
      asked = 0;
      expect(verdict).toEqual(explore(asking(model()), { keepGoing, checkModel: 'none' }));
      expect(verdict.violations.length).toBe(keepGoing ? 3 : 1);
      // A step changes one of three counters.
      if (keepGoing) expect(few / asked).toBeLessThan(0.4);
    },
  );
});

describe('a part of a state', () => {
  const row = pool('row', 3);
  const inner = record({ a: upTo(7), b: upTo(7) });
  const whole = layout(record({ rows: table(row, inner), c: bool, d: upTo(1000) }));

  test('reads what the whole reads, and nothing else', () => {
    const { view, mask } = whole.part(['rows.b', 'c']);
    whole.view.rows[row.at(1)].b = 5;
    whole.view.rows[row.at(1)].a = 3;
    whole.view.c = true;
    expect([view.rows[row.at(1)].b, view.rows[row.at(0)].b, view.c]).toEqual([5, 0, true]);
    expect(() => view.rows[row.at(1)].a).toThrow(ModelError);
    expect(() => view.rows[row.at(1)].a).toThrow(/field a is read, but only b of its record/);
    expect(() => view.d).toThrow(/field d is read, but only rows, c of its record/);
    whole.scratch.fill(-1);
    const bits = mask.reduce((sum, word) => sum + count(word), 0);
    expect(bits).toBe(3 * 3 + 1);
  });

  test('that does not exist is an error', () => {
    expect(() => whole.part(['rows.x'])).toThrow(/no field x to read: there are a, b/);
  });
});

function count(word: number): number {
  let bits = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}
