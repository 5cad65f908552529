/**
 * Names for interchangeable things that do not depend on which of them was taken first: the first
 * one that a state refers to gets the lowest name of its class, and so on; things that nothing
 * refers to follow, in the order of what their rows hold. No permutation is tried. Two states that
 * differ only by names come out the same, with one exception: things that nothing outside refers
 * to, whose rows hold the same and refer to each other, may keep an order that they came in. Then
 * both are kept, which costs a state and proves nothing wrong.
 */

import { ModelError } from '../errors.ts';
import { FIXED, Names, UNNAMED } from './names.ts';
import type { Classes } from './names.ts';
import type { ReferenceVisitor, Rows } from './pool.ts';
import type { Schema } from './schema.ts';
import { get } from './schema.ts';

/** A thing that differs from the others that could be taken next. */
interface Unequal {
  readonly classes: Classes;
  readonly index: number;
  /** Something refers to it; if not, it holds something else. */
  readonly known: boolean;
}

export class Canonical implements ReferenceVisitor {
  private readonly schema: Schema<unknown>;
  private readonly words: Int32Array;
  private readonly pools: readonly Names[];
  private readonly byName: ReadonlyMap<string, Names>;
  private readonly renaming: ReadonlyMap<string, readonly number[]>;
  private readonly shown: ReadonlyMap<string, readonly number[]>;
  private readonly spare: Int32Array;
  private readonly rows: readonly [Int32Array, Int32Array];
  /** Things with a name whose rows have not been looked at: pool and index in turn. */
  private readonly queue: number[];
  private queued = 0;
  private references = 0;

  /** `words` hold the states, packed by the schema. */
  constructor(schema: Schema<unknown>, words: Int32Array, declared: readonly Classes[]) {
    this.schema = schema;
    this.words = words;
    this.spare = new Int32Array(words.length);
    const found: { rows: Rows; at: number }[] = [];
    // Tables stand where they stand, whatever the state: the blank one shows them all.
    schema.references(this.spare, 0, {
      reference: () => {},
      waits: (rows, at) => {
        found.push({ rows, at });
        return false;
      },
    });
    this.pools = declared.map((classes) => {
      const tables = found.filter(({ rows }) => rows.pool.name === classes.pool);
      if (tables.length === 0) throw new ModelError(`no table has a row for each ${classes.pool}`);
      const names = new Names(classes, tables[0].rows.pool.size);
      names.tables.push(...tables);
      return names;
    });
    this.byName = new Map(this.pools.map((names) => [names.declared.pool, names]));
    this.renaming = new Map(this.pools.map(({ declared: { pool }, to }) => [pool, to]));
    this.shown = new Map(this.pools.map(({ declared: { pool }, shown }) => [pool, shown]));
    this.queue = new Array<number>(2 * this.pools.reduce((n, { to }) => n + to.length, 0)).fill(0);
    this.rows = [new Int32Array(words.length), new Int32Array(words.length)];
  }

  /** Renames the state in the words; false if its names are canonical already. */
  canonicalise(): boolean {
    this.nameReferenced();
    let same = true;
    for (const names of this.pools) {
      for (let c = 0; c < names.used.length; c++) this.nameRest(names, c);
    }
    for (const { to } of this.pools) {
      for (let i = 0; i < to.length && same; i++) same = to[i] === i;
    }
    if (same) return false;
    this.schema.rename(this.words, 0, this.spare, 0, this.renaming);
    this.words.set(this.spare);
    return true;
  }

  /**
   * A thing that could be taken next and is not like the others that could, so that "the one of
   * lowest number" means something. Undefined if there is none.
   */
  unequal(): Unequal | undefined {
    this.nameReferenced();
    for (const names of this.pools) {
      const { declared, to } = names;
      const { rank, classes } = declared;
      if (rank === undefined) continue;
      for (const members of classes) {
        for (let m = 0; m < members.length; m++) {
          const index = members[m];
          const own = rank(index);
          if (own === 0) continue;
          if (to[index] !== UNNAMED && this.hasEqualRank(members, m, rank)) {
            return { classes: declared, index, known: true };
          }
          const other = members.findIndex((each, i) => i < m && rank(each) === own);
          if (other >= 0 && !this.equalRows(names, members[other], index)) {
            return { classes: declared, index, known: false };
          }
        }
      }
    }
    return undefined;
  }

  reference(pool: string, index: number): void {
    this.references++;
    const names = this.byName.get(pool);
    if (names !== undefined && names.to[index] === UNNAMED) this.name(names, index);
  }

  waits(rows: Rows): boolean {
    return this.byName.has(rows.pool.name);
  }

  private hasEqualRank(
    members: readonly number[],
    m: number,
    rank: (index: number) => number,
  ): boolean {
    const own = rank(members[m]);
    return members.some((other, i) => i !== m && rank(other) === own);
  }

  private nameReferenced(): void {
    this.queued = 0;
    for (const names of this.pools) {
      names.to.fill(UNNAMED);
      names.shown.fill(0);
      names.used.fill(0);
    }
    for (const names of this.pools) {
      for (let i = 0; i < names.to.length; i++) {
        if (names.classOf[i] === FIXED) this.name(names, i);
      }
    }
    this.schema.references(this.words, 0, this);
    this.follow(0);
  }

  /** The lowest name of its class that is left. */
  private name(names: Names, index: number): void {
    const own = names.classOf[index];
    const to = own === FIXED ? index : names.declared.classes[own][names.used[own]++];
    names.to[index] = to;
    names.shown[index] = to;
    this.queue[this.queued++] = this.pools.indexOf(names);
    this.queue[this.queued++] = index;
  }

  /** Looks at the rows of what was referred to, from place `at` of the queue on. */
  private follow(at: number): void {
    for (let i = at; i < this.queued; i += 2) {
      const { tables } = this.pools[this.queue[i]];
      for (let t = 0; t < tables.length; t++) {
        const table = tables[t];
        const row = table.rows.rowAt(table.at, this.queue[i + 1]);
        table.rows.rowReferences(this.words, row, this);
      }
    }
  }

  /** Names the things of a class that nothing has led to. */
  private nameRest(names: Names, own: number): void {
    const members = names.declared.classes[own];
    if (names.used[own] === members.length || this.nameEqual(names, own)) return;
    while (names.used[own] < members.length) {
      let least = UNNAMED;
      for (const member of members) {
        if (names.to[member] !== UNNAMED) continue;
        if (least === UNNAMED || this.compare(names, member, least) < 0) least = member;
      }
      const { queued } = this;
      this.name(names, least);
      this.follow(queued);
    }
  }

  /** Things that hold the same and refer to nothing: any order is as good as any other. */
  private nameEqual(names: Names, own: number): boolean {
    const members = names.declared.classes[own];
    let first = UNNAMED;
    for (const member of members) {
      if (names.to[member] !== UNNAMED) continue;
      if (first === UNNAMED) first = member;
      else if (!this.equalRows(names, first, member)) return false;
    }
    this.references = 0;
    const { queued } = this;
    this.name(names, first);
    this.follow(queued);
    if (this.references > 0) {
      // The first of them has a name now; the others are compared one by one.
      return false;
    }
    for (const member of members) if (names.to[member] === UNNAMED) this.name(names, member);
    return true;
  }

  private equalRows(names: Names, one: number, other: number): boolean {
    for (const { rows, at } of names.tables) {
      const [a, b] = [rows.rowAt(at, one), rows.rowAt(at, other)];
      for (let bit = 0; bit < rows.rowBits; bit += 32) {
        const bits = Math.min(32, rows.rowBits - bit);
        if (get(this.words, a + bit, bits) !== get(this.words, b + bit, bits)) return false;
      }
    }
    return true;
  }

  /** By what their rows hold, references to things without a name all alike. */
  private compare(names: Names, one: number, other: number): number {
    const [a, b] = this.rows;
    for (const { rows, at } of names.tables) {
      rows.renameRow(this.words, rows.rowAt(at, one), a, 0, this.shown);
      rows.renameRow(this.words, rows.rowAt(at, other), b, 0, this.shown);
      for (let bit = 0; bit < rows.rowBits; bit += 32) {
        const bits = Math.min(32, rows.rowBits - bit);
        const difference = get(a, bit, bits) - get(b, bit, bits);
        if (difference !== 0) return difference;
      }
    }
    return 0;
  }
}
