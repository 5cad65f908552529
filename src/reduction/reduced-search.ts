/** A search of a reduced model, reported in terms of the model. */

import type { Model } from '../explorer/model.ts';
import type { ReducibleModel, Visibility } from './capabilities.ts';
import type { SearchOptions } from '../explorer/options.ts';
import type { Search } from '../explorer/search.ts';
import type { Verdict } from '../explorer/verdict.ts';
import { confirm } from '../explorer/checks/confirm.ts';
import { inOrder } from '../explorer/checks/deferred.ts';
import { ModelError } from '../errors.ts';
import { scheduleOf, traced } from '../explorer/checks/model-errors.ts';
import { liftTrace } from './lift-trace.ts';
import { HiddenRead } from './ample-sets.ts';
import { dependenciesOf, initialVisibility, reduce, reducedFactory } from './reduce.ts';

type Start = (model: Model, options: SearchOptions) => Search;

/** States among which it is found out first, by one thread, what invariants read. */
const SAMPLE = 2000;

/** Starts a search by `start`, of the model itself if there is nothing to reduce. */
export function startReduced(model: ReducibleModel, options: SearchOptions, start: Start): Search {
  if ((options.reductions ?? []).length === 0) return start(model, options);
  return new ReducedSearch(model, options, start);
}

/**
 * Where threads run on by what they touch, it has to be known what invariants read. That is
 * recorded: a search in which an invariant reads what it was not known to read is invalid, and
 * starts over, knowing it. This ends, as a state has only so many cells.
 */
class ReducedSearch implements Search {
  private readonly model: ReducibleModel;
  private readonly options: SearchOptions;
  private readonly start: Start;
  private readonly visible: Visibility | undefined;
  private searched: ReducibleModel;
  private search: Search;
  /**
   * It is still found out what invariants read: by searches of some states, one after the other.
   */
  private sampling: boolean;
  /** It has started over: what is learnt from then on must not depend on which thread learns it. */
  private restarted = false;
  private interrupted: Parameters<Search['interrupt']> | undefined;
  private lifted: Verdict | undefined;

  constructor(model: ReducibleModel, options: SearchOptions, start: Start) {
    this.model = model;
    this.options = options;
    this.start = start;
    const { reductions, onLevel, resume } = options;
    this.visible = initialVisibility(
      model,
      reductions!,
      onLevel !== undefined || resume !== undefined,
    );
    this.sampling = this.visible !== undefined;
    this.searched = reduce(model, reductions!, this.visible);
    this.search = this.restart();
  }

  advance(expansions: number): boolean {
    try {
      if (!this.search.advance(expansions)) return false;
      if (!this.sampling) return true;
      this.sampling = false;
    } catch (error) {
      this.learn(error);
      this.restarted = !this.sampling;
    }
    this.search = this.restart();
    return false;
  }

  interrupt(...why: Parameters<Search['interrupt']>): void {
    this.interrupted = why;
    this.search.interrupt(...why);
  }

  progress(): ReturnType<Search['progress']> {
    return this.search.progress();
  }

  verdict(): Verdict {
    if (this.lifted !== undefined) return this.lifted;
    const { model, searched, options, search } = this;
    const reductions = options.reductions!;
    const found = search.verdict();
    const shortest = !reductions.includes('por');
    const violations = found.violations.map((violation) => {
      const lifted = liftTrace(model, reductions, searched, violation);
      return confirm(model, {
        ...lifted,
        shortest: lifted.shortest && (shortest || lifted.trace.length === 0),
      });
    });
    const ordered = inOrder(violations, new Set(options.defer));
    return (this.lifted = { ...found, violations: ordered, reductions });
  }

  private restart(): Search {
    for (;;) {
      try {
        const search = this.sampling ? this.startSample() : this.startWhole();
        if (this.interrupted !== undefined) search.interrupt(...this.interrupted);
        return search;
      } catch (error) {
        this.learn(error);
      }
    }
  }

  private startWhole(): Search {
    const { model, options, visible } = this;
    const { reductions, factory } = options;
    this.searched = reduce(model, reductions!, visible);
    const again = this.restarted
      ? undefined
      : factory && reducedFactory(factory, reductions!, visible);
    return this.start(this.searched, { ...options, factory: again });
  }

  /** Finds out most of what invariants read, by itself and with a bound. */
  private startSample(): Search {
    const { deadlock, keepGoing, defer, reductions } = this.options;
    const by = reductions!.includes('por') ? (['por'] as const) : [];
    return this.start(reduce(this.model, by, this.visible), {
      maxStates: SAMPLE,
      deadlock,
      keepGoing,
      defer,
    });
  }

  /**
   * Puts the steps of the model in place of those that were searched, up to a state that was kept.
   */
  private retrace(error: ModelError): void {
    const { model, searched, options } = this;
    const schedule = scheduleOf(error);
    if (schedule === undefined) return;
    const { initial, trace } = schedule;
    const plain = {
      invariant: '',
      sentence: '',
      statement: undefined,
      shortest: false,
      alreadyViolated: [],
    };
    try {
      traced(
        error,
        model,
        liftTrace(model, options.reductions!, searched, { ...plain, initial, trace }),
      );
    } catch {
      // The trace of the search remains.
    }
  }

  private learn(error: unknown): void {
    const { visible } = this;
    if (error instanceof ModelError && !this.sampling) this.retrace(error);
    if (!(error instanceof HiddenRead) || visible === undefined) throw error;
    const bits = dependenciesOf(this.model).sameFieldEverywhere(error.visibility.bits);
    for (let w = 0; w < bits.length; w++) visible.bits[w] |= bits[w];
    visible.depth = Math.max(visible.depth, error.visibility.depth);
  }
}
