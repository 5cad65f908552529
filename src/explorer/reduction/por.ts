/**
 * Partial-order reduction: where some threads touch only what no other thread can touch before they
 * have moved, only their steps are searched (an ample set), and the others take theirs later.
 * docs/reductions.md has the conditions and why they are enough; they are named as in the textbooks.
 *
 * Nothing about steps is declared but who may touch which part of a state. What a step reads and writes
 * is recorded as it runs, and a step that touches what it may not is an error.
 */

import type { Access, Model, Sight, StateCheck, Visit } from '../contract.ts';
import type { Answer, Attempt, Attempts, Live, Move, Users } from './attempts.ts';
import { copy } from './words.ts';
import { Wrapped } from './wrapped.ts';

/** An invariant read cells that are not among the visible ones: search again with these. */
export class Unseen extends Error {
  readonly sight: Sight;

  constructor(sight: Sight) {
    super('an invariant read what was taken for invisible');
    this.sight = sight;
  }
}

export class Ample extends Wrapped {
  override readonly stateChecks: readonly StateCheck[];
  private readonly attempts: Attempts;
  private readonly visible: Sight;
  private readonly lone: boolean;
  private readonly before: Int32Array;
  /** Steps of the threads in the state in question. */
  private readonly turns: (readonly Move[])[] = [];
  /** The state looked at last, and what was found out there: the next one differs in a few words. */
  private readonly last: Int32Array;
  private readonly looks: Attempt[] = [];
  private readonly lives: Live[] = [];
  private users: ({ readonly users: Users } & Answer) | undefined;
  /** Of each thread, those that may touch what it touches, where one of the two changes it. */
  private readonly rivals: number[] = [];
  /** Is it complete? Not after an error. */
  private whole = false;
  /** The first `changes` of these are words that differ, and the bits in which they do. */
  private readonly places: Int32Array;
  private readonly bits: Int32Array;
  private changes = 0;
  private told: Move | undefined;

  /**
   * `visible`: what invariants may read. `lone`: only a thread by itself is taken, and only if it has
   * one step.
   */
  constructor(inner: Model, access: Access, attempts: Attempts, visible: Sight, lone: boolean) {
    super(inner);
    this.attempts = attempts;
    this.visible = visible;
    this.lone = lone;
    this.before = new Int32Array(inner.words);
    this.last = new Int32Array(inner.words);
    this.places = new Int32Array(inner.words);
    this.bits = new Int32Array(inner.words);
    this.stateChecks = access.seeing(visible, (read) => {
      throw new Unseen(read);
    });
    this.sole = (visit) => this.soleMove(visit);
    delete this.several;
  }

  override successors(visit: Visit): void {
    const { scratch, before, turns, looks } = this;
    copy(scratch, before);
    const group = this.attempt();
    // Inside of a visit other states may be looked at.
    for (let thread = 0; thread < looks.length; thread++) turns[thread] = looks[thread]!.moves;
    for (let thread = 0; thread < turns.length; thread++) {
      if ((group & (1 << thread)) === 0) continue;
      const moves = turns[thread]!;
      for (let i = 0; i < moves.length; i++) {
        const move = moves[i]!;
        this.take(move);
        visit(thread, move.statement, move.choice);
        copy(before, scratch);
      }
    }
  }

  override why(stepCheck: number): string {
    return this.told!.why[stepCheck]!;
  }

  private soleMove(visit: Visit): boolean {
    const { looks } = this;
    const group = this.attempt();
    let only: Move | undefined;
    for (let thread = 0; thread < looks.length; thread++) {
      if ((group & (1 << thread)) === 0) continue;
      const { moves } = looks[thread]!;
      if (moves.length > 1 || (moves.length > 0 && only !== undefined)) return false;
      only ??= moves[0];
    }
    if (only === undefined) return false;
    this.take(only);
    visit(only.thread, only.statement, only.choice);
    return true;
  }

  /** From the state in scratch to the one that the move leads to. */
  private take(move: Move): void {
    const { scratch, covered } = this;
    const { words, masks, values, covered: ran } = move;
    for (let i = 0; i < words.length; i++) {
      const w = words[i]!;
      scratch[w] = (scratch[w]! & ~masks[i]!) | values[i]!;
    }
    for (let i = 0; i < ran.length; i++) covered[ran[i]!] = 1;
    this.consulted = move.consulted;
    this.raised = move.raised;
    this.told = move;
  }

  /** Finds out what each thread would do in the state in scratch; the threads whose steps are taken. */
  private attempt(): number {
    const { attempts, threads, scratch, looks, lives, rivals, whole } = this;
    this.compare();
    this.whole = false;
    const before = this.users?.users;
    if (!whole || this.concerns(this.users!)) this.users = attempts.usersIn(scratch);
    const { users } = this.users!;
    let live = 0;
    for (let thread = 0; thread < threads.length; thread++) {
      if (!whole || this.concerns(lives[thread]!)) lives[thread] = attempts.live(thread, scratch);
      if (lives[thread]!.live) live |= 1 << thread;
      let look = looks[thread]!;
      if (!whole || this.concerns(look)) {
        look = attempts.of(thread, scratch);
        if (look.shown?.by !== this) look.shown = { by: this, shows: this.shows(look) };
        looks[thread] = look;
      } else if (users === before) continue;
      rivals[thread] = look.rivals.get(users) ?? attempts.rivalsOf(look, users, scratch);
    }
    this.whole = true;
    for (let thread = 0; thread < looks.length; thread++) {
      if ((live & (1 << thread)) === 0) continue;
      const group = this.groupOf(1 << thread, live);
      if (group !== 0) return group;
    }
    return -1;
  }

  private compare(): void {
    const { scratch, last, places, bits } = this;
    let changes = 0;
    for (let w = 0; w < last.length; w++) {
      const changed = scratch[w]! ^ last[w]!;
      if (changed === 0) continue;
      places[changes] = w;
      bits[changes++] = changed;
      last[w] = scratch[w]!;
    }
    this.changes = changes;
  }

  /** Has what the answer depends on changed? */
  private concerns({ depends }: Answer): boolean {
    const { places, bits, changes } = this;
    for (let i = 0; i < changes; i++) if ((depends[places[i]!]! & bits[i]!) !== 0) return true;
    return false;
  }

  /** The threads that have to move together with these; 0 if that does not help. */
  private groupOf(start: number, live: number): number {
    const { looks, rivals } = this;
    let group = start;
    let done = 0;
    let steps = 0;
    while (done !== group) {
      const thread = 31 - Math.clz32(group & ~done);
      done |= 1 << thread;
      const look = looks[thread]!;
      if (look.shown!.shows) return 0;
      steps += look.moves.length;
      group |= rivals[thread]! & live;
      if ((live & ~group) === 0) return 0;
      if (this.lone && (steps > 1 || group !== start)) return 0;
    }
    // C0
    return steps > 0 ? group : 0;
  }

  /** Does one of the steps change what an invariant may read (C2), or go back in its program (C3)? */
  private shows({ moves }: Attempt): boolean {
    const { bits, depth } = this.visible;
    return moves.some(
      (move) =>
        move.back ||
        move.depth <= depth ||
        move.words.some((w, i) => (bits[w]! & move.masks[i]!) !== 0),
    );
  }
}
