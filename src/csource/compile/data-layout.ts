/** Sizes and places of values in memory, as the target of the sources has them. */

import { InputError } from '../../errors.ts';
import type { Module, Type } from '../ir/module.ts';
import type { WasmType } from '../wasm/signature.ts';

/** A part of a value that is one number. */
export interface Scalar {
  readonly type: ScalarType;
  readonly offset: number;
}

type ScalarType =
  { readonly kind: 'ptr' | 'float' | 'double' } | { readonly kind: 'int'; readonly bits: number };

export class DataLayout {
  readonly pointerBytes: 4 | 8;
  /** What a `va_list` is: a pointer, or a structure of the target's own. */
  readonly argumentList: 'pointer' | 'x86_64' | 'aarch64';
  private readonly align64: number;
  private readonly alignDouble: number;
  private readonly module: Module;

  constructor(module: Module) {
    this.module = module;
    const parts = module.dataLayout.split('-');
    if (!parts.includes('e')) {
      throw new InputError(`${module.file}: the target ${module.triple} is not little-endian`);
    }
    const pointer = parts.find((part) => part.startsWith('p:'));
    const bits = pointer === undefined ? 64 : Number(pointer.split(':')[1]);
    if (bits !== 32 && bits !== 64) {
      throw new InputError(`${module.file}: pointers of ${bits} bits are not modelled`);
    }
    this.pointerBytes = bits === 32 ? 4 : 8;
    const [processor] = module.triple.split('-');
    this.argumentList = processor === 'x86_64' || processor === 'aarch64' ? processor : 'pointer';
    const aligned = (name: string, usual: number): number => {
      const found = parts.find((part) => part.startsWith(`${name}:`));
      return found === undefined ? usual : Number(found.split(':')[1]) / 8;
    };
    this.align64 = aligned('i64', 4);
    this.alignDouble = aligned('f64', 8);
  }

  resolve(type: Type): Type {
    if (type.kind !== 'named') return type;
    const found = this.module.types.get(type.name);
    if (found === undefined) {
      throw new InputError(`${this.module.file}: the size of ${type.name} is not known`);
    }
    return this.resolve(found);
  }

  align(type: Type): number {
    const resolved = this.resolve(type);
    switch (resolved.kind) {
      case 'ptr':
        return this.pointerBytes;
      case 'float':
        return 4;
      case 'double':
        return this.alignDouble;
      case 'int':
        if (resolved.bits > 64) return 16;
        if (resolved.bits > 32) return this.align64;
        return resolved.bits > 16 ? 4 : resolved.bits > 8 ? 2 : 1;
      case 'array':
        return this.align(resolved.of);
      case 'struct':
        if (resolved.packed) return 1;
        return Math.max(1, ...resolved.fields.map((field) => this.align(field)));
    }
    return this.refuse(resolved);
  }

  /** Bytes from one element of an array to the next. */
  size(type: Type): number {
    return roundUp(this.storeSize(type), this.align(type));
  }

  /** Bytes that a value takes. */
  storeSize(type: Type): number {
    const resolved = this.resolve(type);
    switch (resolved.kind) {
      case 'ptr':
        return this.pointerBytes;
      case 'float':
        return 4;
      case 'double':
        return 8;
      case 'int':
        return Math.ceil(resolved.bits / 8);
      case 'array':
        return resolved.count * this.size(resolved.of);
      case 'struct':
        return roundUp(this.fields(resolved).end, this.align(resolved));
    }
    return this.refuse(resolved);
  }

  fields(type: Type): { readonly offsets: readonly number[]; readonly end: number } {
    const resolved = this.resolve(type);
    if (resolved.kind !== 'struct') return this.refuse(resolved);
    let end = 0;
    const offsets = resolved.fields.map((field) => {
      const offset = resolved.packed ? end : roundUp(end, this.align(field));
      end = offset + this.size(field);
      return offset;
    });
    return { offsets, end };
  }

  /** The numbers that a value consists of, in order. */
  scalars(type: Type, at = 0): Scalar[] {
    const resolved = this.resolve(type);
    switch (resolved.kind) {
      case 'void':
        return [];
      case 'ptr':
      case 'float':
      case 'double':
        return [{ type: { kind: resolved.kind }, offset: at }];
      case 'int':
        if (resolved.bits > 64) {
          throw new InputError(
            `${this.module.file}: whole numbers of ${resolved.bits} bits are not modelled`,
          );
        }
        return [{ type: resolved, offset: at }];
      case 'array': {
        const size = this.size(resolved.of);
        return Array.from({ length: resolved.count }).flatMap((_, i) =>
          this.scalars(resolved.of, at + i * size),
        );
      }
      case 'struct': {
        const { offsets } = this.fields(resolved);
        return resolved.fields.flatMap((field, i) => this.scalars(field, at + offsets[i]));
      }
    }
    return this.refuse(resolved);
  }

  wasm(type: Type): WasmType {
    switch (type.kind) {
      case 'ptr':
        return this.pointerBytes === 4 ? 'i32' : 'i64';
      case 'float':
        return 'f32';
      case 'double':
        return 'f64';
      case 'int':
        return type.bits <= 32 ? 'i32' : 'i64';
    }
    return this.refuse(type);
  }

  private refuse(type: Type): never {
    const name = type.kind === 'foreign' || type.kind === 'named' ? type.name : type.kind;
    throw new InputError(`${this.module.file}: values of the type ${name} are not modelled`);
  }
}

export function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
