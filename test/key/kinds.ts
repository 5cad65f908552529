/**
 * The fields of a packed state by kind: a field of a table in all of its rows, and a local of a C
 * function wherever its frame lies. Tests leave out whole kinds.
 */

import type { Machine } from '../../src/machine/machine.ts';
import { maskOf, get, put } from '../../src/state/schema.ts';
import type { StackView } from '../../src/state/stack-view.ts';

export type AnyMachine = Machine<object, unknown>;

/** Bits of a state, and the words that have any. */
export interface Mask {
  readonly bits: Int32Array;
  readonly words: readonly number[];
}

/** The bits of one kind of cell in a state; those of frames lie where the call stacks say. */
export type Kind = (state: Int32Array) => Mask;

/** Bits wherever they are, and of each stack by the number of what is on it. */
interface Places {
  readonly always: Int32Array;
  readonly framed: Map<number, Int32Array>[];
}

const withoutRows = (path: string): string => path.replace(/\[\d+\]/g, '').replace(/\.\d+\b/g, '');

/** The kinds of cells of a model by name. */
export function kindsOf(machine: AnyMachine): Map<string, Kind> {
  const { words } = machine;
  const kinds = new Map<string, Places>();
  const all = machine.threads.map(
    (_, t) => machine.parts.stackOf(machine.parts.layout.view, t) as StackView<unknown>,
  );
  // In models with one call stack, all threads share it.
  const stacks = all.filter((one, i) => all.findIndex((s) => s.first === one.first) === i);
  const placesOf = (name: string): Places => {
    const known = kinds.get(name);
    if (known !== undefined) return known;
    const made = { always: new Int32Array(words), framed: stacks.map(() => new Map()) };
    kinds.set(name, made);
    return made;
  };
  for (const { path, at, bits } of machine.parts.layout.cells()) {
    const name = withoutRows(path);
    if (/\bstack\.(?!chain$)/.test(name)) continue;
    put(placesOf(name).always, at, bits, maskOf(bits));
  }
  stacks.forEach((stack, s) => addFrames(stack, machine, (name) => placesOf(name).framed[s]));
  return new Map([...kinds].map(([name, places]) => [name, kind(places, stacks)]));
}

/** The locals of each frame of each chain of functions, as `frame do_map_memory.h0`. */
function addFrames(
  { first, schema }: StackView<unknown>,
  { parts, words }: AnyMachine,
  masksOf: (kind: string) => Map<number, Int32Array>,
): void {
  schema.chains.forEach((_, chain) => {
    for (let c = chain; c > 0; c = schema.chains[c].below) {
      const { tag, at } = schema.chains[c];
      schema.variants[tag].cells(
        first + at,
        `frame ${parts.operations[tag].name}`,
        (path, cell, bits) => {
          const masks = masksOf(withoutRows(path));
          const mask = masks.get(chain) ?? new Int32Array(words);
          masks.set(chain, mask);
          put(mask, cell, bits, maskOf(bits));
        },
      );
    }
  });
}

function kind({ always, framed }: Places, stacks: readonly StackView<unknown>[]): Kind {
  const known = new Map<string, Mask>();
  const plain = maskIn(always);
  const own = stacks.filter((_, s) => framed[s].size > 0);
  const masks = framed.filter(({ size }) => size > 0);
  if (own.length === 0) return () => plain;
  return (state) => {
    const chains = own.map(({ first, schema }) =>
      get(state, first + schema.chainAt, schema.chainBits),
    );
    const name = chains.join();
    const found = known.get(name);
    if (found !== undefined) return found;
    const bits = Int32Array.from(always);
    chains.forEach((chain, s) => {
      masks[s].get(chain)?.forEach((word, w) => (bits[w] = bits[w] | word));
    });
    const made = maskIn(bits);
    known.set(name, made);
    return made;
  };
}

function maskIn(bits: Int32Array): Mask {
  return { bits, words: [...bits.keys()].filter((w) => bits[w] !== 0) };
}

/** Copies a state without the fields of one kind. */
export function forget(of: Kind, state: Int32Array, key: Int32Array): void {
  const { bits, words } = of(state);
  key.set(state);
  for (const w of words) key[w] = key[w] & ~bits[w];
}
