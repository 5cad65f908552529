/**
 * Two-phase commit: J. Gray and L. Lamport, "Consensus on transaction commit" (2006), after the
 * module TwoPhase of Lamport's TLA+ examples. TLC and Stateright find 288 distinct states for three
 * resource managers, and Stateright 8,832 for five.
 */

import type { Model } from '../../src/explorer/model.ts';
import type { Symmetry } from '../../src/reduction/capabilities.ts';
import { plainModel, stateCheck } from './plain.ts';

const WORKING = 0;
const PREPARED = 1;
const COMMITTED = 2;
const ABORTED = 3;

const STATEMENTS = [
  'TMRcvPrepared',
  'TMCommit',
  'TMAbort',
  'RMPrepare',
  'RMChooseToAbort',
  'RMRcvCommitMsg',
  'RMRcvAbortMsg',
];

export function twoPhaseCommit(managers: number): Model {
  // Words: the state of each resource manager, that of the transaction manager, the set of managers
  // it knows to be prepared, and the set of messages ever sent.
  const scratch = new Int32Array(managers + 3);
  return plainModel({
    name: 'two-phase commit',
    scratch,
    symmetry: symmetryOf(managers, scratch),
    threads: [...Array.from({ length: managers }, (_, rm) => `rm${rm}`), 'tm'],
    statements: STATEMENTS,
    stateInvariants: [
      stateCheck('consistent', () => {
        const managersIn = (state: number) => scratch.subarray(0, managers).indexOf(state);
        if (managersIn(COMMITTED) < 0 || managersIn(ABORTED) < 0) return undefined;
        return `rm${managersIn(COMMITTED)} committed, but rm${managersIn(ABORTED)} aborted`;
      }),
    ],
    initialStates(visit) {
      scratch.fill(0);
      visit();
    },
    successors: successorsOf(managers, scratch),
  });
}

/** The messages of the transaction manager, as bits above those of the resource managers. */
const commitOf = (managers: number): number => 1 << managers;
const abortOf = (managers: number): number => 2 << managers;

function successorsOf(managers: number, scratch: Int32Array): Model['successors'] {
  const [tm, tmPrepared, messages] = [managers, managers + 1, managers + 2];
  const [commit, abort] = [commitOf(managers), abortOf(managers)];
  const everyone = 2 ** managers - 1;
  const saved = new Int32Array(scratch.length);
  const become = (rm: number, state: number) => () => void (scratch[rm] = state);
  return (visit) => {
    saved.set(scratch);
    const step = (thread: number, statement: string, choice: number, effect: () => void) => {
      effect();
      visit(thread, STATEMENTS.indexOf(statement), choice);
      scratch.set(saved);
    };
    for (let rm = 0; rm < managers; rm++) {
      if (scratch[rm] === WORKING) {
        step(rm, 'RMPrepare', 0, () => {
          scratch[rm] = PREPARED;
          scratch[messages] |= 1 << rm;
        });
        step(rm, 'RMChooseToAbort', 0, become(rm, ABORTED));
      }
      if (scratch[messages] & commit) step(rm, 'RMRcvCommitMsg', 0, become(rm, COMMITTED));
      if (scratch[messages] & abort) step(rm, 'RMRcvAbortMsg', 0, become(rm, ABORTED));
    }
    if (scratch[tm] !== WORKING) return;
    for (let rm = 0; rm < managers; rm++) {
      if ((scratch[messages] & (1 << rm)) === 0) continue;
      step(tm, 'TMRcvPrepared', rm, () => void (scratch[tmPrepared] |= 1 << rm));
    }
    if (scratch[tmPrepared] === everyone) {
      step(tm, 'TMCommit', 0, () => {
        scratch[tm] = COMMITTED;
        scratch[messages] |= commit;
      });
    }
    step(tm, 'TMAbort', 0, () => {
      scratch[tm] = ABORTED;
      scratch[messages] |= abort;
    });
  };
}

function symmetryOf(managers: number, scratch: Int32Array): Symmetry {
  const [tmPrepared, messages] = [managers + 1, managers + 2];
  /** The state of a manager. */
  const kind = (rm: number): number => {
    const bit = (word: number) => (scratch[word] >>> rm) & 1;
    return 4 * scratch[rm] + 2 * bit(tmPrepared) + bit(messages);
  };
  return {
    what: 'resource managers',
    canonicalise() {
      const kinds = Array.from({ length: managers }, (_, rm) => kind(rm)).sort((a, b) => a - b);
      scratch[tmPrepared] = 0;
      scratch[messages] &= commitOf(managers) | abortOf(managers);
      kinds.forEach((own, rm) => {
        scratch[rm] = own >>> 2;
        scratch[tmPrepared] |= ((own >>> 1) & 1) << rm;
        scratch[messages] |= (own & 1) << rm;
      });
    },
    objection: () => undefined,
  };
}
