/**
 * What threads would do in a state, and what they would touch. A step is run once for all states
 * that hold the same in the cells that it reads and writes: in others it is known what it does.
 */

import { ModelError } from '../errors.ts';
import type { Visit } from '../explorer/model.ts';
import type { Dependencies } from './capabilities.ts';
import type {
  Accessors,
  Answer,
  EnabledTransitions,
  Live,
  Touched,
  Transition,
} from './enabled-transitions.ts';
import { Memo } from './memo.ts';

/** One of so many answers from memory is checked. */
const CHECKED = 4096;

export class TransitionCache {
  private readonly access: Dependencies;
  private readonly memos: readonly Memo<EnabledTransitions>[];
  private readonly accessors: Memo<{ readonly users: Accessors } & Answer>;
  /** Those that are the same are one. */
  private readonly known = new Map<string, Accessors>();
  private readonly lives: readonly Memo<Live>[];
  private readonly before: Int32Array;
  private remembered = 0;
  private readonly moves: Transition[] = [];
  private readonly writes: Int32Array;

  constructor(access: Dependencies) {
    const { words } = access.model;
    this.access = access;
    const none = new Int32Array(words);
    this.memos = access.privateBits.map((own) => new Memo(own));
    this.accessors = new Memo(none);
    this.lives = access.privateBits.map(() => new Memo(none));
    this.before = new Int32Array(words);
    this.writes = new Int32Array(words);
  }

  /** Of a thread in a state. */
  of(thread: number, state: Int32Array): EnabledTransitions {
    const memo = this.memos[thread];
    const found = memo.find(state);
    if (found === undefined) {
      const attempt = this.run(thread, state);
      memo.add(state, attempt.depends, attempt);
      return attempt;
    }
    if (++this.remembered % CHECKED === 0) this.check(state, found);
    return found;
  }

  /** May the thread still move? */
  live(thread: number, state: Int32Array): Live {
    const memo = this.lives[thread];
    return memo.find(state) ?? this.ask(state, memo, () => ({ live: this.access.live(thread) }));
  }

  accessorsIn(state: Int32Array): { readonly users: Accessors } & Answer {
    const found = this.accessors.find(state);
    if (found !== undefined) return found;
    return this.ask(state, this.accessors, () => {
      const { regions } = this.access;
      const readers = regions.map((region) => region.readers());
      const writers = regions.map((region) => region.writers());
      const key = [...readers, ...writers].join();
      const users = this.known.get(key) ?? { readers, writers };
      this.known.set(key, users);
      return { users };
    });
  }

  dependentThreadsOf(attempt: EnabledTransitions, users: Accessors, state: Int32Array): number {
    const { readers, writers } = users;
    const own = 1 << attempt.thread;
    let dependent = attempt.elsewhere ? -1 : 0;
    for (const { region, read, written } of attempt.touched) {
      const [reading, writing] = [readers[region], writers[region]];
      const isUser = (!read || (reading & own) !== 0) && (!written || (writing & own) !== 0);
      if (!isUser) this.refuse(attempt, region, state);
      dependent |= written ? reading | writing : writing;
    }
    attempt.dependentThreads.set(users, dependent);
    return dependent;
  }

  /** A thread must not touch what others do not expect it to. */
  private refuse(
    { thread, transitions }: EnabledTransitions,
    region: number,
    state: Int32Array,
  ): never {
    const { regions, model, cellsIn } = this.access;
    this.run(thread, state);
    const { reads, partialStackReads } = this.access;
    const { bits, name } = regions[region];
    const touched = bits.map(
      (word, w) => word & (reads[w] | partialStackReads[w] | this.writes[w]),
    );
    const { operation, token } = model.statements[transitions[0]?.statement ?? 0];
    const what = transitions.length > 0 ? `${operation} ${token}` : 'a step that waits';
    throw new ModelError(
      `${what} of ${model.threads[thread]} accesses ${cellsIn(touched).join(', ')}, ` +
        `but ${name} is ` +
        'declared to be accessed by other threads only: correct the declaration',
    );
  }

  private ask<T extends object>(
    state: Int32Array,
    memo: Memo<T & Answer>,
    question: () => T,
  ): T & Answer {
    const { access } = this;
    access.model.scratch.set(state);
    access.clear();
    const found = question();
    const answer = {
      ...found,
      depends: access.reads.map((word, w) => word | access.partialStackReads[w]),
    };
    memo.add(state, answer.depends, answer);
    return answer;
  }

  private run(thread: number, state: Int32Array): EnabledTransitions {
    const { access, before, writes, moves } = this;
    const { model, cells, ignoredReads, regions } = access;
    before.set(state);
    model.scratch.set(state);
    access.clear();
    writes.fill(0);
    moves.length = 0;
    model.step.covered.fill(0);
    model.successorsOf(thread, this.collect);
    for (let w = 0; w < writes.length; w++) writes[w] |= access.writes[w];
    const reads = access.reads.map(
      (word, w) => (word | access.partialStackReads[w]) & cells[w] & ~ignoredReads[w],
    );
    const written = writes.map((word, w) => word & cells[w]);
    const rest = reads.map((word, w) => word | written[w]);
    const touched: Touched[] = [];
    regions.forEach(({ bits }, region) => {
      const [isRead, isWritten] = [overlap(reads, bits), overlap(written, bits)];
      if (isRead || isWritten) touched.push({ region, read: isRead, written: isWritten });
      for (let w = 0; w < bits.length; w++) rest[w] &= ~bits[w];
    });
    const own = access.privateBits[thread];
    return {
      thread,
      transitions: [...moves],
      touched,
      elsewhere: rest.some((word) => word !== 0),
      // What a cell held that is written decides whether it is changed.
      depends: access.reads.map(
        (word, w) => word | access.partialStackReads[w] | writes[w] | own[w],
      ),
      dependentThreads: new Map<Accessors, number>(),
      visibility: undefined,
    };
  }

  private readonly collect: Visit = (thread, statement, choice) => {
    const { access, before, writes } = this;
    const { model } = access;
    const { scratch, step } = model;
    const { violated, covered } = step;
    const changed = scratch.map((word, w) => word ^ before[w]);
    changed.forEach((word, w) => (writes[w] |= word));
    const words = [...changed.keys()].filter((w) => changed[w] !== 0);
    const explanations: string[] = [];
    for (let check = 0; violated >>> check !== 0; check++) {
      if ((violated & (1 << check)) !== 0) explanations[check] = step.explain(check);
    }
    this.moves.push({
      thread,
      statement,
      choice,
      explanations,
      checked: step.checked,
      violated,
      loopsBack: step.loopsBack !== false,
      covered: [...covered.keys()].filter((id) => covered[id] !== 0),
      words: Int32Array.from(words),
      masks: Int32Array.from(words, (w) => changed[w]),
      values: Int32Array.from(words, (w) => scratch[w] & changed[w]),
      depth: access.difference(before, scratch),
    });
    covered.fill(0);
  };

  private check(state: Int32Array, remembered: EnabledTransitions): void {
    const { thread } = remembered;
    const summary = ({ transitions, depends }: EnabledTransitions): string =>
      JSON.stringify({ transitions, depends });
    if (summary(this.run(thread, state)) === summary(remembered)) return;
    throw new ModelError(
      `A step of ${this.access.model.threads[thread]} behaves differently in two states that ` +
        'agree on all fields that it read: it depends on something outside the state. Search ' +
        'without merge and por.',
    );
  }
}

function overlap(one: Int32Array, other: Int32Array): boolean {
  for (let w = 0; w < one.length; w++) if ((one[w] & other[w]) !== 0) return true;
  return false;
}
