/**
 * Arithmetic that tells whether the result fits: `llvm.sadd.with.overflow` and the like. The result
 * goes to two locals, the number and a flag.
 */

import type { Instruction, Typed } from '../ir/module.ts';
import type { Op } from '../wasm/opcodes.ts';
import type { Operation } from './arithmetic.ts';
import type { Slot } from './locals.ts';
import type { Values } from './values.ts';

interface Checked {
  readonly values: Values;
  readonly signed: boolean;
  readonly op: 'add' | 'sub' | 'mul';
  readonly operands: readonly Typed[];
  readonly value: Slot;
  readonly flag: Slot;
}

function checkedArithmetic(signed: boolean, op: Checked['op']): Operation {
  return (values, instruction) => {
    const { operands } = instruction;
    const bits = values.bits(values.layout.resolve(operands[0].type));
    const [value, flag] = slotsOf(values, instruction);
    const checked = { values, signed, op, operands, value, flag };
    if (bits <= 32) narrow(checked, bits);
    else if (bits !== 64) values.refuse(`checked arithmetic of ${bits} bits`, instruction);
    else if (op === 'mul') product(checked);
    else if (signed) signedSum(checked);
    else unsignedSum(checked);
  };
}

function slotsOf(values: Values, instruction: Instruction): readonly Slot[] {
  const { result } = instruction;
  if (result === undefined) values.refuse('arithmetic without a result', instruction);
  return values.locals.of(result);
}

/** In 64 bits it always fits. */
function narrow(checked: Checked, bits: number): void {
  const { values, signed, op, operands, value, flag } = checked;
  const { code } = values;
  const extend: Op = signed ? 'i64.extend_i32_s' : 'i64.extend_i32_u';
  const compute = (): void => {
    for (const operand of operands) {
      values.pushSigned(operand, bits, signed);
      code.op(extend);
    }
    code.op(`i64.${op}`);
  };
  compute();
  code.op('i32.wrap_i64');
  values.mask(bits);
  code.set(value.local);
  compute();
  code.get(value.local);
  if (signed) values.signExtend(bits);
  code.op(extend).op('i64.ne').set(flag.local);
}

/** It overflows if a is not 0, and (a is -1 and b is the least, or the quotient is not b). */
function product({ values, signed, operands: [a, b], value, flag }: Checked): void {
  const { code } = values;
  const least = -(1n << 63n);
  values.push(a);
  values.push(b);
  code.op('i64.mul').set(value.local);
  code.i32(0).set(flag.local);
  values.push(a);
  code.op('i64.eqz').op('i32.eqz').if();
  if (signed) {
    values.push(a);
    code.i64(-1n).op('i64.eq').if();
    values.push(b);
    code.i64(least).op('i64.eq').set(flag.local);
    code.else();
  }
  code.get(value.local);
  values.push(a);
  code.op(signed ? 'i64.div_s' : 'i64.div_u');
  values.push(b);
  code.op('i64.ne').set(flag.local);
  if (signed) code.end();
  code.end();
}

function unsignedSum({ values, op, operands: [a, b], value, flag }: Checked): void {
  const { code } = values;
  values.push(a);
  values.push(b);
  code.op(`i64.${op}`).set(value.local);
  if (op === 'add') code.get(value.local);
  values.push(a);
  if (op === 'sub') values.push(b);
  code.op('i64.lt_u').set(flag.local);
}

/**
 * It overflows if the signs of a and of b (of its opposite, for a difference) agree, and the sign
 * of the result does not.
 */
function signedSum({ values, op, operands: [a, b], value, flag }: Checked): void {
  const { code } = values;
  values.push(a);
  values.push(b);
  code.op(`i64.${op}`).set(value.local);
  values.push(a);
  code.get(value.local).op('i64.xor');
  if (op === 'add') {
    values.push(b);
    code.get(value.local).op('i64.xor');
  } else {
    values.push(a);
    values.push(b);
    code.op('i64.xor');
  }
  code.op('i64.and').i64(0n).op('i64.lt_s').set(flag.local);
}

/** By the names of the intrinsics, without `llvm.` and the type. */
export const CHECKED_ARITHMETIC: Readonly<Record<string, Operation>> = {
  'sadd.with.overflow': checkedArithmetic(true, 'add'),
  'ssub.with.overflow': checkedArithmetic(true, 'sub'),
  'smul.with.overflow': checkedArithmetic(true, 'mul'),
  'uadd.with.overflow': checkedArithmetic(false, 'add'),
  'usub.with.overflow': checkedArithmetic(false, 'sub'),
  'umul.with.overflow': checkedArithmetic(false, 'mul'),
};
