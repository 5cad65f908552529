/** Constants of C whose value is known before anything runs, addresses of objects included. */

import { InputError } from '../../errors.ts';
import type { Value } from '../ir/module.ts';
import type { DataLayout } from './data-layout.ts';

type Constant<Kind extends Value['kind']> = Extract<Value, { readonly kind: Kind }>;

/** The number that a constant is. */
export function constantOf(
  value: Value,
  layout: DataLayout,
  address: (name: string) => number,
): bigint {
  const inner = (part: Value): bigint => constantOf(part, layout, address);
  switch (value.kind) {
    case 'int':
      return value.value;
    case 'zero':
      return 0n;
    case 'global':
      return BigInt(address(value.name));
    case 'cast':
      return converted(value, layout, inner(value.from.value));
    case 'gep':
      return elementAddress(value, layout, inner);
    case 'binary': {
      const operation = OPERATIONS[value.op];
      if (operation !== undefined) {
        return operation(inner(value.left.value), inner(value.right.value));
      }
    }
  }
  throw new InputError(`a constant of the kind ${value.kind} is not modelled`);
}

function converted({ op, from, to }: Constant<'cast'>, layout: DataLayout, value: bigint): bigint {
  const source = layout.resolve(from.type);
  if (op === 'sext' && source.kind === 'int') return BigInt.asIntN(source.bits, value);
  const target = layout.resolve(to);
  return target.kind === 'int' ? BigInt.asUintN(target.bits, value) : value;
}

function elementAddress(
  { base, source, indices }: Constant<'gep'>,
  layout: DataLayout,
  inner: (value: Value) => bigint,
): bigint {
  let at = inner(base.value);
  let type = source;
  for (const [i, index] of indices.entries()) {
    const raw = inner(index.value);
    const number = index.type.kind === 'int' ? BigInt.asIntN(index.type.bits, raw) : raw;
    const resolved = i === 0 ? undefined : layout.resolve(type);
    if (resolved?.kind === 'struct') {
      at += BigInt(layout.fields(resolved).offsets[Number(number)]);
      type = resolved.fields[Number(number)];
    } else {
      if (resolved?.kind === 'array') type = resolved.of;
      at += number * BigInt(layout.size(type));
    }
  }
  return BigInt.asUintN(layout.pointerBytes * 8, at);
}

const OPERATIONS: Readonly<Record<string, ((left: bigint, right: bigint) => bigint) | undefined>> =
  {
    add: (left, right) => left + right,
    sub: (left, right) => left - right,
    mul: (left, right) => left * right,
    and: (left, right) => left & right,
    or: (left, right) => left | right,
    xor: (left, right) => left ^ right,
    shl: (left, right) => left << right,
  };
