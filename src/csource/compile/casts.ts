/** Conversions between types. */

import type { Instruction, Type } from '../ir/module.ts';
import type { Op } from '../wasm/opcodes.ts';
import type { WasmType } from '../wasm/signature.ts';
import type { Operation } from './arithmetic.ts';
import type { Values } from './values.ts';

interface Conversion {
  readonly values: Values;
  readonly from: Type;
  readonly to: Type;
  readonly instruction: Instruction;
}

/** The value to convert is on the stack, and is converted there. */
type Convert = (conversion: Conversion) => void;

const SAME_SIZE: Readonly<Record<WasmType, WasmType>> = {
  i32: 'f32',
  f32: 'i32',
  i64: 'f64',
  f64: 'i64',
};

const widths = ({ values: { layout }, from, to }: Conversion): readonly [WasmType, WasmType] => [
  layout.wasm(from),
  layout.wasm(to),
];

const truncate: Convert = (conversion) => {
  const { values, to } = conversion;
  const [from, into] = widths(conversion);
  if (from === 'i64' && into === 'i32') values.code.op('i32.wrap_i64');
  values.mask(values.bits(to));
};

const zeroExtend: Convert = (conversion) => {
  const [from, into] = widths(conversion);
  if (from === 'i32' && into === 'i64') conversion.values.code.op('i64.extend_i32_u');
};

const signExtend: Convert = (conversion) => {
  const { values, from, to } = conversion;
  values.signExtend(values.bits(from));
  const [narrow, wide] = widths(conversion);
  if (narrow === 'i32' && wide === 'i64') values.code.op('i64.extend_i32_s');
  values.mask(values.bits(to));
};

const pointerAndNumber: Convert = ({ values, from, to }) => {
  const [before, after] = [values.bits(from), values.bits(to)];
  if (before > 32 && after <= 32) values.code.op('i32.wrap_i64');
  if (before <= 32 && after > 32) values.code.op('i64.extend_i32_u');
  values.mask(after);
};

const reinterpret: Convert = (conversion) => {
  const [from, to] = widths(conversion);
  if (from === to) return;
  const { values, instruction } = conversion;
  if (SAME_SIZE[from] !== to) values.refuse('a bitcast between sizes', instruction);
  values.code.op(`${to}.reinterpret_${from}` as Op);
};

const wholeToFloat: Convert = (conversion) => {
  const { values, from, instruction } = conversion;
  const signed = instruction.op === 'sitofp';
  if (signed) values.signExtend(values.bits(from));
  const [whole, float] = widths(conversion);
  values.code.op(`${float}.convert_${whole}_${signed ? 's' : 'u'}` as Op);
};

const notModelled: Convert = ({ values, instruction }) =>
  values.refuse(`the conversion ${instruction.op} is not modelled`, instruction);

const CONVERSIONS: Readonly<Record<string, Convert>> = {
  trunc: truncate,
  zext: zeroExtend,
  sext: signExtend,
  ptrtoint: pointerAndNumber,
  inttoptr: pointerAndNumber,
  bitcast: reinterpret,
  uitofp: wholeToFloat,
  sitofp: wholeToFloat,
  fpext: ({ values }) => void values.code.op('f64.promote_f32'),
  fptrunc: ({ values }) => void values.code.op('f32.demote_f64'),
  fptoui: notModelled,
  fptosi: notModelled,
};

function cast(values: Values, instruction: Instruction): void {
  const { op, operands, type, result } = instruction;
  values.push(operands[0]);
  const { layout } = values;
  const from = layout.resolve(operands[0].type);
  CONVERSIONS[op]({ values, from, to: layout.resolve(type), instruction });
  values.store(result);
}

/** By the opcodes of LLVM. */
export const CASTS: Readonly<Record<string, Operation>> = Object.fromEntries(
  Object.keys(CONVERSIONS).map((op) => [op, cast]),
);
