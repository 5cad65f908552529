/** Which locals of a function are live before each of its instructions. */

export interface FlowStep {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}

export interface FlowBlock {
  readonly steps: readonly FlowStep[];
  readonly successors: readonly number[];
  /** Read at the end of the block on the way to some successor (values of its phis). */
  readonly readsAtEnd: readonly number[];
  /** Written on entry (phis). */
  readonly writesAtStart: readonly number[];
}

/** Sets of locals as bits. */
class LocalSet {
  readonly words: Int32Array;

  constructor(size: number) {
    this.words = new Int32Array((size + 31) >> 5);
  }

  add(local: number): void {
    this.words[local >> 5] |= 1 << (local & 31);
  }

  remove(local: number): void {
    this.words[local >> 5] &= ~(1 << (local & 31));
  }

  has(local: number): boolean {
    return ((this.words[local >> 5] >> (local & 31)) & 1) === 1;
  }

  /** Adds all of another set; did that change this one? */
  join(other: LocalSet): boolean {
    let changed = false;
    for (let i = 0; i < this.words.length; i++) {
      const joined = this.words[i] | other.words[i];
      if (joined !== this.words[i]) {
        this.words[i] = joined;
        changed = true;
      }
    }
    return changed;
  }

  copy(): LocalSet {
    const copied = new LocalSet(this.words.length * 32);
    copied.words.set(this.words);
    return copied;
  }

  list(): number[] {
    const found: number[] = [];
    for (let local = 0; local < this.words.length * 32; local++) {
      if (this.has(local)) found.push(local);
    }
    return found;
  }
}

/** What is live around an instruction. */
export interface LiveAround {
  readonly before: LocalSet;
  readonly after: LocalSet;
}

/** What is live before and after each instruction, by block and number. */
export function liveness(blocks: readonly FlowBlock[], locals: number): (readonly LiveAround[])[] {
  const atStart = blocks.map(() => new LocalSet(locals));
  const through = (block: FlowBlock, end: LocalSet, seen?: (i: number, live: LocalSet) => void) => {
    for (const local of block.readsAtEnd) end.add(local);
    for (let i = block.steps.length - 1; i >= 0; i--) {
      const { reads, writes } = block.steps[i];
      seen?.(i + 1, end);
      for (const local of writes) end.remove(local);
      for (const local of reads) end.add(local);
    }
    seen?.(0, end);
    for (const local of block.writesAtStart) end.remove(local);
    return end;
  };
  const atEnd = (block: FlowBlock): LocalSet => {
    const end = new LocalSet(locals);
    for (const next of block.successors) end.join(atStart[next]);
    return end;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (let b = blocks.length - 1; b >= 0; b--) {
      const start = through(blocks[b], atEnd(blocks[b]));
      if (atStart[b].join(start)) changed = true;
    }
  }
  return blocks.map((block) => {
    const found: LocalSet[] = [];
    through(block, atEnd(block), (i, live) => {
      found[i] = live.copy();
    });
    return block.steps.map((_, i) => ({ before: found[i], after: found[i + 1] }));
  });
}
