/**
 * Where a breadth-first search can be continued: notes a place between two batches, takes the
 * checkpoint of the place noted last, and puts a new search where a checkpoint was taken.
 */

import { InputError } from '../errors.ts';
import type { Violations } from './checks/violations.ts';
import type { Checkpoint, CheckpointReader } from './checkpoint.ts';
import type { Frontier } from './frontier/frontier.ts';
import type { Model } from './model.ts';
import type { Committer } from './successors/committer.ts';
import type { VisitedSet } from './visited/visited-set.ts';

export class SuspendResume {
  private readonly model: Model;
  private readonly visited: VisitedSet;
  private readonly violations: Violations;
  private readonly frontier: Frontier;
  private readonly committer: Committer;
  /** Before a batch that the store may not have room for. */
  private readonly at = {
    next: 0,
    states: 0,
    transitions: 0,
    expanded: 0,
    partialMatches: 0,
    found: 0,
  };

  constructor(
    model: Model,
    visited: VisitedSet,
    violations: Violations,
    frontier: Frontier,
    committer: Committer,
  ) {
    this.model = model;
    this.visited = visited;
    this.violations = violations;
    this.frontier = frontier;
    this.committer = committer;
  }

  /** Notes where a checkpoint would be taken now; `next` is the first state not expanded. */
  note(next: number, expanded: number): void {
    const { at, visited, committer, violations } = this;
    at.next = next;
    at.states = visited.count;
    at.transitions = committer.transitions;
    at.expanded = expanded;
    at.partialMatches = visited.partialMatches;
    at.found = violations.found.length;
  }

  /** Has a place been noted that has states? Not if the initial states alone were too many. */
  get begun(): boolean {
    return this.at.states > 0;
  }

  readonly checkpoint = (): Checkpoint => {
    const { visited, violations, frontier } = this;
    const { next, states, transitions, expanded, partialMatches, found } = this.at;
    return {
      head: {
        words: this.model.words,
        states,
        storage: visited.fingerprints ? 'fingerprint' : 'exact',
        partialMatches,
        transitions,
        expanded,
        next,
        levels: [...frontier.levels!],
        covered: [...this.committer.covered],
        ended: this.committer.ended,
        ...violations.save(found),
      },
      blocks: visited.blocks(next, states),
    };
  };

  /** Continues from a checkpoint, with an empty visited set; the number of expanded states. */
  resume({ head, read }: CheckpointReader): number {
    const { visited, violations, committer } = this;
    this.demandSame(head);
    visited.partialMatches = head.partialMatches;
    if (!visited.restore(head.next, head.states, read)) {
      throw new InputError(
        `The checkpoint's ${head.states} states exceed the limits of this search.`,
      );
    }
    committer.transitions = head.transitions;
    committer.covered.set(head.covered);
    committer.ended = head.ended === true;
    violations.restore(head);
    this.frontier.restore?.(head.levels, head.next);
    return head.expanded;
  }

  /** A checkpoint belongs to a model, and to a kind of storage. */
  private demandSame(head: CheckpointReader['head']): void {
    const { applied } = this.violations;
    const { statements, words } = this.model;
    const sizes = [head.words, head.covered.length, head.applied.length];
    if ([words, statements.length, applied.length].some((size, i) => size !== sizes[i])) {
      throw new InputError(
        'The checkpoint belongs to another model: its states or statements differ.',
      );
    }
    const storage = this.visited.fingerprints ? 'fingerprint' : 'exact';
    if (head.storage !== storage) {
      throw new InputError(
        `The checkpoint belongs to a search with ${head.storage} storage, not ${storage}.`,
      );
    }
  }
}
