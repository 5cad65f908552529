/**
 * Is the model that a worker's factory has made the one that is searched? Compared are the names
 * and places in it, its initial states, and what the first states lead to and which invariants they
 * break, each as a digest. Another model would lose states without a word, or add some.
 */

import type { Model } from '../model.ts';
import { hashOf, secondHashOf } from '../visited/hash.ts';

/** What is compared, as it is named in the error. */
const PARTS = [
  'words of a state',
  'threads',
  'statements',
  'invariants',
  'initial states',
  'first transitions',
] as const;

/** By part, a digest; none of the last one where an error was met on the way. */
export type Identity = Readonly<Partial<Record<(typeof PARTS)[number], string>>>;

/** Most states whose successors are compared. */
const SAMPLE = 256;

/** Looks at the model; `expanded`: so many of the first states have been expanded already. */
export function identityOf(model: Model, expanded: number): Identity {
  const { words, threads, statements, stateInvariants, stepInvariants } = model;
  const places = statements.map(({ operation, file, line, token }) => [
    operation,
    file,
    line,
    token,
  ]);
  const names = [stateInvariants, stepInvariants].map((list) => list.map(({ name }) => name));
  const initial = new Digest(words);
  const before = model.scratch.slice();
  model.initialStates(() => initial.add(model.scratch));
  const transitions = firstTransitions(model, Math.min(expanded, SAMPLE));
  model.scratch.set(before);
  return {
    'words of a state': String(words),
    threads: digestOf(threads),
    statements: digestOf(places),
    invariants: digestOf(names),
    'initial states': initial.toString(),
    ...(transitions !== undefined && { 'first transitions': transitions }),
  };
}

/** The number of the first part in which two models differ, from 1 on; 0 if they do not. */
export function differenceOf(one: Identity, other: Identity): number {
  const known = PARTS.filter((part) => one[part] !== undefined && other[part] !== undefined);
  const different = known.find((part) => one[part] !== other[part]);
  return different === undefined ? 0 : PARTS.indexOf(different) + 1;
}

/** What is different, for people. */
export function differenceName(difference: number): string {
  return PARTS[difference - 1];
}

/** The first states, breadth first, which invariants they break and where they lead. */
function firstTransitions(model: Model, most: number): string | undefined {
  const { words, scratch } = model;
  const digest = new Digest(words + 4);
  const row = new Int32Array(words + 4);
  const states: Int32Array[] = [];
  const known = new Set<string>();
  const meet = (): void => {
    const key = scratch.join();
    if (states.length >= most || known.has(key)) return;
    known.add(key);
    states.push(scratch.slice());
  };
  const visit = (thread: number, statement: number, choice: number): void => {
    row.set([thread, statement, choice, model.step.violated]);
    row.set(scratch, 4);
    digest.add(row);
    meet();
  };
  try {
    model.initialStates(meet);
    // Grows while it is gone through.
    for (const state of states) {
      scratch.set(state);
      for (const { violation } of model.stateInvariants)
        digest.mix(violation() === undefined ? 1 : 2);
      model.successors(visit);
    }
  } catch {
    return undefined;
  }
  return digest.toString();
}

function digestOf(value: unknown): string {
  const text = JSON.stringify(value);
  const digest = new Digest(1);
  for (let i = 0; i < text.length; i++) digest.mix(text.charCodeAt(i));
  return digest.toString();
}

/** 64 bits that depend on all that was added, and on the order. */
class Digest {
  private readonly words: number;
  private readonly halves = new Int32Array(2);

  constructor(words: number) {
    this.words = words;
  }

  add(cells: Int32Array): void {
    this.mix(hashOf(cells, this.words), secondHashOf(cells, this.words));
  }

  mix(one: number, other = one): void {
    const { halves } = this;
    halves[0] = Math.imul(halves[0] ^ one, 0x9e3779b1) + 1;
    halves[1] = Math.imul((halves[1] << 7) ^ (halves[1] >>> 25) ^ other, 0xcc9e2d51) + 1;
  }

  toString(): string {
    return this.halves.join(':');
  }
}
