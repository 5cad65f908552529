/**
 * Threads with small programs over cells, some of which belong to one thread alone: made at random,
 * to compare a search that relies on who may touch what with one that does not.
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
  /** It is a breach if these two are 2 at once. */
  readonly watched: readonly [number, number];
  /** Threads that are left out of the declaration of who may touch what, to make it wrong. */
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
function recording({ cells, programs, watched, forgotten = 0 }: Cells) {
  const threads = programs.length;
  const scratch = new Int32Array(threads + cells);
  const none = (): Int32Array => new Int32Array(scratch.length);
  const access = {
    reads: none(),
    writes: none(),
    partialStackReads: none(),
    depth: 0,
    cells: none().fill(-1),
    ignoredReads: none(),
    clear() {
      access.reads.fill(0);
      access.writes.fill(0);
    },
    privateBits: programs.map((_, t) => {
      const bits = none();
      bits[t] = -1;
      return bits;
    }),
    difference: () => Infinity,
    live: (thread: number) => read(thread) < programs[thread].length,
    sameFieldEverywhere: (bits: Int32Array) => bits,
    cellsIn: (bits: Int32Array) =>
      [...bits.keys()].filter((w) => bits[w] !== 0).map((w) => `word ${w}`),
    regions: [] as Region[],
  };
  const users = (word: number, kinds: readonly string[]): number =>
    programs.reduce((bits, program, t) => {
      const touches = program.some(
        (each) =>
          (kinds.includes(each.do) && threads + each.cell === word) ||
          (kinds.includes('from') && each.do === 'copy' && threads + each.from === word),
      );
      return bits | (Number(touches || word === t) << t);
    }, 0);
  for (const word of scratch.keys()) {
    const bits = none();
    bits[word] = -1;
    const writers = users(word, ['set', 'copy']) & ~forgotten;
    const readers = writers | (users(word, ['wait', 'again', 'from']) & ~forgotten);
    access.regions.push({
      name: `word ${word}`,
      bits,
      readers: () => readers,
      writers: () => writers,
    });
  }
  const read = (word: number): number => {
    access.reads[word] = -1;
    return scratch[word];
  };
  const write = (word: number, value: number): void => {
    access.writes[word] = -1;
    scratch[word] = value;
  };
  /** False if it has to wait. */
  const take = (thread: number): boolean => {
    const pc = read(thread);
    const next = programs[thread][pc];
    if (next === undefined) return false;
    let to = pc + 1;
    step.loopsBack = false;
    if (next.do === 'wait' && read(threads + next.cell) !== next.value) return false;
    if (next.do === 'again' && read(threads + next.cell) === next.value) to = next.at;
    if (next.do === 'set') write(threads + next.cell, next.value);
    if (next.do === 'copy') write(threads + next.cell, read(threads + next.from));
    step.loopsBack = to <= pc;
    write(thread, to);
    return true;
  };
  const saved = none();
  const plain = plainModel({
    name: 'private cells',
    scratch,
    threads: programs.map((_, t) => `t${t}`),
    statements: ['set', 'copy', 'wait', 'again'],
    stateInvariants: [
      stateCheck('apart', () => {
        const [one, other] = watched;
        if (read(threads + one) !== 2 || read(threads + other) !== 2) return undefined;
        return 'both are 2';
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
      if (take(thread)) {
        step.covered[statement] = 1;
        visit(thread, statement, 0);
      }
      scratch.set(saved);
    },
  };
  /** Its checks record by themselves. */
  function checksSeeing(
    { bits }: Visibility,
    unseen: (read: Visibility) => never,
  ): readonly StateInvariant[] {
    const watched = <T>(ask: () => T): T => {
      access.clear();
      const answer = ask();
      const { reads } = access;
      if (reads.some((word, w) => (word & ~bits[w]) !== 0))
        unseen({ bits: reads.slice(), depth: 0 });
      return answer;
    };
    return model.stateInvariants.map(({ name, applies, violation }) => {
      return { name, applies, violation: () => watched(violation) };
    });
  }
  return { model, access, checksSeeing };
}
