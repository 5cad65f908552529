/**
 * Counters that differ in a worker. The main thread waits until the worker has ended, so that the
 * search cannot end before, even on a busy machine.
 */

import { isMainThread } from 'node:worker_threads';
import type { Model } from '../../src/explorer/model.ts';
import { counters } from './counters.ts';
import { stateCheck } from './plain.ts';

/** The difference of the models. */
export const differences = [
  'words of a state',
  'threads',
  'statements',
  'invariants',
  'initial states',
  'first transitions',
  'behaviour of invariants',
] as const;

export type Difference = (typeof differences)[number] | 'nothing';

/** By then there are workers. */
const EXPANDED = 10_000;
const MOST_MS = 60_000;

/** `sign`: a worker has ended. */
export function differing(difference: Difference, sign: Int32Array): Model {
  const model = { ...counters(6, 6), stateInvariants: [stateCheck('low', () => undefined)] };
  if (difference === 'nothing') return model;
  if (isMainThread) return awaiting(model, sign);
  process.on('exit', () => {
    Atomics.store(sign, 0, 1);
    Atomics.notify(sign, 0);
  });
  return { ...model, ...others(model)[difference] };
}

function others(model: Model): Record<Exclude<Difference, 'nothing'>, Partial<Model>> {
  const { scratch, statements } = model;
  return {
    'words of a state': counters(7, 6),
    threads: { threads: model.threads.toReversed() },
    statements: { statements: statements.map((statement) => ({ ...statement, line: 7 })) },
    invariants: { stateInvariants: [stateCheck('high', () => undefined)] },
    'initial states': {
      initialStates(visit) {
        scratch.fill(0);
        scratch[0] = 1;
        visit();
      },
    },
    'first transitions': {
      successors: (visit) =>
        model.successors((thread, statement, choice) => {
          if (scratch[0] < 3) visit(thread, statement, choice);
        }),
    },
    'behaviour of invariants': {
      stateInvariants: [stateCheck('low', () => (scratch[0] === 1 ? 'it is 1' : undefined))],
    },
  };
}

function awaiting(model: Model, sign: Int32Array): Model {
  let left = EXPANDED;
  return {
    ...model,
    successors(visit) {
      if (--left === 0 && Atomics.wait(sign, 0, 0, MOST_MS) === 'timed-out') {
        throw new Error('no worker has ended');
      }
      model.successors(visit);
    },
  };
}
