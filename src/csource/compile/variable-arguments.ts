/**
 * `va_list` of C. All variable arguments lie in memory, one behind the other: none is in a
 * register, so that a list that has places for registers says that these are used up.
 */

import type { FunctionDefinition, Instruction } from '../ir/module.ts';
import type { Operation } from './arithmetic.ts';
import type { Values } from './values.ts';

/** Sizes of a `va_list` that is no pointer. */
const LIST_BYTES: Readonly<Record<string, number | undefined>> = { x86_64: 24, aarch64: 32 };

/** Offsets in a list of x86_64, and what they hold when registers are used up. */
const X86_64 = { integers: 0, usedIntegers: 48, floats: 4, usedFloats: 304, memory: 8 } as const;

/** Where the bytes left of both kinds of registers are in a list of aarch64. */
const AARCH64_LEFT = 24;

export function startArguments(
  values: Values,
  fn: FunctionDefinition,
  instruction: Instruction,
): void {
  const { code, layout, locals } = values;
  if (!fn.variadic) {
    values.refuse('va_start in a function without variable arguments', instruction);
  }
  const list = (): void => values.pushPointer(instruction.operands[0]);
  list();
  code.get(locals.variableArguments);
  const offset = layout.argumentList === 'x86_64' ? X86_64.memory : 0;
  values.widen();
  code.memory(`${values.pointer}.store` as 'i32.store' | 'i64.store', offset);
  if (layout.argumentList === 'x86_64') {
    list();
    code.i32(X86_64.usedIntegers).memory('i32.store', X86_64.integers);
    list();
    code.i32(X86_64.usedFloats).memory('i32.store', X86_64.floats);
  } else if (layout.argumentList === 'aarch64') {
    list();
    code.i64(0n).memory('i64.store', AARCH64_LEFT);
  }
}

export const copyArguments: Operation = (values, { operands: [to, from] }) => {
  const { code, layout } = values;
  values.pushPointer(to);
  values.pushPointer(from);
  code.i32(LIST_BYTES[layout.argumentList] ?? layout.pointerBytes).copy();
};
