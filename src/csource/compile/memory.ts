/**
 * Loads, stores and atomic operations. Each access to memory that others may see is a point at
 * which the thread may stop; the runtime checks its address and says where it lies.
 */

import type { Instruction, Type, Typed } from '../ir/module.ts';
import { FAULT_KINDS } from '../fault-kinds.ts';
import type { MemoryOp, Op } from '../wasm/opcodes.ts';
import type { Analysis } from './analysis.ts';
import { extreme } from './arithmetic.ts';
import type { Context, Mode } from './context.ts';
import type { Scalar } from './data-layout.ts';
import type { Exits } from './exits.ts';
import type { Placement } from './placement.ts';
import type { Stops } from './stops.ts';
import { type Values, wasmOf } from './values.ts';

/** What an access does: bits, as in runtime.c. */
const ACCESS = { read: 1, write: 2, both: 3 } as const;

const RMW_OPS: Readonly<Record<string, string>> = {
  add: 'add',
  sub: 'sub',
  and: 'and',
  nand: 'and',
  or: 'or',
  xor: 'xor',
};

const EXTREMES = new Set(['max', 'min', 'umax', 'umin']);

export class Memory {
  private readonly values: Values;
  private readonly exits: Exits;
  private readonly stops: Stops;
  private readonly cx: Context;
  private readonly mode: Mode;
  private readonly placement: Placement;

  constructor({ cx, mode, stops, placement }: Analysis, values: Values, exits: Exits) {
    this.values = values;
    this.exits = exits;
    this.stops = stops;
    this.cx = cx;
    this.mode = mode;
    this.placement = placement;
  }

  load(instruction: Instruction): void {
    const { operands, type, result } = instruction;
    const slot = this.values.locals.variable(operands[0].value);
    if (slot !== undefined) {
      this.values.code.get(slot.local);
    } else {
      this.access(instruction, operands[0], type, ACCESS.read);
      for (const scalar of this.values.layout.scalars(type)) this.loadScalar(scalar);
    }
    this.values.store(result);
  }

  store(instruction: Instruction): void {
    const { operands, type } = instruction;
    const [value, pointer] = operands;
    const slot = this.values.locals.variable(pointer.value);
    if (slot !== undefined) {
      this.values.push(value);
      this.values.code.set(slot.local);
      return;
    }
    this.access(instruction, pointer, type, ACCESS.write);
    this.storeScalars(type, value);
  }

  readModifyWrite(instruction: Instruction): void {
    const { operands, type, result, flavour = '' } = instruction;
    const { code, layout } = this.values;
    const [scalar] = layout.scalars(type);
    const bits = this.values.bits(layout.resolve(type));
    const wasm = wasmOf(bits);
    this.access(instruction, operands[0], type, ACCESS.both);
    this.loadScalar(scalar);
    this.values.store(result);
    if (result === undefined) this.values.refuse('an atomicrmw without a result', instruction);
    const old: Typed = { type, value: { kind: 'local', name: result } };
    code.get(this.values.locals.address);
    const operation = RMW_OPS[flavour];
    if (flavour === 'xchg') {
      this.values.push(operands[1]);
    } else if (operation !== undefined) {
      this.values.push(old);
      this.values.push(operands[1]);
      code.op(`${wasm}.${operation}` as Op);
      if (flavour === 'nand') (wasm === 'i32' ? code.i32(-1) : code.i64(-1n)).op(`${wasm}.xor`);
      this.values.mask(bits);
    } else if (EXTREMES.has(flavour)) {
      extreme(this.values, flavour, [old, operands[1]], bits);
    } else {
      this.values.refuse(`the atomic operation ${flavour} is not modelled`, instruction);
    }
    code.memory(this.memoryOp(scalar.type, 'store'), 0);
  }

  compareAndExchange(instruction: Instruction): void {
    const { operands, result } = instruction;
    const { code, layout, locals } = this.values;
    const [pointer, expected, value] = operands;
    const [scalar] = layout.scalars(expected.type);
    if (!locals.has(result ?? '')) this.values.refuse('a cmpxchg without a result', instruction);
    const [old, done] = locals.of(result);
    this.access(instruction, pointer, expected.type, ACCESS.both);
    this.loadScalar(scalar);
    code.tee(old.local);
    this.values.push(expected);
    const op = `${layout.wasm(scalar.type)}.eq` as const;
    code.op(op).tee(done.local).if();
    code.get(locals.address);
    this.values.push(value);
    code.memory(this.memoryOp(scalar.type, 'store'), 0).end();
  }

  /** `memcpy`, `memmove` and `memset`: one step, however many bytes. */
  copyBytes(fills: boolean, instruction: Instruction): void {
    const [to, from, bytes] = instruction.operands;
    const { code, locals } = this.values;
    if (this.mode === 'runtime') this.values.refuse('the runtime copies word by word', instruction);
    const point = this.stops.pointOf(instruction);
    this.pushAddress(to);
    if (!fills) this.pushAddress(from);
    this.values.pushWord(bytes);
    if (fills) code.i32(ACCESS.write);
    code.i32(point.site).call(this.cx.runtime(fills ? 'vm_fill' : 'vm_access2'));
    code.tee(locals.address).op('i32.eqz');
    this.exits.suspendIf(point);
    code.get(locals.address);
    if (fills) this.values.push(from);
    else this.values.loadCell('vm_second');
    this.values.pushWord(bytes);
    if (fills) code.fill();
    else code.copy();
  }

  /** A pointer as an address that the runtime understands. */
  private pushAddress(pointer: Typed): void {
    this.values.push(pointer);
    if (!this.values.wide) {
      if (!this.cx.windows) return;
      this.values.code.op('i64.extend_i32_u');
    }
    this.values.code.call(this.cx.runtime('vm_map'));
  }

  /** Leaves the address of an access in the local `address`, or does not go on. */
  private access(instruction: Instruction, pointer: Typed, type: Type, kind: number): void {
    const { code, locals, layout } = this.values;
    const bytes = layout.storeSize(type);
    if (this.mode === 'runtime') {
      this.values.push(pointer);
      code.set(locals.address);
      return;
    }
    const { value } = pointer;
    const own = value.kind === 'local' ? this.placement.ownPointers.get(value.name) : undefined;
    if (own !== undefined) {
      this.values.pushPointer(pointer);
      code.tee(locals.address).get(locals.framePointer).op('i32.sub').i32(own.offset);
      code
        .op('i32.sub')
        .i32(Math.max(own.bytes - bytes + 1, 0))
        .op('i32.ge_u')
        .if();
      code.i32(FAULT_KINDS.wildPointer).i32(this.stops.siteOf(instruction));
      code.get(locals.address).i32(kind).call(this.cx.runtime('vm_fault'));
      code.br(this.exits.nesting.leaving + 1).end();
      return;
    }
    const point = this.stops.pointOf(instruction);
    this.pushAddress(pointer);
    code.i32(bytes).i32(kind).i32(point.site).call(this.cx.runtime('vm_access'));
    code.tee(locals.address).op('i32.eqz');
    this.exits.suspendIf(point);
  }

  private loadScalar({ type, offset }: Scalar): void {
    const { code, locals } = this.values;
    code.get(locals.address).memory(this.memoryOp(type, 'load'), offset);
    // A boolean is a byte.
    if ('bits' in type && type.bits < 8) this.values.mask(type.bits);
  }

  private storeScalars(type: Type, of: Typed): void {
    const { code, layout, locals } = this.values;
    const scalars = layout.scalars(type);
    for (const [i, scalar] of scalars.entries()) {
      code.get(locals.address);
      if (scalars.length === 1) this.values.push(of);
      else if (of.value.kind === 'aggregate') {
        this.values.refuse('a store of a constant with parts');
      } else this.values.pushParts(of, i, 1);
      code.memory(this.memoryOp(scalar.type, 'store'), scalar.offset);
    }
  }

  private memoryOp(type: Scalar['type'], what: 'load' | 'store'): MemoryOp {
    const wasm = this.values.layout.wasm(type);
    if (!('bits' in type)) return `${wasm}.${what}`;
    const sign = what === 'load' ? '_u' : '';
    switch (type.bits) {
      case 1:
      case 8:
        return `i32.${what}8${sign}` as MemoryOp;
      case 16:
        return `i32.${what}16${sign}` as MemoryOp;
      case 32:
      case 64:
        return `${wasm}.${what}`;
    }
    return this.values.refuse(`memory is not accessed by ${type.bits} bits`);
  }
}
