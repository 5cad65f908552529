/** Invariants that every step of C has to keep: each is violated by some kinds of faults. */

import { FAULT_KINDS } from '../fault-kinds.ts';

/** What a fault violates; the order is that of the bits of `violated`. */
export const FAULT_INVARIANTS = [
  {
    name: 'null-pointer',
    sentence: 'no access goes through a null pointer',
    kinds: [FAULT_KINDS.nullPointer],
  },
  {
    name: 'wild-pointer',
    sentence:
      'every access lies within an object that exists and may be written to if it is written',
    kinds: [
      FAULT_KINDS.wildPointer,
      FAULT_KINDS.constant,
      FAULT_KINDS.dangling,
      FAULT_KINDS.wildCall,
    ],
  },
  {
    name: 'undefined-behaviour',
    sentence: 'nothing is done whose behaviour C leaves undefined',
    kinds: [FAULT_KINDS.undefined, FAULT_KINDS.trap],
  },
  { name: 'assertion', sentence: 'every assertion holds', kinds: [FAULT_KINDS.assertion] },
  { name: 'panic', sentence: 'the kernel does not panic', kinds: [FAULT_KINDS.panic] },
  {
    name: 'missing-function',
    sentence: 'no function is called that is defined nowhere',
    kinds: [FAULT_KINDS.missing],
  },
  {
    name: 'endless-loop',
    sentence: 'every loop comes to a yield point or to its end',
    kinds: [FAULT_KINDS.endless],
  },
  {
    name: 'stack-overflow',
    sentence: 'the stack of every thread is large enough',
    kinds: [FAULT_KINDS.stackFull, FAULT_KINDS.framesFull],
  },
  {
    name: 'environment',
    sentence: 'the environment asks vmcheck only for what there is',
    kinds: [FAULT_KINDS.choice],
  },
] as const;

/** The bit of the invariant that a kind of fault violates. */
export const bitOfFault: ReadonlyMap<number, number> = new Map(
  FAULT_INVARIANTS.flatMap(({ kinds }, bit) => kinds.map((kind) => [kind, bit] as const)),
);

/** The name of the invariant that a kind of fault violates. */
export function invariantOfFault(kind: number): string | undefined {
  const bit = bitOfFault.get(kind);
  return bit === undefined ? undefined : FAULT_INVARIANTS[bit].name;
}
