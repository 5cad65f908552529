import { describe, expect, test } from 'vitest';
import { ModelError } from '../../../src/errors.ts';
import { explore } from '../../../src/explore.ts';
import { hanoi } from '../../models/hanoi.ts';
import { plainModel, stateCheck } from '../../models/plain.ts';

describe('a model that is wrong', () => {
  const sometimes = (initial: () => number, next: () => number) => {
    const scratch = new Int32Array(1);
    return plainModel({
      name: 'moody',
      scratch,
      statements: ['go'],
      stateInvariants: [stateCheck('small', () => (scratch[0] >= 5 ? 'too large' : undefined))],
      initialStates(visit) {
        scratch[0] = initial();
        visit();
      },
      successors(visit) {
        scratch[0] = next();
        visit(0, 0, 0);
      },
    });
  };

  test.each(['bfs', 'dfs', 'random'] as const)(
    'because it is not deterministic is told so (%s)',
    (strategy) => {
      let calls = 0;
      const model = sometimes(
        () => 0,
        () => ++calls,
      );
      const unchecked = { strategy, checkModel: 'none' } as const;
      expect(() => explore(model, unchecked)).toThrow(ModelError);
      expect(() => explore(model, unchecked)).toThrow(/not deterministic/);
      expect(() => explore(model, { strategy })).toThrow(/leads to different states/);
    },
  );

  test('because it starts differently each time is reported', () => {
    let calls = 0;
    const model = sometimes(
      () => calls++,
      () => 5,
    );
    expect(() => explore(model)).toThrow(
      /not deterministic: State 0 was found as an initial state/,
    );
  });

  test('because it has no initial state is reported', () => {
    const model = { ...hanoi(1), initialStates: () => {} };
    expect(() => explore(model)).toThrow(/no initial state/);
  });

  test('because its state has no words is reported', () => {
    expect(() => explore({ ...hanoi(1), scratch: new Int32Array(0), words: 0 })).toThrow(
      ModelError,
    );
  });
});
