/** What instructions are, as far as more than their own code depends on it. */

import type { Instruction, Type, Value } from '../ir/module.ts';

/** Functions of the environment interface that are compiled in place. */
const PRIMITIVES = [
  'vmcheck_yield',
  'vmcheck_choose',
  'vmcheck_wait',
  'vmcheck_thread',
  'vmcheck_end_thread',
  'vmcheck_fail',
  'vmcheck_panic',
  'vmcheck_because',
] as const;

export type PrimitiveName = (typeof PRIMITIVES)[number];

/** Those of them at which a thread may stop. */
const STOPPING = new Set<PrimitiveName>(['vmcheck_yield', 'vmcheck_choose', 'vmcheck_wait']);

export const isPrimitive = (name: string): name is PrimitiveName =>
  (PRIMITIVES as readonly string[]).includes(name);

export const isStopping = (name: PrimitiveName): boolean => STOPPING.has(name);

export const isIntrinsic = (name: string): boolean => name.startsWith('llvm.');

/** Says that the life of a variable begins or ends. */
export function isLifetime({ call }: Instruction): boolean {
  return call?.callee.kind === 'global' && call.callee.name.startsWith('llvm.lifetime.');
}

/** Copies or fills memory. */
export function isCopy({ call }: Instruction): boolean {
  return call?.callee.kind === 'global' && /^llvm\.mem(cpy|move|set)\./.test(call.callee.name);
}

/** Can a fault be reported at it? */
export function tells({ op, call }: Instruction): boolean {
  return op === 'unreachable' || op === 'load' || op === 'store' || call !== undefined;
}

/** Blocks that may come next, for the last instruction of a block. */
export function labelsOf(instruction: Instruction | undefined): readonly string[] {
  return instruction?.op === 'br' || instruction?.op === 'switch' ? (instruction.labels ?? []) : [];
}

export function sameType(a: Type, b: Type): boolean {
  return a.kind === b.kind && (a.kind !== 'int' || (b.kind === 'int' && a.bits === b.bits));
}

/** The name of a value that an instruction or a parameter defines. */
export function nameOf(value: Value): string | undefined {
  return value.kind === 'local' ? value.name : undefined;
}
