/** The body of a function in WebAssembly, instruction by instruction. */

import { signed, unsigned } from './leb128.ts';
import { MEMORY_OPS, type MemoryOp, type Op, OPCODES } from './opcodes.ts';

export class Code {
  readonly bytes: number[] = [];

  op(op: Op): this {
    this.bytes.push(OPCODES[op]);
    return this;
  }

  i32(value: number): this {
    this.bytes.push(0x41);
    signed(this.bytes, BigInt(value | 0));
    return this;
  }

  i64(value: bigint): this {
    this.bytes.push(0x42);
    signed(this.bytes, BigInt.asIntN(64, value));
    return this;
  }

  f32(value: number): this {
    const view = new DataView(new ArrayBuffer(4));
    view.setFloat32(0, value, true);
    this.bytes.push(0x43, ...new Uint8Array(view.buffer));
    return this;
  }

  f64(value: number): this {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value, true);
    this.bytes.push(0x44, ...new Uint8Array(view.buffer));
    return this;
  }

  get(local: number): this {
    return this.with(0x20, local);
  }

  set(local: number): this {
    return this.with(0x21, local);
  }

  tee(local: number): this {
    return this.with(0x22, local);
  }

  /** A load or a store; no alignment is promised. */
  memory(op: MemoryOp, offset = 0): this {
    this.bytes.push(MEMORY_OPS[op], 0);
    unsigned(this.bytes, offset);
    return this;
  }

  /** memory.copy */
  copy(): this {
    this.bytes.push(0xfc, 10, 0, 0);
    return this;
  }

  /** memory.fill */
  fill(): this {
    this.bytes.push(0xfc, 11, 0);
    return this;
  }

  block(): this {
    this.bytes.push(0x02, 0x40);
    return this;
  }

  loop(): this {
    this.bytes.push(0x03, 0x40);
    return this;
  }

  if(): this {
    this.bytes.push(0x04, 0x40);
    return this;
  }

  else(): this {
    this.bytes.push(0x05);
    return this;
  }

  end(): this {
    this.bytes.push(0x0b);
    return this;
  }

  br(depth: number): this {
    return this.with(0x0c, depth);
  }

  brIf(depth: number): this {
    return this.with(0x0d, depth);
  }

  brTable(depths: readonly number[], otherwise: number): this {
    this.bytes.push(0x0e);
    unsigned(this.bytes, depths.length);
    for (const depth of depths) unsigned(this.bytes, depth);
    unsigned(this.bytes, otherwise);
    return this;
  }

  call(fn: number): this {
    return this.with(0x10, fn);
  }

  callIndirect(type: number): this {
    this.bytes.push(0x11);
    unsigned(this.bytes, type);
    unsigned(this.bytes, 0);
    return this;
  }

  private with(opcode: number, immediate: number): this {
    this.bytes.push(opcode);
    unsigned(this.bytes, immediate);
    return this;
  }
}
