/**
 * The search loop: there is one, and strategy, storage and limits are its arguments.
 *
 * It advances in portions, so that whoever runs it can show progress, answer Ctrl-C or do something
 * else in between; `explore` runs it to the end. It never prints, never exits, and reads no clock
 * but the one it was given. Nothing is allocated per transition: the model calls one closure, made
 * once, for every successor. A breadth-first search that finds a breach completes the level, so
 * that its counts do not depend on the order within the level.
 */

import { ModelError } from '../errors.ts';
import { breachesOf } from './breaches.ts';
import type { Model } from './contract.ts';
import { coverageOf } from './coverage.ts';
import { Findings } from './findings.ts';
import { checkOptions, type SearchOptions } from './options.ts';
import { FULL, NONE, StateStore } from './store.ts';
import { strategyOf } from './strategies/choose.ts';
import { NOTHING, type Strategy } from './strategies/strategy.ts';
import { stepBetween } from './trace.ts';
import type { Breach, Coverage, Limit, Outcome, Progress, Verdict } from './verdict.ts';

export type { SearchOptions } from './options.ts';

export interface Search {
  /** Expands about so many states; true when the verdict is ready. */
  advance(expansions: number): boolean;
  /** Ends the search at the next `advance`, as limited, with what was found until then. */
  interrupt(): void;
  progress(): Progress;
  /** Once `advance` has returned true. */
  verdict(): Verdict;
}

/** Expanded states between two looks at the clock, and between two calls of `onProgress`. */
const CLOCK_STRIDE = 256;
const PROGRESS_STRIDE = 16_384;

/** Finds the initial states; the rest is up to `advance`. */
export function startSearch(model: Model, options: SearchOptions = {}): Search {
  checkOptions(options);
  return new Exploration(model, options);
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
  private readonly keepGoing: boolean;
  private readonly deadline: number;

  private expanded = 0;
  private transitions = 0;
  /** Of the state being expanded. */
  private successors = 0;
  private parent = NONE;
  private limit: Limit | undefined;
  private reportedLevels = 1;
  private interrupted = false;
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
    this.deadline = (options.now?.() ?? 0) + 1000 * (options.timeLimit ?? Infinity);
    model.covered.fill(0);
    model.initial(this.visitInitial);
    if (this.store.count === 0 && this.limit === undefined) {
      throw new ModelError('The model has no initial state: `initial` never called its visitor.');
    }
    this.strategy.start(this.store.count);
    if (this.endsAtBreach()) this.strategy.windUp();
  }

  advance(expansions: number): boolean {
    let left = Math.max(1, expansions);
    while (left > 0 && this.tracing === undefined) {
      if (this.expandNext()) left--;
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

  interrupt(): void {
    this.interrupted = true;
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
    return { ...this.progress(), outcome, limit, breaches, coverage, strategy };
  }

  /** False when the search is over. */
  private expandNext(): boolean {
    if (this.expanded % CLOCK_STRIDE === 0) this.lookAtClock();
    if (this.interrupted) this.limit ??= 'interrupted';
    if (this.limit !== undefined) return false;
    const id = this.strategy.next();
    this.report();
    if (id === NOTHING) {
      this.limit = this.endsAtBreach() ? undefined : this.strategy.cut;
      return false;
    }
    this.parent = id;
    this.successors = 0;
    this.findings.leave(id, this.strategy.depth + 1);
    this.store.load(id);
    this.model.successors(this.visit);
    this.expanded++;
    this.transitions += this.successors;
    if (this.successors === 0 && this.options.deadlock !== false) this.judgeDeadlock(id);
    if (this.endsAtBreach()) this.strategy.windUp();
    return true;
  }

  private readonly visitInitial = (): void => {
    const put = this.store.put(NONE);
    if (put === FULL) this.limit = this.store.full;
    else if (put >= 0) this.findings.judgeState(put, NONE, NONE, NONE);
  };

  private readonly visit = (thread: number, statement: number, choice: number): void => {
    const { model, findings } = this;
    this.successors++;
    findings.consulted |= model.consulted;
    if (model.raised !== 0) findings.judgeStep(thread, statement, choice);
    const put = this.store.put(this.parent);
    if (put >= 0) {
      findings.judgeState(put, thread, statement, choice);
      this.strategy.reach(put, true);
    } else if (put !== FULL) {
      if (this.keepGoing) findings.judgeAgain(~put, thread, statement, choice);
      this.strategy.reach(~put, false);
    } else {
      this.limit = this.store.full;
    }
  };

  private judgeDeadlock(id: number): void {
    this.store.load(id);
    if (this.model.finished()) return;
    const parent = this.store.parents.get(id);
    const named = this.keepGoing && parent !== NONE;
    const statement = named ? stepBetween(this.model, this.store, parent, id).statement : undefined;
    this.findings.judgeDeadlock(id, statement, this.strategy.depth);
  }

  private endsAtBreach(): boolean {
    return !this.keepGoing && this.findings.found.length > 0;
  }

  private lookAtClock(): void {
    if (this.options.now === undefined || this.options.now() < this.deadline) return;
    if (this.tracing === undefined) this.limit ??= 'time';
    this.hurried = true;
  }

  private report(): void {
    const levels = this.strategy.levels?.length ?? 1;
    if (levels === this.reportedLevels && (this.expanded + 1) % PROGRESS_STRIDE !== 0) return;
    this.reportedLevels = levels;
    this.options.onProgress?.(this.progress());
  }

  /** The search is over; what is left is to find the traces. */
  private finish(): void {
    const { model, store, findings, strategy } = this;
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
