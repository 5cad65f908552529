/** Operations on values with parts, on addresses of parts, and those that pass values on. */

import type { Instruction, Type } from '../ir/module.ts';
import type { Operation } from './arithmetic.ts';
import type { DataLayout } from './data-layout.ts';
import type { Values } from './values.ts';

/** Which of the numbers of a value belong to a part of it. */
function partOf(
  layout: DataLayout,
  type: Type,
  path: readonly number[],
): { from: number; count: number } {
  let from = 0;
  let of = type;
  for (const index of path) {
    const resolved = layout.resolve(of);
    if (resolved.kind === 'struct') {
      for (const field of resolved.fields.slice(0, index)) from += layout.scalars(field).length;
      of = resolved.fields[index];
    } else if (resolved.kind === 'array') {
      from += index * layout.scalars(resolved.of).length;
      of = resolved.of;
    }
  }
  return { from, count: layout.scalars(of).length };
}

function extract(values: Values, { operands: [whole], path = [], result }: Instruction): void {
  const { from, count } = partOf(values.layout, values.locals.typeOf(whole), path);
  values.pushParts(whole, from, count);
  values.store(result);
}

function insert(values: Values, { operands, type, path = [], result }: Instruction): void {
  const [whole, part] = operands;
  const { from, count } = partOf(values.layout, type, path);
  const all = values.layout.scalars(type).length;
  values.pushParts(whole, 0, from);
  values.push(part);
  values.pushParts(whole, from + count, all - from - count);
  values.store(result);
}

function select(values: Values, instruction: Instruction): void {
  const { operands, type, result } = instruction;
  if (values.layout.scalars(type).length !== 1) {
    values.refuse('select of values with several parts', instruction);
  }
  const [condition, yes, no] = operands;
  for (const operand of [yes, no, condition]) values.push(operand);
  values.code.op('select');
  values.store(result);
}

function freeze(values: Values, { operands, result }: Instruction): void {
  values.push(operands[0]);
  values.store(result);
}

function elementAddress(values: Values, { operands, source, type, result }: Instruction): void {
  const { layout } = values;
  const [base, ...indices] = operands;
  values.push(base);
  let of = source ?? type;
  for (const [i, index] of indices.entries()) {
    const resolved = i === 0 ? undefined : layout.resolve(of);
    if (resolved?.kind === 'struct') {
      const field = index.value.kind === 'int' ? Number(index.value.value) : 0;
      addOffset(values, layout.fields(resolved).offsets[field]);
      of = resolved.fields[field];
      continue;
    }
    if (resolved?.kind === 'array') of = resolved.of;
    else if (i > 0) values.refuse('a getelementptr into something that has no parts');
    addIndex(values, index, layout.size(of));
  }
  values.store(result);
}

function addOffset({ code, wide }: Values, offset: number): void {
  if (offset === 0) return;
  if (wide) code.i64(BigInt(offset)).op('i64.add');
  else code.i32(offset).op('i32.add');
}

function addIndex(values: Values, index: Instruction['operands'][number], size: number): void {
  const { code, wide } = values;
  const { type, value } = index;
  if (value.kind === 'zero' || (value.kind === 'int' && value.value === 0n)) return;
  const bits = values.bits(values.layout.resolve(type));
  values.pushSigned(index, bits, true);
  if (bits <= 32 && wide) code.op('i64.extend_i32_s');
  if (bits > 32 && !wide) code.op('i32.wrap_i64');
  if (wide) code.i64(BigInt(size)).op('i64.mul').op('i64.add');
  else code.i32(size).op('i32.mul').op('i32.add');
}

/** By the opcodes of LLVM. */
export const PARTS: Readonly<Record<string, Operation>> = {
  extractvalue: extract,
  insertvalue: insert,
  select,
  freeze,
  getelementptr: elementAddress,
};
