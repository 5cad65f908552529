/**
 * The search loop: there is one, and strategy, storage and limits are its arguments.
 *
 * It advances in portions, so that whoever runs it can show progress, answer Ctrl-C or do something
 * else in between; `explore` runs it to the end. It never prints, never exits, and reads no clock
 * but the one it was given. States are expanded a batch at a time, and then the batch is stored and
 * judged, in order: the outcome is that of expanding one state after the other. A breadth-first
 * search that finds a breach completes the level, so that its counts do not depend on the order
 * within the level.
 */

import { InputError, ModelError } from '../errors.ts';
import { Batch, CHOICE, JUDGED, PARENT, RAISED, SOUND } from './batch.ts';
import { STATEMENT, THREAD, UNJUDGED, WORDS } from './batch.ts';
import { breachesOf } from './breaches.ts';
import type { Model } from './contract.ts';
import { coverageOf } from './coverage.ts';
import { Crew } from './crew.ts';
import { Expander } from './expander.ts';
import { Findings } from './findings.ts';
import { checkOptions, type SearchOptions } from './options.ts';
import { startReduced } from './reduction/search.ts';
import type { Resumed, Snapshot } from './snapshot.ts';
import { FULL, NONE, StateStore } from './store.ts';
import { strategyOf } from './strategies/choose.ts';
import { NOTHING, type Strategy } from './strategies/strategy.ts';
import { lastStep, lost } from './trace.ts';
import type { Breach, Coverage, Limit, Outcome, Progress, Verdict } from './verdict.ts';

export type { SearchOptions } from './options.ts';

export interface Search {
  /** Expands about so many states; true when the verdict is ready. */
  advance(expansions: number): boolean;
  /** Ends the search at the next `advance`, as limited, with what was found until then. */
  interrupt(why?: 'interrupted' | 'disk'): void;
  progress(): Progress;
  /** Once `advance` has returned true. */
  verdict(): Verdict;
}

/** Most states that are expanded before their successors are stored. */
const BATCH_STATES = 64;
/** Levels of fewer states are not worth sharing. */
const CREW_STATES = 1024;
/** Expanded states between two looks at the clock, and between two calls of `onProgress`. */
const CLOCK_STRIDE = 256;
const PROGRESS_STRIDE = 16_384;

/** Finds the initial states; the rest is up to `advance`. */
export function startSearch(model: Model, options: SearchOptions = {}): Search {
  checkOptions(options);
  return startReduced(model, options, (searched, given) => new Exploration(searched, given));
}

/** Searches to the end. */
export function explore(model: Model, options: SearchOptions = {}): Verdict {
  const search = startSearch(model, options);
  while (!search.advance(1_000_000));
  return search.verdict();
}

class Exploration implements Search {
  private readonly model: Model;
  private readonly options: SearchOptions;
  private readonly store: StateStore;
  private readonly findings: Findings;
  private readonly strategy: Strategy;
  private readonly expander: Expander;
  /** Of the search itself, and the one whose successors are being taken. */
  private readonly own: Batch;
  private batch: Batch;
  private crew: Crew | undefined;
  private readonly covered: Uint8Array;
  private readonly keepGoing: boolean;
  private readonly deadline: number;

  private expanded = 0;
  private transitions = 0;
  private lookAt = 0;
  private limit: Limit | undefined;
  private reportedLevels = 1;
  private reportAt = PROGRESS_STRIDE;
  private interrupted: 'interrupted' | 'disk' | undefined;
  private hurried = false;
  private coverage: Coverage | undefined;
  private tracing: Generator<number, Breach[]> | undefined;
  private breaches: Breach[] | undefined;

  constructor(model: Model, options: SearchOptions) {
    this.model = model;
    this.options = options;
    this.keepGoing = options.keepGoing === true;
    this.store = new StateStore(model.scratch, options);
    this.findings = new Findings(model, this.store, this.keepGoing);
    this.strategy = strategyOf(options, this.store);
    this.expander = new Expander(model, this.store, options.deadlock !== false);
    this.own = new Batch(model.words, this.store.fingerprints);
    this.batch = this.own;
    this.covered = new Uint8Array(model.statements.length);
    this.deadline = (options.now?.() ?? 0) + 1000 * (options.timeLimit ?? Infinity);
    model.covered.fill(0);
    if (options.resume !== undefined) this.restore(options.resume);
    else model.initial(this.visitInitial);
    if (this.store.count === 0 && this.limit === undefined) {
      throw new ModelError('The model has no initial state: `initial` never called its visitor.');
    }
    this.strategy.start(this.store.count);
    if (this.endsAtBreach()) this.strategy.windUp();
  }

  advance(expansions: number): boolean {
    let left = Math.max(1, expansions);
    while (left > 0 && this.tracing === undefined) {
      const expanded = this.expandNext(left);
      if (expanded > 0) left -= expanded;
      else this.finish();
    }
    while (left > 0 && this.breaches === undefined) {
      this.lookAtClock();
      const part = this.tracing!.next();
      if (part.done === true) this.breaches = part.value;
      else left -= part.value;
    }
    return this.breaches !== undefined;
  }

  interrupt(why: 'interrupted' | 'disk' = 'interrupted'): void {
    this.interrupted = why;
    this.hurried = true;
  }

  progress(): Progress {
    return {
      states: this.store.count,
      transitions: this.transitions,
      depth: this.strategy.deepest,
      frontier: this.strategy.frontier,
      bytes: this.store.bytes,
    };
  }

  verdict(): Verdict {
    const { breaches, coverage, limit } = this;
    if (breaches === undefined || coverage === undefined) {
      throw new Error('There is no verdict before `advance` has returned true.');
    }
    let outcome: Outcome = limit === undefined ? 'holds' : 'limited';
    if (breaches.length > 0) outcome = 'violated';
    const strategy = this.options.strategy ?? 'bfs';
    const { collisions, spilled } = this.store;
    const kept = { strategy, reductions: [], spilled, collisions };
    return { ...this.progress(), outcome, limit, breaches, coverage, ...kept };
  }

  /** How many states it expanded, at most `most`; 0 when the search is over. */
  private expandNext(most: number): number {
    if (this.expanded >= this.lookAt) this.lookAtClock();
    if (this.interrupted !== undefined) this.limit ??= this.interrupted;
    if (this.strategy.levels !== undefined && this.strategy.rest === 0) {
      this.options.onLevel?.(this.snapshot);
      if (this.interrupted !== undefined) this.limit ??= this.interrupted;
    }
    if (this.limit !== undefined) return 0;
    const first = this.strategy.next();
    this.report();
    if (first === NOTHING) {
      this.limit = this.endsAtBreach() ? undefined : this.strategy.cut;
      return 0;
    }
    const expanded = this.expandTogether(first) || this.expandAlone(first, most);
    if (this.strategy.levels !== undefined) this.store.forget(first + expanded);
    this.expanded += expanded;
    if (this.endsAtBreach()) this.strategy.windUp();
    return expanded;
  }

  private expandAlone(first: number, most: number): number {
    const end = first + 1 + this.strategy.more(Math.min(BATCH_STATES, most) - 1);
    this.expandStretch(first, end);
    return end - first;
  }

  private expandStretch(first: number, end: number): void {
    this.own.clear();
    this.expander.expand(first, end, this.own);
    this.take(this.own);
  }

  /** Expands a job of the crew; 0 if there is no crew, or too little to do for one. */
  private expandTogether(first: number): number {
    const crew = this.crewFor(first);
    if (crew === undefined) return 0;
    const end = crew.stretch[1];
    this.strategy.more(end - first - 1);
    const batch = crew.next();
    this.take(batch);
    crew.taken();
    if (batch.end < end && this.limit === undefined) this.expandStretch(batch.end, end);
    return end - first;
  }

  private crewFor(first: number): Crew | undefined {
    const { workers = 1, recipe, deadlock } = this.options;
    const { rest } = this.strategy;
    if (this.crew?.busy === true) return this.crew;
    if (workers === 1 || recipe === undefined || rest < CREW_STATES) return undefined;
    const { model, store, expander } = this;
    this.crew ??= new Crew(model, store, expander, recipe, workers, deadlock !== false);
    this.crew.open(first, first + 1 + rest);
    return this.crew;
  }

  /** Stores and judges the successors in a batch, in order. */
  private take(batch: Batch): void {
    const { store, findings, keepGoing } = this;
    if (!batch.lookedUp || batch.unseenCount < 0) store.approach(batch);
    else store.touch(batch);
    this.batch = batch;
    const { unseen, unseenCount, cells, stride } = batch;
    if (!store.hasRoomFor(unseenCount)) {
      this.takeSome(batch);
      return;
    }
    this.note(batch);
    if (keepGoing || batch.raised !== 0 || this.strategy.levels === undefined) {
      this.takeEach(batch);
      return;
    }
    // Most successors are known, and with these there is nothing left to do.
    for (let i = 0; i < unseenCount; i++) {
      const at = unseen[i]! * stride;
      const parent = cells[at + PARENT]!;
      const put = store.insert(cells, at, parent);
      if (put < 0 || cells[at + JUDGED] === SOUND) continue;
      findings.leave(parent, this.strategy.depth + 1);
      this.judgeState(put, at);
    }
    this.transitions += batch.count;
    for (const id of batch.stranded) this.judgeDeadlock(id);
  }

  /** The same where every successor counts; the last state whose successors were taken. */
  private takeEach(batch: Batch): number {
    const { store, findings, strategy, keepGoing } = this;
    const { cells, count, stride } = batch;
    const walking = strategy.levels === undefined;
    let parent = NONE;
    for (let i = 0, at = 0; i < count; i++, at += stride) {
      if (cells[at + PARENT] !== parent) {
        if (this.limit !== undefined) break;
        parent = cells[at + PARENT]!;
        findings.leave(parent, strategy.depth + 1);
      }
      this.transitions++;
      if (cells[at + RAISED] !== 0) this.judgeStep(at);
      const put = store.insert(cells, at, parent);
      if (put >= 0) {
        if (cells[at + JUDGED] !== SOUND || findings.inherits) this.judgeState(put, at);
      } else if (put === FULL) {
        this.limit = store.full;
      } else if (keepGoing) {
        this.judgeAgain(~put, at);
      }
      if (walking && put !== FULL) strategy.reach(put < 0 ? ~put : put, put >= 0);
    }
    for (const id of batch.stranded) {
      if (this.limit === undefined || id <= parent) this.judgeDeadlock(id);
    }
    if (this.limit !== undefined) strategy.giveBack(parent + 1);
    return parent;
  }

  /**
   * The same where the store may become full, in the middle of the batch. What others have said of
   * its later successors must not count then, so they are not relied on.
   */
  private takeSome(batch: Batch): void {
    const { cells, count, stride } = batch;
    const first = count > 0 ? cells[PARENT]! : batch.end;
    for (let at = 0; at < count * stride; at += stride) cells[at + JUDGED] = UNJUDGED!;
    const last = this.takeEach(batch);
    if (this.limit === undefined) {
      this.note(batch);
      return;
    }
    const { covered } = this.model;
    covered.fill(0);
    const again = new Batch(this.model.words, this.store.fingerprints);
    this.expander.expand(first, last + 1, again);
    covered.forEach((ran, statement) => ran === 1 && (this.covered[statement] = 1));
    this.findings.consulted |= again.consulted;
  }

  /** What a batch tells of coverage. */
  private note(batch: Batch): void {
    const { covered, findings } = this;
    findings.consulted |= batch.consulted;
    for (const place of batch.news) {
      if (place < covered.length) covered[place] = 1;
      else findings.applied[place - covered.length] = 1;
    }
  }

  private readonly snapshot = (): Snapshot => {
    const { store, findings, strategy, covered, transitions, expanded } = this;
    return {
      head: {
        words: this.model.words,
        states: store.count,
        storage: store.fingerprints ? 'fingerprint' : 'exact',
        halves: store.halves,
        transitions,
        expanded,
        levels: [...strategy.levels!],
        covered: [...covered],
        ...findings.kept(),
      },
      blocks: store.blocks(strategy.levels!.at(-1)!),
    };
  };

  private restore({ head, read }: Resumed): void {
    if (head.words !== this.model.words || head.covered.length !== this.covered.length) {
      throw new InputError('The snapshot is of another model: its states or statements differ.');
    }
    const { storage = 'exact' } = this.options;
    if (head.storage !== storage) {
      throw new InputError(`The snapshot is of a search with ${head.storage} storage, not ${storage}.`);
    }
    this.store.halves = head.halves;
    if (!this.store.restore(head.levels.at(-1)!, head.states, read)) {
      throw new InputError(`The snapshot's ${head.states} states pass the limits of this search.`);
    }
    this.transitions = head.transitions;
    this.expanded = head.expanded;
    this.covered.set(head.covered);
    this.findings.restore(head);
    this.strategy.restore?.(head.levels);
  }

  private readonly visitInitial = (): void => {
    const put = this.store.put(NONE);
    if (put === FULL) this.limit = this.store.full;
    else if (put >= 0) this.findings.judgeInitial(put);
  };

  private judgeState(id: number, at: number): void {
    const { cells } = this.batch;
    this.toScratch(at);
    this.findings.judgeState(id, cells, at);
  }

  private toScratch(at: number): void {
    const { cells } = this.batch;
    const { scratch, words } = this.model;
    for (let i = 0; i < words; i++) scratch[i] = cells[at + WORDS + i]!;
  }

  private judgeAgain(id: number, at: number): void {
    const { cells } = this.batch;
    if (!this.findings.needsJudging(id)) return;
    this.toScratch(at);
    this.findings.judgeAgain(id, cells[at + THREAD]!, cells[at + STATEMENT]!, cells[at + CHOICE]!);
  }

  /** Takes the step again: only inside of it does the model know why it raised something. */
  private judgeStep(at: number): void {
    const { model, findings } = this;
    const { cells } = this.batch;
    const thread = cells[at + THREAD]!;
    const statement = cells[at + STATEMENT]!;
    const choice = cells[at + CHOICE]!;
    if (!findings.isNewStep(cells[at + RAISED]!, statement)) return;
    this.store.load(cells[at + PARENT]!);
    let told = false;
    model.successors((t, s, c) => {
      if (told || t !== thread || s !== statement || c !== choice) return;
      told = true;
      findings.judgeStep(t, s, c);
    });
    if (!told) throw lost(cells[at + PARENT]!, NONE);
  }

  private judgeDeadlock(id: number): void {
    const parent = this.store.parents.get(id);
    const named = this.keepGoing && parent !== NONE;
    const statement = named ? lastStep(this.model, this.store, id)?.statement : undefined;
    this.findings.judgeDeadlock(id, statement, this.strategy.depth);
  }

  private endsAtBreach(): boolean {
    return !this.keepGoing && this.findings.found.length > 0;
  }

  private lookAtClock(): void {
    this.lookAt = this.expanded + CLOCK_STRIDE;
    if (this.options.now === undefined || this.options.now() < this.deadline) return;
    if (this.tracing === undefined) this.limit ??= 'time';
    this.hurried = true;
  }

  private report(): void {
    const levels = this.strategy.levels?.length ?? 1;
    if (levels === this.reportedLevels && this.expanded < this.reportAt) return;
    this.reportedLevels = levels;
    this.reportAt = this.expanded + PROGRESS_STRIDE;
    this.options.onProgress?.(this.progress());
  }

  /** The search is over; what is left is to find the traces. */
  private finish(): void {
    const { model, store, findings, strategy } = this;
    this.crew?.close();
    model.covered.set(this.covered);
    this.coverage = coverageOf(model, findings.applied, findings.consulted);
    const { levels } = strategy;
    this.tracing = breachesOf({
      model,
      store,
      findings: findings.found,
      levels: levels === undefined ? undefined : { starts: levels, marks: findings.marks },
      memoryLimit: this.options.memoryLimit ?? Infinity,
      hurried: () => this.hurried,
    });
  }
}
