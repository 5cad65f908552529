/**
 * Random small programs over private and shared fields, to compare a search that relies on declared
 * accesses with one that does not.
 */

import type { StateInvariant } from '../../src/explorer/model.ts';
import type {
  RecordingModel,
  ReducibleModel,
  Region,
  Visibility,
} from '../../src/reduction/capabilities.ts';
import { plainModel, stateCheck } from './plain.ts';

export type Instruction =
  | { readonly do: 'set'; readonly cell: number; readonly value: number }
  | { readonly do: 'copy'; readonly from: number; readonly cell: number }
  | { readonly do: 'wait'; readonly cell: number; readonly value: number }
  | { readonly do: 'again'; readonly cell: number; readonly value: number; readonly at: number };

export interface Cells {
  readonly cells: number;
  readonly programs: readonly (readonly Instruction[])[];
  /** The invariant is violated if these two are 2 at once. */
  readonly watched: readonly [number, number];
  /** Threads that are left out of the declaration of accesses, to make it wrong. */
  readonly forgotten?: number;
}

/** Words: a pc for each thread, then the cells. */
export function privateCells(cells: Cells): ReducibleModel {
  const { model, checksSeeing } = recording(cells);
  return {
    ...model,
    dependencies() {
      const twin = recording(cells);
      return Object.assign(twin.access, { model: twin.model, checksSeeing });
    },
  };
}

/** The model, which records what it does. */
function recording(cells: Cells) {
  const memory = new Memory(cells.programs.length + cells.cells);
  const model = modelOf(cells, memory);
  return {
    model,
    access: accessOf(cells, memory),
    /** Its checks record by themselves. */
    checksSeeing(
      { bits }: Visibility,
      hidden: (read: Visibility) => never,
    ): readonly StateInvariant[] {
      const watched = <T>(ask: () => T): T => {
        memory.clear();
        const answer = ask();
        const { reads } = memory;
        if (reads.some((word, w) => (word & ~bits[w]) !== 0)) {
          hidden({ bits: reads.slice(), depth: 0 });
        }
        return answer;
      };
      return model.stateInvariants.map(({ name, applies, violation }) => {
        return { name, applies, violation: () => watched(violation) };
      });
    },
  };
}

/** The words of a state, and which of them were read and written. */
class Memory {
  readonly words: Int32Array;
  readonly reads: Int32Array;
  readonly writes: Int32Array;

  constructor(size: number) {
    this.words = new Int32Array(size);
    this.reads = this.none();
    this.writes = this.none();
  }

  none(): Int32Array {
    return new Int32Array(this.words.length);
  }

  /** The bits of one word. */
  only(word: number): Int32Array {
    const bits = this.none();
    bits[word] = -1;
    return bits;
  }

  clear(): void {
    this.reads.fill(0);
    this.writes.fill(0);
  }

  read(word: number): number {
    this.reads[word] = -1;
    return this.words[word];
  }

  write(word: number, value: number): void {
    this.writes[word] = -1;
    this.words[word] = value;
  }
}

function accessOf({ programs, forgotten = 0 }: Cells, memory: Memory) {
  return {
    reads: memory.reads,
    writes: memory.writes,
    partialStackReads: memory.none(),
    depth: 0,
    cells: memory.none().fill(-1),
    ignoredReads: memory.none(),
    clear: () => memory.clear(),
    privateBits: programs.map((_, t) => memory.only(t)),
    difference: () => Infinity,
    live: (thread: number) => memory.read(thread) < programs[thread].length,
    sameFieldEverywhere: (bits: Int32Array) => bits,
    cellsIn: (bits: Int32Array) =>
      [...bits.keys()].filter((w) => bits[w] !== 0).map((w) => `word ${w}`),
    regions: [...memory.words.keys()].map((word): Region => {
      const writers = usersOf(programs, word, ['set', 'copy']) & ~forgotten;
      const readers = writers | (usersOf(programs, word, ['wait', 'again', 'from']) & ~forgotten);
      return {
        name: `word ${word}`,
        bits: memory.only(word),
        readers: () => readers,
        writers: () => writers,
      };
    }),
  };
}

/**
 * The threads whose programs have such instructions for a word, as bits; and that whose pc it is.
 */
function usersOf(programs: Cells['programs'], word: number, kinds: readonly string[]): number {
  const cell = word - programs.length;
  return programs.reduce((bits, program, t) => {
    const touches = program.some(
      (each) =>
        (kinds.includes(each.do) && each.cell === cell) ||
        (kinds.includes('from') && each.do === 'copy' && each.from === cell),
    );
    return bits | (Number(touches || word === t) << t);
  }, 0);
}

function modelOf({ programs, watched }: Cells, memory: Memory): RecordingModel {
  const threads = programs.length;
  const { words: scratch } = memory;
  const saved = memory.none();
  const plain = plainModel({
    name: 'private cells',
    scratch,
    threads: programs.map((_, t) => `t${t}`),
    statements: ['set', 'copy', 'wait', 'again'],
    stateInvariants: [
      stateCheck('apart', () => {
        const [one, other] = watched;
        const both = memory.read(threads + one) === 2 && memory.read(threads + other) === 2;
        return both ? 'both are 2' : undefined;
      }),
    ],
    initialStates(visit) {
      scratch.fill(0);
      visit();
    },
    successors(visit) {
      for (let thread = 0; thread < threads; thread++) model.successorsOf(thread, visit);
    },
    isFinal: () => programs.every((program, t) => scratch[t] === program.length),
  });
  const step = { ...plain.step, loopsBack: false };
  const model: RecordingModel = {
    ...plain,
    step,
    successorsOf(thread, visit) {
      saved.set(scratch);
      const statement = plain.statements.findIndex(
        ({ token }) => token === programs[thread][saved[thread]]?.do,
      );
      step.loopsBack = false;
      const pc = memory.read(thread);
      const to = performed(programs, memory, programs[thread][pc], pc);
      if (to !== undefined) {
        step.loopsBack = to <= pc;
        memory.write(thread, to);
        step.covered[statement] = 1;
        visit(thread, statement, 0);
      }
      scratch.set(saved);
    },
  };
  return model;
}

/** Where the thread goes on; undefined if it has ended or has to wait. */
function performed(
  { length: threads }: Cells['programs'],
  memory: Memory,
  next: Instruction | undefined,
  pc: number,
): number | undefined {
  if (next === undefined) return undefined;
  const cell = threads + next.cell;
  if (next.do === 'wait' && memory.read(cell) !== next.value) return undefined;
  if (next.do === 'again' && memory.read(cell) === next.value) return next.at;
  if (next.do === 'set') memory.write(cell, next.value);
  if (next.do === 'copy') memory.write(cell, memory.read(threads + next.from));
  return pc + 1;
}
