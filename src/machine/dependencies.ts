/** Who may touch what, of a machine: regions are given by the paths of their cells. */

import type { StateInvariant } from '../explorer/model.ts';
import type { Dependencies, Region, Visibility } from '../reduction/capabilities.ts';
import type { Layout } from '../state/layout.ts';
import type { Variants } from '../state/cases.ts';
import { mark, type Bits } from '../state/access-recording.ts';
import { get } from '../state/schema.ts';
import type { StackView } from '../state/stack-view.ts';
import type { Machine } from './machine.ts';

/** A part of a state by the paths of its cells, and which threads can access it. */
export interface DeclaredRegion extends Omit<Region, 'bits'> {
  /** Is this cell in it? */
  readonly has: (path: string) => boolean;
}

/** What a system says of its threads. */
export interface DeclaredDependencies<K> {
  regions(k: K): readonly DeclaredRegion[];
  live(k: K, thread: number): boolean;
  /** The cell that stops the machine. */
  isStop(path: string): boolean;
}

/**
 * Who can touch what, for partial order: `dependencies` of a model takes a function that answers
 * it. `again` makes the machine once more, over another layout of the same state.
 */
export function dependenciesOf<K extends object, S>(
  machine: Machine<K, S>,
  again: (layout: Layout<K>) => Machine<K, S>,
  declared: DeclaredDependencies<K>,
): Dependencies {
  const { layout } = machine.parts;
  const { none, bitsOf, cellsIn } = cellSets(layout);
  const marks = { reads: none(), writes: none(), partialStackReads: none(), depth: 0 };
  const recording = again(layout.observed(marks));
  const { view } = recording.parts.layout;
  const stacks = machine.threads.map((_, t) => {
    return machine.parts.stackOf(layout.view, t) as unknown as StackView<Variants>;
  });
  return Object.assign(marks, {
    model: recording,
    clear: () => clear(marks),
    cells: bitsOf(() => true),
    privateBits: stacks.map(({ first, schema }) => {
      const bits = none();
      mark(bits, first, schema.bits);
      return bits;
    }),
    difference: (one: Bits, other: Bits) => lowestDifference(stacks, one, other),
    regions: declared.regions(view).map(({ has, ...region }) => ({ ...region, bits: bitsOf(has) })),
    ignoredReads: bitsOf((path) => declared.isStop(path)),
    live: (thread: number) => declared.live(view, thread),
    cellsIn,
    sameFieldEverywhere(bits: Bits) {
      const kinds = new Set(cellsIn(bits).map(kindOf));
      return bitsOf((path) => kinds.has(kindOf(path)));
    },
    checksSeeing: restrictedChecks(machine, recording, marks, bitsOf),
  });
}

/** A cell of any row of a table: `frames[].refcount`. */
const kindOf = (path: string): string => path.replaceAll(/\[\d+\]/g, '[]');

/** Everything that was read and written of a recording machine. */
type Marks = Pick<Dependencies, 'reads' | 'writes' | 'partialStackReads' | 'depth'>;

function clear(marks: Marks): void {
  for (const bits of [marks.reads, marks.writes, marks.partialStackReads]) bits.fill(0);
  marks.depth = 0;
}

type CellSets = ReturnType<typeof cellSets>;

/** Sets of cells as bits of a state, and back. */
function cellSets<K>(layout: Layout<K>) {
  const cells = layout.cells();
  const none = (): Bits => new Int32Array(layout.words);
  const bitsOf = (has: (path: string) => boolean): Bits => {
    const bits = none();
    for (const cell of cells) if (has(cell.path)) mark(bits, cell.at, cell.bits);
    return bits;
  };
  const cellsIn = (bits: Bits): string[] =>
    cells
      .filter((cell) => {
        const own = none();
        mark(own, cell.at, cell.bits);
        return own.some((word, w) => (word & bits[w]) !== 0);
      })
      .map(({ path }) => path);
  return { none, bitsOf, cellsIn };
}

/** The lowest frame in which a call stack differs between two states. */
function lowestDifference(stacks: readonly StackView<Variants>[], one: Bits, other: Bits): number {
  let least = Infinity;
  for (const { first, schema } of stacks) {
    const at = first + schema.chainAt;
    const [a, b] = [get(one, at, schema.chainBits), get(other, at, schema.chainBits)];
    let depth = 1;
    if (a === b) continue;
    while (schema.lowest(a, depth) === schema.lowest(b, depth)) depth++;
    least = Math.min(least, depth);
  }
  return least;
}

/** The state invariants on a view that shows only what is visible. */
function restrictedChecks<K extends object, S>(
  machine: Machine<K, S>,
  recording: Machine<K, S>,
  marks: Marks,
  bitsOf: CellSets['bitsOf'],
): Dependencies['checksSeeing'] {
  const { layout } = machine.parts;
  let cannotSee: (read: Visibility) => never;
  const hidden = (): never => {
    clear(marks);
    for (const { applies, violation } of recording.stateInvariants) {
      recording.scratch.set(machine.scratch);
      applies();
      violation();
    }
    return cannotSee({ bits: marks.reads.slice(), depth: marks.depth });
  };
  let guarded: { show(seen: Visibility): void; checks: readonly StateInvariant[] } | undefined;
  return ({ bits, depth }, whenHidden) => {
    if (guarded === undefined) {
      const { view: shown, show } = layout.guarded(hidden);
      guarded = { show, checks: machine.parts.stateInvariants(shown) };
    }
    cannotSee = whenHidden;
    const { checks } = guarded;
    guarded.show({ bits, depth });
    const reads = depth === 0 ? bits.slice() : bitsOf((path) => path.endsWith('.chain'));
    bits.forEach((word, w) => (reads[w] |= word));
    return machine.stateInvariants.map((check, i) => {
      if (check.reads !== undefined) return check;
      const { applies, violation } = checks[i];
      return { name: check.name, reads, applies, violation };
    });
  };
}
