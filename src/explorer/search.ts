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
import { Batch } from './batch.ts';
import { breachesOf } from './breaches.ts';
import type { Model } from './contract.ts';
import { coverageOf } from './coverage.ts';
import { Crew } from './crew.ts';
import { Expander } from './expander.ts';
import { Findings } from './findings.ts';
import { Committer } from './intake.ts';
import { checkOptions, type SearchOptions } from './options.ts';
import { startReduced } from './reduction/search.ts';
import type { Resumed, Snapshot } from './snapshot.ts';
import { VisitedSet } from './store.ts';
import { frontierFor } from './strategies/choose.ts';
import { NO_STATE, type Frontier } from './strategies/strategy.ts';
import { initialState, pathTo } from './trace.ts';
import type { Breach, Coverage, Limit, Outcome, Progress, Verdict } from './verdict.ts';
import { placed, traced } from './wrong.ts';

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
  private readonly store: VisitedSet;
  private readonly findings: Findings;
  private readonly strategy: Frontier;
  private readonly expander: Expander;
  private readonly intake: Committer;
  /** What this thread expands itself. */
  private readonly own: Batch;
  private crew: Crew | undefined;
  private readonly keepGoing: boolean;
  private readonly deadline: number;

  private expanded = 0;
  /** Where a snapshot is taken: before a batch that the store may not have room for. */
  private readonly at = { next: 0, states: 0, transitions: 0, expanded: 0, halves: 0, found: 0 };
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
    this.store = new VisitedSet(model.scratch, options);
    this.findings = new Findings(model, this.store, this.keepGoing);
    this.strategy = frontierFor(options, this.store);
    const every = this.keepGoing || this.strategy.levels === undefined;
    this.expander = new Expander(model, this.store, options.deadlock !== false, every);
    const { store, findings, strategy, expander, keepGoing } = this;
    this.intake = new Committer(model, store, findings, strategy, expander, keepGoing);
    this.own = new Batch(model.words, store.fingerprints);
    this.deadline = (options.now?.() ?? 0) + 1000 * (options.timeLimit ?? Infinity);
    model.covered.fill(0);
    if (options.resume !== undefined) this.restore(options.resume);
    else model.initial(this.intake.commitInitial);
    this.limit = this.intake.limitHit;
    if (this.store.count === 0 && this.limit === undefined) {
      throw new ModelError('The model has no initial state: `initial` never called its visitor.');
    }
    this.strategy.start(this.store.count);
    if (this.endsAtBreach()) this.strategy.stopAfterLevel();
  }

  advance(expansions: number): boolean {
    try {
      return this.proceed(expansions);
    } catch (error) {
      this.crew?.close();
      if (error instanceof ModelError && this.tracing === undefined) this.trace(error);
      throw error;
    }
  }

  private proceed(expansions: number): boolean {
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
      transitions: this.intake.transitions,
      depth: this.strategy.deepest,
      frontier: this.strategy.size,
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

  /** Adds to an error where it was met, and the trace that leads there, if there is one. */
  private trace(error: ModelError): void {
    const { model, store, intake, expander } = this;
    const { judged } = intake;
    const { state, ending } = expander.expanding;
    if (judged === undefined && !ending) placed(error, model, model.running?.());
    try {
      const { states, steps } = pathTo(model, store, judged?.parent ?? state);
      const first = states[0] ?? judged?.parent ?? state;
      const trace = judged === undefined ? steps : [...steps, judged.step];
      traced(error, model, { initial: initialState(model, store, first).index, trace });
    } catch {
      // A model that does not do the same again has no trace; what is wrong with it is said already.
    }
  }

  /** How many states it expanded, at most `most`; 0 when the search is over. */
  private expandNext(most: number): number {
    if (this.expanded >= this.lookAt) this.lookAtClock();
    if (this.interrupted !== undefined) this.limit ??= this.interrupted;
    const between = this.strategy.levels !== undefined && this.strategy.remainingInLevel === 0;
    if (between && this.limit === undefined) {
      this.stand(this.store.count - this.strategy.size);
      this.options.onLevel?.(this.snapshot, false);
      if (this.interrupted !== undefined) this.limit ??= this.interrupted;
    }
    if (this.limit !== undefined) return 0;
    const first = this.strategy.pop();
    this.report();
    if (first === NO_STATE) {
      this.limit = this.endsAtBreach() ? undefined : this.strategy.truncatedBy;
      return 0;
    }
    this.stand(first);
    const expanded = this.expandTogether(first) || this.expandAlone(first, most);
    this.limit = this.intake.limitHit;
    if (this.strategy.levels !== undefined && this.limit === undefined) {
      this.store.discard(first + expanded);
    }
    this.expanded += expanded;
    if (this.endsAtBreach()) this.strategy.stopAfterLevel();
    return expanded;
  }

  private expandAlone(first: number, most: number): number {
    const end = first + 1 + this.strategy.popRange(Math.min(BATCH_STATES, most) - 1);
    this.expandStretch(first, end);
    return end - first;
  }

  private expandStretch(first: number, end: number): void {
    this.own.clear();
    this.expander.expand(first, end, this.own);
    this.intake.commit(this.own);
  }

  /** Expands a job of the crew; 0 if there is no crew, or too little to do for one. */
  private expandTogether(first: number): number {
    const crew = this.crewFor(first);
    if (crew === undefined) return 0;
    const end = crew.stretch[1];
    this.strategy.popRange(end - first - 1);
    const batch = crew.next();
    this.intake.commit(batch);
    crew.taken();
    if (batch.end < end && this.intake.limitHit === undefined) this.expandStretch(batch.end, end);
    return end - first;
  }

  private crewFor(first: number): Crew | undefined {
    const { workers = 1, recipe, onWorkerLost = () => {} } = this.options;
    const { remainingInLevel } = this.strategy;
    if (this.crew?.busy === true) return this.crew;
    if (workers === 1 || recipe === undefined || remainingInLevel < CREW_STATES) return undefined;
    const { model, store, expander } = this;
    this.crew ??= new Crew(model, store, expander, recipe, workers, onWorkerLost);
    this.crew.open(first, first + 1 + remainingInLevel);
    return this.crew;
  }

  /** A snapshot is to be taken as things stand now; `next` is the first state not expanded. */
  private stand(next: number): void {
    const { at, store, intake, findings } = this;
    at.next = next;
    at.states = store.count;
    at.transitions = intake.transitions;
    at.expanded = this.expanded;
    at.halves = store.partialMatches;
    at.found = findings.found.length;
  }

  private readonly snapshot = (): Snapshot => {
    const { store, findings, strategy } = this;
    const { next, states, transitions, expanded, halves, found } = this.at;
    return {
      head: {
        words: this.model.words,
        states,
        storage: store.fingerprints ? 'fingerprint' : 'exact',
        halves,
        transitions,
        expanded,
        next,
        levels: [...strategy.levels!],
        covered: [...this.intake.covered],
        ...findings.kept(found),
      },
      blocks: store.blocks(next, states),
    };
  };

  /** The last snapshot of a search that another one may go on with. */
  private keepLast(): void {
    const { limit, strategy, intake, store } = this;
    // Not if the initial states alone were too many.
    const begun = intake.limitHit === undefined || this.at.states > 0;
    if (limit === undefined || strategy.levels === undefined || this.endsAtBreach() || !begun) return;
    if (intake.limitHit === undefined) this.stand(store.count - strategy.size);
    this.options.onLevel?.(this.snapshot, true);
  }

  private restore({ head, read }: Resumed): void {
    const { applied } = this.findings;
    const { statements, words } = this.model;
    const sizes = [head.words, head.covered.length, head.applied.length];
    if ([words, statements.length, applied.length].some((size, i) => size !== sizes[i])) {
      throw new InputError('The snapshot is of another model: its states or statements differ.');
    }
    const { storage = 'exact' } = this.options;
    if (head.storage !== storage) {
      throw new InputError(`The snapshot is of a search with ${head.storage} storage, not ${storage}.`);
    }
    this.store.partialMatches = head.halves;
    if (!this.store.restore(head.next, head.states, read)) {
      throw new InputError(`The snapshot's ${head.states} states pass the limits of this search.`);
    }
    this.intake.transitions = head.transitions;
    this.expanded = head.expanded;
    this.intake.covered.set(head.covered);
    this.findings.restore(head);
    this.strategy.restore?.(head.levels, head.next);
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
    this.keepLast();
    model.covered.set(this.intake.covered);
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
