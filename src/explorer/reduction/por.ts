/**
 * Partial-order reduction: where some threads touch only what no other thread can touch before they
 * have moved, only their steps are searched (an ample set), and the others take theirs later.
 * docs/reductions.md has the conditions and why they are enough; they are named as in the textbooks.
 *
 * Nothing about steps is declared but who may touch which part of a state. What a step reads and writes
 * is recorded as it runs, and a step that touches what it may not is an error.
 */

import { ModelError } from '../../errors.ts';
import type { Access, Model, Sight, StateCheck, Visit } from '../contract.ts';
import { Taken } from './taken.ts';
import { Wrapped } from './wrapped.ts';

/** An invariant read cells that are not among the visible ones: search again with these. */
export class Unseen extends Error {
  readonly sight: Sight;

  constructor(sight: Sight) {
    super('an invariant read what was taken for invisible');
    this.sight = sight;
  }
}

/** What one thread would do: its steps, and what it reads and writes to do them or to find it must wait. */
class Turn {
  readonly steps: Taken[] = [];
  count = 0;
  /** Does one of them change what an invariant may read, or go back in its program? */
  shows = false;
  readonly reads: Int32Array;
  readonly writes: Int32Array;

  constructor(words: number) {
    this.reads = new Int32Array(words);
    this.writes = new Int32Array(words);
  }
}

export class Ample extends Wrapped {
  override readonly stateChecks: readonly StateCheck[];
  private readonly shared: Access;
  private readonly visible: Sight;
  private readonly turns: readonly Turn[];
  private readonly before: Int32Array;
  private readonly readers: number[];
  private readonly writers: number[];
  private turn!: Turn;
  private told: Taken | undefined;

  /** `visible`: what invariants may read. */
  constructor(inner: Model, access: Access, visible: Sight) {
    super(inner);
    this.shared = access;
    this.visible = visible;
    this.turns = inner.threads.map(() => new Turn(inner.words));
    this.before = new Int32Array(inner.words);
    this.readers = access.regions.map(() => 0);
    this.writers = access.regions.map(() => 0);
    this.stateChecks = inner.stateChecks.map(({ name, applies, breach }) => ({
      name,
      applies: () => this.watched(applies),
      breach: () => this.watched(breach),
    }));
  }

  override successors(visit: Visit): void {
    const { shared: access, scratch, before, turns, readers, writers } = this;
    before.set(scratch);
    for (let r = 0; r < readers.length; r++) {
      readers[r] = access.regions[r]!.readers();
      writers[r] = access.regions[r]!.writers();
    }
    const live = access.live();
    let group = 0;
    for (let thread = 0; thread < turns.length; thread++) this.take(thread);
    for (let thread = 0; thread < turns.length && group === 0; thread++) {
      if ((live & (1 << thread)) !== 0) group = this.groupOf(1 << thread, live);
    }
    for (let thread = 0; thread < turns.length; thread++) {
      if (group !== 0 && (group & (1 << thread)) === 0) continue;
      const { steps, count } = turns[thread]!;
      for (let i = 0; i < count; i++) {
        const step = steps[i]!;
        scratch.set(step.state);
        this.consulted = step.consulted;
        this.raised = step.raised;
        this.told = step;
        visit(step.thread, step.statement, step.choice);
      }
    }
  }

  override why(stepCheck: number): string {
    return this.told!.why[stepCheck]!;
  }

  /** The steps of a thread, and what it touched. */
  private take(thread: number): void {
    const { shared: access, inner, scratch, before } = this;
    const turn = this.turns[thread]!;
    this.turn = turn;
    turn.count = 0;
    turn.shows = false;
    turn.writes.fill(0);
    access.clear();
    scratch.set(before);
    inner.successorsOf!(thread, this.collect);
    for (let w = 0; w < before.length; w++) {
      const cells = access.cells[w]!;
      turn.reads[w] = (access.reads[w]! | access.glimpses[w]!) & cells & ~access.unread[w]!;
      turn.writes[w] = (turn.writes[w]! | access.writes[w]!) & cells;
    }
    this.hold(thread, turn);
  }

  private readonly collect: Visit = (thread, statement, choice) => {
    const { turn, inner, scratch, before, visible } = this;
    const step = (turn.steps[turn.count++] ??= new Taken(this.words));
    step.note(inner, thread, statement, choice);
    // C3: no way around in a circle consists of such steps only.
    if (inner.back !== false) turn.shows = true;
    // C2
    for (let w = 0; w < before.length; w++) {
      const changed = scratch[w]! ^ before[w]!;
      turn.writes[w]! |= changed;
      if ((changed & visible.bits[w]!) !== 0) turn.shows = true;
    }
    if (this.shared.stacksDiffer(scratch, before, visible.depth)) turn.shows = true;
  };

  /** A thread must not touch what others do not expect it to. */
  private hold(thread: number, { reads, writes, steps, count }: Turn): void {
    const { regions } = this.shared;
    for (let r = 0; r < regions.length; r++) {
      const { bits, name } = regions[r]!;
      const wrong =
        ((this.writers[r]! & (1 << thread)) === 0 && meet(writes, bits)) ||
        ((this.readers[r]! & (1 << thread)) === 0 && meet(reads, bits));
      if (!wrong) continue;
      const touched = bits.map((word, w) => word & (reads[w]! | writes[w]!));
      const { operation, token } = this.statements[count > 0 ? steps[0]!.statement : 0]!;
      const what = count > 0 ? `${operation} ${token}` : 'a step that waits';
      throw new ModelError(
        `${what} of ${this.threads[thread]} touches ${this.shared.cellsIn(touched).join(', ')}, ` +
          `but ${name} is declared to be touched by others only: correct the declaration`,
      );
    }
  }

  /** The threads that have to move together with these; 0 if that does not help. */
  private groupOf(start: number, live: number): number {
    const { turns } = this;
    let group = start;
    let done = 0;
    let steps = 0;
    while (done !== group) {
      const thread = 31 - Math.clz32(group & ~done);
      done |= 1 << thread;
      const turn = turns[thread]!;
      if (turn.shows) return 0;
      steps += turn.count;
      // C1: whoever may touch what it touches, and one of the two changes it.
      group |= this.rivals(turn) & live;
      if ((live & ~group) === 0) return 0;
    }
    // C0
    return steps > 0 ? group : 0;
  }

  private rivals({ reads, writes }: Turn): number {
    const { regions } = this.shared;
    let rivals = 0;
    for (let r = 0; r < regions.length; r++) {
      const { bits } = regions[r]!;
      if (meet(writes, bits)) rivals |= this.readers[r]! | this.writers[r]!;
      else if (meet(reads, bits)) rivals |= this.writers[r]!;
    }
    for (let w = 0; w < reads.length; w++) {
      let rest = reads[w]! | writes[w]!;
      for (let r = 0; r < regions.length; r++) rest &= ~regions[r]!.bits[w]!;
      if (rest !== 0) return -1;
    }
    return rivals;
  }

  private watched<T>(ask: () => T): T {
    const { shared: access, visible } = this;
    access.clear();
    const answer = ask();
    const { reads, depth } = access;
    let unseen = depth > visible.depth;
    for (let w = 0; w < reads.length; w++) unseen ||= (reads[w]! & ~visible.bits[w]!) !== 0;
    if (unseen) throw new Unseen({ bits: reads.slice(), depth });
    return answer;
  }
}

function meet(one: Int32Array, other: Int32Array): boolean {
  for (let w = 0; w < one.length; w++) if ((one[w]! & other[w]!) !== 0) return true;
  return false;
}
