/** Intrinsics that only compute: bits, bytes, extremes, and what compilers ask about values. */

import type { Instruction, Typed } from '../ir/module.ts';
import type { Op } from '../wasm/opcodes.ts';
import { extreme, type Operation } from './arithmetic.ts';
import { CHECKED_ARITHMETIC } from './overflow.ts';
import { type Values, wasmOf } from './values.ts';

/** Leaves the result of an intrinsic on the stack; `name` is without `llvm.` and the type. */
type Compute = (values: Values, instruction: Instruction, bits: number, name: string) => void;

export function refuseIntrinsic(values: Values, instruction: Instruction): never {
  const callee = instruction.call?.callee;
  const name = callee?.kind === 'global' ? callee.name : instruction.op;
  return values.refuse(`the intrinsic ${name} is not modelled`, instruction);
}

const passOn: Compute = (values, { operands }) => values.push(operands[0]);

const nullPointer: Compute = (values) => values.zero(values.pointer);

/** Numbers of fewer than 32 bits have zeros above them. */
const leadingZeros: Compute = (values, { operands }, bits) => {
  values.push(operands[0]);
  values.code.op(`${wasmOf(bits)}.clz`);
  if (bits < 32) values.code.i32(32 - bits).op('i32.sub');
};

/** A bit beyond the number ends the count. */
const trailingZeros: Compute = (values, { operands }, bits) => {
  values.push(operands[0]);
  if (bits < 32) values.code.i32(1 << bits).op('i32.or');
  values.code.op(`${wasmOf(bits)}.ctz`);
};

const countBits: Compute = (values, { operands }, bits) => {
  values.push(operands[0]);
  values.code.op(`${wasmOf(bits)}.popcnt`);
};

const swapBytes: Compute = (values, { operands }, bits) => {
  const { code } = values;
  const wasm = wasmOf(bits);
  const width = wasm === 'i64' ? 64 : 32;
  const number = (value: number): void => values.number(width, BigInt(value));
  for (let byte = 0; byte < bits / 8; byte++) {
    values.push(operands[0]);
    number(8 * byte);
    code.op(`${wasm}.shr_u`);
    number(255);
    code.op(`${wasm}.and`);
    number(bits - 8 - 8 * byte);
    code.op(`${wasm}.shl`);
    if (byte > 0) code.op(`${wasm}.or`);
  }
};

const absolute: Compute = (values, { operands: [operand] }, bits) => {
  const wasm = wasmOf(bits);
  values.zero(wasm);
  values.push(operand);
  values.code.op(`${wasm}.sub`);
  values.mask(bits);
  values.push(operand);
  values.pushSigned(operand, bits, true);
  values.zero(wasm);
  values.code.op(`${wasm}.lt_s`).op('select');
};

const extremeOf: Compute = (values, { operands }, bits, name) =>
  extreme(values, name, operands, bits);

/** A rotation, and nothing else: both halves have to be the same value. */
const funnelShift: Compute = (values, instruction, bits) => {
  const [high, low, by] = instruction.operands;
  const same = (a: Typed, b: Typed): boolean => JSON.stringify(a.value) === JSON.stringify(b.value);
  if ((bits !== 32 && bits !== 64) || !same(high, low)) refuseIntrinsic(values, instruction);
  values.push(high);
  values.push(by);
  values.code.op(`${wasmOf(bits)}.rotl`);
};

const maskPointer: Compute = (values, instruction) => {
  const [pointer, mask] = instruction.operands;
  values.push(pointer);
  values.push(mask);
  const wasm = values.layout.wasm(values.layout.resolve(mask.type));
  if (wasm !== values.pointer) refuseIntrinsic(values, instruction);
  values.code.op(`${wasm}.and` as Op);
};

const COMPUTED: Readonly<Record<string, Compute>> = {
  expect: passOn,
  'expect.with.probability': passOn,
  annotation: passOn,
  // Not known.
  objectsize: (values, _instruction, bits) => values.number(bits > 32 ? 64 : 32, -1n),
  'is.constant': (values) => void values.code.i32(0),
  frameaddress: nullPointer,
  returnaddress: nullPointer,
  ctlz: leadingZeros,
  cttz: trailingZeros,
  ctpop: countBits,
  bswap: swapBytes,
  abs: absolute,
  smax: extremeOf,
  smin: extremeOf,
  umax: extremeOf,
  umin: extremeOf,
  fshl: funnelShift,
  ptrmask: maskPointer,
};

const stored = (name: string, compute: Compute): Operation => {
  return (values, instruction) => {
    const { type, result } = instruction;
    compute(values, instruction, type.kind === 'int' ? type.bits : 0, name);
    values.store(result);
  };
};

/** By their names, without `llvm.` and the type. */
export const NUMBER_INTRINSICS: Readonly<Record<string, Operation>> = {
  ...Object.fromEntries(
    Object.entries(COMPUTED).map(([name, compute]) => [name, stored(name, compute)]),
  ),
  ...CHECKED_ARITHMETIC,
};
