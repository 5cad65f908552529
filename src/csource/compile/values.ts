/**
 * Code that puts values on the stack of WebAssembly and takes them from there. A number of fewer
 * bits than its local has zeros above them; what needs its sign extends it.
 */

import type { FunctionDefinition, Instruction, Type, Typed, Value } from '../ir/module.ts';
import { Code } from '../wasm/code.ts';
import type { WasmType } from '../wasm/signature.ts';
import type { Analysis } from './analysis.ts';
import { constantOf } from './constants.ts';
import { type Context, refuse } from './context.ts';
import type { DataLayout, Scalar } from './data-layout.ts';
import type { Locals, Slot } from './locals.ts';

export class Values {
  readonly code = new Code();
  readonly layout: DataLayout;
  readonly locals: Locals;
  private readonly fn: FunctionDefinition;
  private readonly cx: Context;

  constructor({ fn, cx, locals }: Analysis) {
    this.fn = fn;
    this.cx = cx;
    this.layout = cx.layout;
    this.locals = locals;
  }

  refuse(what: string, instruction?: Instruction): never {
    return refuse(this.fn, what, instruction);
  }

  /** Are pointers of the target wider than addresses of WebAssembly? */
  get wide(): boolean {
    return this.layout.pointerBytes === 8;
  }

  get pointer(): WasmType {
    return this.wide ? 'i64' : 'i32';
  }

  push({ type, value }: Typed): void {
    if (value.kind === 'local') {
      if (!this.locals.has(value.name)) this.refuse(`there is no value %${value.name}`);
      for (const { local } of this.locals.of(value.name)) this.code.get(local);
      return;
    }
    const scalars = this.layout.scalars(type);
    if (value.kind === 'aggregate') {
      for (const part of value.parts) this.push(part);
      return;
    }
    if (value.kind === 'zero') {
      for (const scalar of scalars) this.zero(this.layout.wasm(scalar.type));
      return;
    }
    if (scalars.length !== 1) {
      this.refuse(`a constant of the kind ${value.kind} with several parts`);
    }
    this.constant(scalars[0], value);
  }

  private constant({ type }: Scalar, value: Value): void {
    const { code } = this;
    if (type.kind === 'float' || type.kind === 'double') {
      if (value.kind !== 'float') this.refuse('a floating-point constant that is not a number');
      if (type.kind === 'float') code.f32(value.value);
      else code.f64(value.value);
      return;
    }
    this.number(
      this.bits(type),
      constantOf(value, this.layout, (name) => this.cx.address(name)),
    );
  }

  /** A constant of so many bits. */
  number(bits: number, value: bigint): void {
    const number = BigInt.asUintN(bits, value);
    if (bits <= 32) this.code.i32(Number(BigInt.asIntN(32, number)));
    else this.code.i64(number);
  }

  zero(type: WasmType): void {
    if (type === 'i32') this.code.i32(0);
    else if (type === 'i64') this.code.i64(0n);
    else if (type === 'f32') this.code.f32(0);
    else this.code.f64(0);
  }

  /** Some of the numbers that a value consists of. */
  pushParts({ value, type }: Typed, from: number, count: number): void {
    if (value.kind === 'local') {
      const slots = this.locals.of(value.name);
      for (const { local } of slots.slice(from, from + count)) this.code.get(local);
      return;
    }
    if (value.kind !== 'zero') this.refuse('a part of a constant');
    for (const scalar of this.layout.scalars(type).slice(from, from + count)) {
      this.zero(this.layout.wasm(scalar.type));
    }
  }

  /** A variable of the runtime. */
  loadCell(name: string): void {
    this.code.i32(0).memory('i32.load', this.cx.cell(name));
  }

  setCell(name: string, value: number): void {
    this.code.i32(0).i32(value).memory('i32.store', this.cx.cell(name));
  }

  /** A pointer as an address of WebAssembly. */
  pushPointer(pointer: Typed): void {
    this.push(pointer);
    if (this.wide) this.code.op('i32.wrap_i64');
  }

  /** The low word of a whole number or a pointer. */
  pushWord(typed: Typed): void {
    this.push(typed);
    if (this.layout.wasm(this.layout.resolve(typed.type)) === 'i64') this.code.op('i32.wrap_i64');
  }

  /** An operand of an operation that may look at its sign. */
  pushSigned(typed: Typed, bits: number, signed: boolean): void {
    this.push(typed);
    if (signed) this.signExtend(bits);
  }

  /** From the stack to the locals of a result. */
  store(result: string | undefined): void {
    for (const { local } of [...this.locals.of(result)].reverse()) this.code.set(local);
  }

  /** Gives a variable what it holds as long as it is not initialised. */
  fill({ local, wasm }: Slot): void {
    const { filling } = this.cx;
    if (wasm === 'i32') this.code.i32(filling);
    else if (wasm === 'i64') this.code.i64(BigInt(filling >>> 0) * 0x100000001n);
    else this.zero(wasm);
    this.code.set(local);
  }

  bits(type: Type): number {
    if (type.kind === 'ptr') return this.layout.pointerBytes * 8;
    if (type.kind === 'int') return type.bits;
    return this.refuse(`a whole number is expected, and it is ${type.kind}`);
  }

  /** Keeps the bits that the type has; the others are zero. */
  mask(bits: number): void {
    if (bits < 32) this.code.i32(2 ** bits - 1).op('i32.and');
    else if (bits > 32 && bits < 64) this.code.i64((1n << BigInt(bits)) - 1n).op('i64.and');
  }

  /** The top bit to all bits above. */
  signExtend(bits: number): void {
    const { code } = this;
    const above = 32 - bits;
    if (bits === 8) code.op('i32.extend8_s');
    else if (bits === 16) code.op('i32.extend16_s');
    else if (bits < 32) code.i32(above).op('i32.shl').i32(above).op('i32.shr_s');
    else if (bits > 32 && bits < 64) {
      const wide = BigInt(64 - bits);
      code.i64(wide).op('i64.shl').i64(wide).op('i64.shr_s');
    }
  }

  /** An address of WebAssembly to a pointer. */
  widen(): void {
    if (this.wide) this.code.op('i64.extend_i32_u');
  }
}

/** The type of WebAssembly that holds a whole number of so many bits. */
export const wasmOf = (bits: number): 'i32' | 'i64' => (bits <= 32 ? 'i32' : 'i64');
