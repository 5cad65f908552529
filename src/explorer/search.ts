/**
 * The search loop: there is one, and strategy, storage and limits are its arguments.
 *
 * It advances in portions, so that its caller can show progress, answer Ctrl-C or do something
 * else in between; `explore` runs it to the end. It never prints, never exits, and reads no clock
 * but the one it was given. States are expanded a batch at a time, and then the batch is stored and
 * checked, in order: the outcome is that of expanding one state after the other. A breadth-first
 * search that finds a violation completes the level, so that its counts do not depend on the order
 * within the level.
 */

import { authorsError } from '../author-errors.ts';
import { ModelError } from '../errors.ts';
import { reconstructTraces } from './traces/reconstruct.ts';
import type { Inspector } from './checks/inspector.ts';
import type { Model } from './model.ts';
import type { ConfirmableModel } from './rerun.ts';
import { coverageOf } from './checks/coverage.ts';
import { inOrder } from './checks/deferred.ts';
import { Expander } from './successors/expander.ts';
import { Violations } from './checks/violations.ts';
import { Committer } from './successors/committer.ts';
import type { SearchOptions } from './options.ts';
import { Expansion, WAITING } from './expansion.ts';
import { SuspendResume } from './suspend-resume.ts';
import { locate } from './traces/locate-error.ts';
import { VisitedSet } from './visited/visited-set.ts';
import { frontierFor } from './frontier/choose.ts';
import { NO_STATE, type Frontier } from './frontier/frontier.ts';
import type { Violation, Coverage, Limit, Outcome, Progress, Verdict } from './verdict.ts';

/** A search under way, in slices: `startSearch` begins it. */
export interface Search {
  /** Expands about so many states; true when the verdict is ready. */
  advance(expansions: number): boolean;
  /** Ends the search at the next `advance`, as limited, with what was found until then. */
  interrupt(why?: 'interrupted' | 'disk'): void;
  progress(): Progress;
  /** Once `advance` has returned true. */
  verdict(): Verdict;
}

/** Expanded states between two looks at the clock, and between two calls of `onProgress`. */
const CLOCK_STRIDE = 256;
const PROGRESS_STRIDE = 16_384;

/** A search of the states of a model, whatever reductions `options` name. */
export class StateSearch implements Search {
  private readonly model: ConfirmableModel;
  private readonly options: SearchOptions;
  private readonly visited: VisitedSet;
  private readonly violations: Violations;
  private readonly frontier: Frontier;
  private readonly expander: Expander;
  private readonly committer: Committer;
  private readonly expansion: Expansion;
  private readonly suspension: SuspendResume;
  private readonly keepGoing: boolean;
  private readonly deadline: number;
  private readonly inspector: Inspector | undefined;

  private expanded = 0;
  private lookAt = 0;
  private limit: Limit | undefined;
  private reportedLevels = 1;
  private reportAt = PROGRESS_STRIDE;
  private interrupted: 'interrupted' | 'disk' | undefined;
  private hurried = false;
  private coverage: Coverage | undefined;
  private tracing: Generator<number, Violation[]> | undefined;
  private traced: Violation[] | undefined;

  /** `inspector` looks at the states that are expanded before there are several threads. */
  constructor(model: Model, options: SearchOptions, inspector?: Inspector) {
    this.model = model;
    this.options = options;
    this.keepGoing = options.keepGoing === true;
    this.visited = new VisitedSet(model.scratch, options);
    this.violations = new Violations(model, this.visited, options);
    this.frontier = frontierFor(options, this.visited);
    const every = this.keepGoing || this.frontier.levels === undefined;
    this.expander = new Expander(model, this.visited, options.deadlock !== false, every);
    this.inspector = inspector;
    this.expander.inspector = inspector;
    const { visited, violations, frontier, expander, keepGoing } = this;
    this.committer = new Committer(model, visited, violations, frontier, expander, keepGoing);
    const { committer } = this;
    this.expansion = new Expansion(model, options, visited, frontier, expander, committer);
    this.suspension = new SuspendResume(model, visited, violations, frontier, committer);
    this.deadline = (options.now?.() ?? 0) + 1000 * (options.timeLimit ?? Infinity);
    model.step.covered.fill(0);
    if (options.resume !== undefined) this.expanded = this.suspension.resume(options.resume);
    else this.commitInitialStates();
    this.limit = this.committer.limitHit;
    if (this.visited.count === 0 && this.limit === undefined) {
      throw new ModelError('The model has no initial state: `initial` never called its visitor.');
    }
    this.frontier.start(this.visited.count);
    if (this.violations.ends) this.frontier.stopAfterLevel();
  }

  private commitInitialStates(): void {
    try {
      this.model.initialStates(this.committer.commitInitial);
    } catch (error) {
      throw authorsError(error);
    }
  }

  advance(expansions: number): boolean {
    try {
      return this.proceed(expansions);
    } catch (thrown) {
      const error = authorsError(thrown);
      this.expansion.close(false);
      if (error instanceof ModelError && this.tracing === undefined) {
        const { model, visited, expander, committer } = this;
        locate(error, model, visited, expander.expanding, committer.checking);
      }
      throw error;
    }
  }

  private proceed(expansions: number): boolean {
    let left = Math.max(1, expansions);
    while (left > 0 && this.tracing === undefined) {
      const expanded = this.expandNext(left);
      if (expanded > 0) left -= expanded;
      else if (expanded === WAITING) return false;
      else this.finish();
    }
    while (left > 0 && this.traced === undefined) {
      this.lookAtClock();
      const part = this.tracing!.next();
      if (part.done === true) this.traced = inOrder(part.value, this.violations.deferred);
      else left -= part.value;
    }
    return this.traced !== undefined;
  }

  interrupt(why: 'interrupted' | 'disk' = 'interrupted'): void {
    this.interrupted = why;
    this.hurried = true;
  }

  progress(): Progress {
    return {
      states: this.visited.count,
      transitions: this.committer.transitions,
      depth: this.frontier.deepest,
      frontier: this.frontier.size,
      bytes: this.visited.bytes,
    };
  }

  verdict(): Verdict {
    const { traced, coverage, limit } = this;
    if (traced === undefined || coverage === undefined) {
      throw new Error('There is no verdict before `advance` has returned true.');
    }
    let outcome: Outcome = limit === undefined ? 'holds' : 'limited';
    if (traced.length > 0) outcome = 'violated';
    const strategy = this.options.strategy ?? 'bfs';
    const { collisions, spilled } = this.visited;
    const kept = { strategy, reductions: [], spilled, collisions };
    return { ...this.progress(), outcome, limit, violations: traced, coverage, ...kept };
  }

  /** How many states it expanded, at most `most`; 0 when the search is over, or WAITING. */
  private expandNext(most: number): number {
    if (this.expanded >= this.lookAt) this.lookAtClock();
    if (this.interrupted !== undefined) this.limit ??= this.interrupted;
    const between = this.frontier.levels !== undefined && this.frontier.remainingInLevel === 0;
    if (between && this.limit === undefined) {
      this.suspension.note(this.visited.count - this.frontier.size, this.expanded);
      this.options.onLevel?.(this.suspension.checkpoint, false);
      if (this.interrupted !== undefined) this.limit ??= this.interrupted;
    }
    if (this.limit !== undefined) return 0;
    const first = this.frontier.pop();
    this.report();
    if (first === NO_STATE) {
      this.limit = this.violations.ends ? undefined : this.frontier.truncatedBy;
      return 0;
    }
    this.suspension.note(first, this.expanded);
    const expanded = this.expansion.expand(first, most);
    if (expanded === WAITING) {
      this.frontier.unpop(first);
      this.lookAtClock();
      return WAITING;
    }
    this.limit = this.committer.limitHit;
    if (this.frontier.levels !== undefined && this.limit === undefined) {
      this.visited.discard(first + expanded);
    }
    this.expanded += expanded;
    if (this.violations.ends) this.frontier.stopAfterLevel();
    return expanded;
  }

  /** The last checkpoint of a search that another one may go on with. */
  private keepLast(): void {
    const { limit, frontier, committer, visited } = this;
    const begun = committer.limitHit === undefined || this.suspension.begun;
    if (limit === undefined || frontier.levels === undefined || this.violations.ends || !begun)
      return;
    if (committer.limitHit === undefined)
      this.suspension.note(visited.count - frontier.size, this.expanded);
    this.options.onLevel?.(this.suspension.checkpoint, true);
  }

  private lookAtClock(): void {
    this.lookAt = this.expanded + CLOCK_STRIDE;
    if (this.options.now === undefined || this.options.now() < this.deadline) return;
    if (this.tracing === undefined) this.limit ??= 'time';
    this.hurried = true;
  }

  private report(): void {
    const levels = this.frontier.levels?.length ?? 1;
    if (levels === this.reportedLevels && this.expanded < this.reportAt) return;
    this.reportedLevels = levels;
    this.reportAt = this.expanded + PROGRESS_STRIDE;
    this.options.onProgress?.(this.progress());
  }

  /** The search is over; what is left is to find the traces. */
  private finish(): void {
    const { model, visited, violations, frontier } = this;
    this.expansion.close(true);
    this.keepLast();
    if (!this.hurried) this.inspector?.finish(this.expander);
    model.step.covered.set(this.committer.covered);
    const { ended } = this.committer;
    this.coverage = coverageOf(model, violations.applied, violations.checkedSteps, ended);
    const { levels } = frontier;
    this.tracing = reconstructTraces({
      model,
      store: visited,
      violations: violations.found,
      levels: levels === undefined ? undefined : { starts: levels, marks: violations.marks },
      memoryLimit: this.options.memoryLimit ?? Infinity,
      hurried: () => this.hurried,
    });
  }
}
