/** Arithmetic and comparisons of whole numbers and of floating-point numbers. */

import type { Instruction, Typed } from '../ir/module.ts';
import type { Op } from '../wasm/opcodes.ts';
import { type Values, wasmOf } from './values.ts';

/** Compiles an instruction that only computes: operands are pushed, and the result stored. */
export type Operation = (values: Values, instruction: Instruction) => void;

interface BinaryOp {
  readonly name: string;
  readonly signed?: boolean;
  /** The result may have more bits than the type. */
  readonly grows?: boolean;
}

const BINARY_OPS: Readonly<Record<string, BinaryOp>> = {
  add: { name: 'add', grows: true },
  sub: { name: 'sub', grows: true },
  mul: { name: 'mul', grows: true },
  udiv: { name: 'div_u' },
  sdiv: { name: 'div_s', signed: true, grows: true },
  urem: { name: 'rem_u' },
  srem: { name: 'rem_s', signed: true, grows: true },
  shl: { name: 'shl', grows: true },
  lshr: { name: 'shr_u' },
  ashr: { name: 'shr_s', signed: true, grows: true },
  and: { name: 'and' },
  or: { name: 'or' },
  xor: { name: 'xor' },
};

const COMPARISONS: Readonly<Record<string, string>> = {
  eq: 'eq',
  ne: 'ne',
  ult: 'lt_u',
  ule: 'le_u',
  ugt: 'gt_u',
  uge: 'ge_u',
  slt: 'lt_s',
  sle: 'le_s',
  sgt: 'gt_s',
  sge: 'ge_s',
};

const ORDERED: Readonly<Record<string, string>> = {
  oeq: 'eq',
  olt: 'lt',
  ole: 'le',
  ogt: 'gt',
  oge: 'ge',
};

/** Unordered ones are the opposite of the opposite. */
const UNORDERED: Readonly<Record<string, string>> = {
  ult: 'ge',
  ule: 'gt',
  ugt: 'le',
  uge: 'lt',
  une: 'eq',
};

function binary(values: Values, { operands, type, op, result }: Instruction): void {
  const { name, signed = false, grows = false } = BINARY_OPS[op];
  const bits = values.bits(type);
  values.pushSigned(operands[0], bits, signed);
  values.pushSigned(operands[1], bits, signed && op !== 'ashr');
  values.code.op(`${wasmOf(bits)}.${name}` as Op);
  if (grows) values.mask(bits);
  values.store(result);
}

function compare(values: Values, { operands, flavour = '', result }: Instruction): void {
  const bits = values.bits(values.layout.resolve(operands[0].type));
  for (const operand of operands) values.pushSigned(operand, bits, flavour.startsWith('s'));
  const name = COMPARISONS[flavour] ?? values.refuse(`the comparison ${flavour} is not modelled`);
  values.code.op(`${wasmOf(bits)}.${name}` as Op);
  values.store(result);
}

function compareFloats(values: Values, { operands, flavour = '', result }: Instruction): void {
  for (const operand of operands) values.push(operand);
  const name =
    ORDERED[flavour] ??
    UNORDERED[flavour] ??
    values.refuse(`the comparison ${flavour} of floating-point numbers is not modelled`);
  values.code.op(`${values.layout.wasm(operands[0].type)}.${name}` as Op);
  if (flavour in UNORDERED) values.code.op('i32.eqz');
  values.store(result);
}

function floats(values: Values, { op, operands, type, result }: Instruction): void {
  for (const operand of operands) values.push(operand);
  values.code.op(`${values.layout.wasm(type)}.${op.slice(1)}` as Op);
  values.store(result);
}

/** By the opcodes of LLVM. */
export const ARITHMETIC: Readonly<Record<string, Operation>> = {
  ...Object.fromEntries(Object.keys(BINARY_OPS).map((op) => [op, binary])),
  icmp: compare,
  fcmp: compareFloats,
  fadd: floats,
  fsub: floats,
  fmul: floats,
  fdiv: floats,
  fneg: floats,
};

/** The smaller or larger of two numbers: `smax`, `smin`, `umax`, `umin`; leaves it on the stack. */
export function extreme(
  values: Values,
  what: string,
  operands: readonly Typed[],
  bits: number,
): void {
  const signed = !what.startsWith('u');
  const sides = operands.slice(0, 2);
  for (const operand of sides) values.push(operand);
  for (const operand of sides) values.pushSigned(operand, bits, signed);
  const less = what.endsWith('min') ? 'lt' : 'gt';
  values.code.op(`${wasmOf(bits)}.${less}_${signed ? 's' : 'u'}` as Op).op('select');
}
