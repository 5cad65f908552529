/**
 * Merging: a state with a single way on is passed through and not kept, whoever takes that way. It is
 * judged in passing, and all that can be reached from it is reached through the step that leaves it,
 * so nothing is lost. A state is kept if it breaks something, or if the step to it did: what is
 * found ends where it would end without merging.
 *
 * A merged step is told by the thread and the statement of the last of its steps; its choice is its
 * number among the steps of its state.
 */

import type { Model, Step, Visit } from '../contract.ts';
import { Taken } from './taken.ts';
import { Wrapped } from './wrapped.ts';

/** So many steps are merged at most: of states that lead to each other in a circle, some are kept. */
const MOST_MERGED = 256;

export class Merged extends Wrapped {
  override readonly passed: Uint8Array;
  private readonly first: Taken[] = [];
  private firstCount = 0;
  private last: Taken;
  private ahead: Taken;
  private aheadCount = 0;
  /** Thread, statement and choice of the steps that the step just visited consists of. */
  private readonly path = new Int32Array(3 * MOST_MERGED);
  private length = 0;
  private told: Taken | undefined;

  constructor(inner: Model) {
    super(inner);
    this.passed = new Uint8Array(inner.stateChecks.length);
    this.last = new Taken(inner.words);
    this.ahead = new Taken(inner.words);
  }

  override successors(visit: Visit): void {
    const { inner, scratch } = this;
    // What is repaired in passing could be broken again there, and that would be a breach of its own.
    const fromSound = this.isSound();
    this.firstCount = 0;
    inner.successors(this.collect);
    for (let number = 0; number < this.firstCount; number++) {
      let taken = this.first[number]!;
      let { consulted } = taken;
      this.length = 0;
      this.append(taken);
      scratch.set(taken.state);
      while (fromSound && taken.raised === 0 && this.length < MOST_MERGED && this.isSound()) {
        this.aheadCount = 0;
        inner.successors(this.look);
        if (this.aheadCount !== 1) break;
        taken = this.ahead;
        this.ahead = this.last;
        this.last = taken;
        consulted |= taken.consulted;
        this.append(taken);
        scratch.set(taken.state);
      }
      scratch.set(taken.state);
      this.consulted = consulted;
      this.raised = taken.raised;
      this.told = taken;
      visit(taken.thread, taken.statement, number);
    }
  }

  override why(stepCheck: number): string {
    return this.told!.why[stepCheck]!;
  }

  /** Of the step that is being visited. */
  steps(): Step[] {
    return Array.from({ length: this.length }, (_, i) => {
      const [thread, statement, choice] = this.path.subarray(3 * i, 3 * i + 3);
      return { thread: thread!, statement: statement!, choice: choice! };
    });
  }

  private append({ thread, statement, choice }: Taken): void {
    const at = 3 * this.length++;
    this.path[at] = thread;
    this.path[at + 1] = statement;
    this.path[at + 2] = choice;
  }

  /** Does every invariant hold in the state in scratch? Notes which of them have something to say. */
  private isSound(): boolean {
    const { stateChecks, passed } = this;
    for (let check = 0; check < stateChecks.length; check++) {
      const invariant = stateChecks[check]!;
      if (invariant.breach() !== undefined) return false;
      if (passed[check] === 0 && invariant.applies()) passed[check] = 1;
    }
    return true;
  }

  private readonly collect: Visit = (thread, statement, choice) => {
    const taken = (this.first[this.firstCount++] ??= new Taken(this.words));
    taken.note(this.inner, thread, statement, choice);
  };

  private readonly look: Visit = (thread, statement, choice) => {
    if (this.aheadCount++ === 0) this.ahead.note(this.inner, thread, statement, choice);
  };
}
