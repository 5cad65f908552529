/** WebAssembly, byte by byte: what `compile/` needs of the binary format, and no more. */

export type WasmType = 'i32' | 'i64' | 'f32' | 'f64';

const TYPE_CODES: Readonly<Record<WasmType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
};

/** Operations without immediates, by their names in the specification. */
const OPCODES = {
  unreachable: 0x00,
  return: 0x0f,
  drop: 0x1a,
  select: 0x1b,
  'i32.eqz': 0x45,
  'i32.eq': 0x46,
  'i32.ne': 0x47,
  'i32.lt_s': 0x48,
  'i32.lt_u': 0x49,
  'i32.gt_s': 0x4a,
  'i32.gt_u': 0x4b,
  'i32.le_s': 0x4c,
  'i32.le_u': 0x4d,
  'i32.ge_s': 0x4e,
  'i32.ge_u': 0x4f,
  'i64.eqz': 0x50,
  'i64.eq': 0x51,
  'i64.ne': 0x52,
  'i64.lt_s': 0x53,
  'i64.lt_u': 0x54,
  'i64.gt_s': 0x55,
  'i64.gt_u': 0x56,
  'i64.le_s': 0x57,
  'i64.le_u': 0x58,
  'i64.ge_s': 0x59,
  'i64.ge_u': 0x5a,
  'f32.eq': 0x5b,
  'f32.ne': 0x5c,
  'f32.lt': 0x5d,
  'f32.gt': 0x5e,
  'f32.le': 0x5f,
  'f32.ge': 0x60,
  'f64.eq': 0x61,
  'f64.ne': 0x62,
  'f64.lt': 0x63,
  'f64.gt': 0x64,
  'f64.le': 0x65,
  'f64.ge': 0x66,
  'i32.clz': 0x67,
  'i32.ctz': 0x68,
  'i32.popcnt': 0x69,
  'i32.add': 0x6a,
  'i32.sub': 0x6b,
  'i32.mul': 0x6c,
  'i32.div_s': 0x6d,
  'i32.div_u': 0x6e,
  'i32.rem_s': 0x6f,
  'i32.rem_u': 0x70,
  'i32.and': 0x71,
  'i32.or': 0x72,
  'i32.xor': 0x73,
  'i32.shl': 0x74,
  'i32.shr_s': 0x75,
  'i32.shr_u': 0x76,
  'i32.rotl': 0x77,
  'i64.clz': 0x79,
  'i64.ctz': 0x7a,
  'i64.popcnt': 0x7b,
  'i64.add': 0x7c,
  'i64.sub': 0x7d,
  'i64.mul': 0x7e,
  'i64.div_s': 0x7f,
  'i64.div_u': 0x80,
  'i64.rem_s': 0x81,
  'i64.rem_u': 0x82,
  'i64.and': 0x83,
  'i64.or': 0x84,
  'i64.xor': 0x85,
  'i64.shl': 0x86,
  'i64.shr_s': 0x87,
  'i64.shr_u': 0x88,
  'i64.rotl': 0x89,
  'f32.neg': 0x8c,
  'f32.add': 0x92,
  'f32.sub': 0x93,
  'f32.mul': 0x94,
  'f32.div': 0x95,
  'f64.neg': 0x9a,
  'f64.add': 0xa0,
  'f64.sub': 0xa1,
  'f64.mul': 0xa2,
  'f64.div': 0xa3,
  'i32.wrap_i64': 0xa7,
  'i64.extend_i32_s': 0xac,
  'i64.extend_i32_u': 0xad,
  'f32.convert_i32_s': 0xb2,
  'f32.convert_i32_u': 0xb3,
  'f32.convert_i64_s': 0xb4,
  'f32.convert_i64_u': 0xb5,
  'f32.demote_f64': 0xb6,
  'f64.convert_i32_s': 0xb7,
  'f64.convert_i32_u': 0xb8,
  'f64.convert_i64_s': 0xb9,
  'f64.convert_i64_u': 0xba,
  'f64.promote_f32': 0xbb,
  'i32.reinterpret_f32': 0xbc,
  'i64.reinterpret_f64': 0xbd,
  'f32.reinterpret_i32': 0xbe,
  'f64.reinterpret_i64': 0xbf,
  'i32.extend8_s': 0xc0,
  'i32.extend16_s': 0xc1,
} as const;

export type Op = keyof typeof OPCODES;

/**
 * Loads and stores: opcode, and the logarithm of the alignment, which is
 * always 0: none is promised.
 */
const MEMORY_OPS = {
  'i32.load': 0x28,
  'i64.load': 0x29,
  'f32.load': 0x2a,
  'f64.load': 0x2b,
  'i32.load8_u': 0x2d,
  'i32.load16_u': 0x2f,
  'i64.load8_u': 0x31,
  'i64.load16_u': 0x33,
  'i64.load32_u': 0x35,
  'i32.store': 0x36,
  'i64.store': 0x37,
  'f32.store': 0x38,
  'f64.store': 0x39,
  'i32.store8': 0x3a,
  'i32.store16': 0x3b,
  'i64.store8': 0x3c,
  'i64.store16': 0x3d,
  'i64.store32': 0x3e,
} as const;

export type MemoryOp = keyof typeof MEMORY_OPS;

function unsigned(into: number[], value: number): void {
  let left = value;
  for (;;) {
    const byte = left % 128;
    left = Math.floor(left / 128);
    if (left === 0) {
      into.push(byte);
      return;
    }
    into.push(byte | 0x80);
  }
}

function signed(into: number[], value: bigint): void {
  let left = value;
  for (;;) {
    const byte = Number(left & 0x7fn);
    left >>= 7n;
    if ((left === 0n && (byte & 0x40) === 0) || (left === -1n && (byte & 0x40) !== 0)) {
      into.push(byte);
      return;
    }
    into.push(byte | 0x80);
  }
}

/** The body of a function. */
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

  globalGet(index: number): this {
    return this.with(0x23, index);
  }

  globalSet(index: number): this {
    return this.with(0x24, index);
  }

  memory(op: MemoryOp, offset = 0): this {
    this.bytes.push(MEMORY_OPS[op], 0);
    unsigned(this.bytes, offset);
    return this;
  }

  /** memory.copy and memory.fill. */
  copy(): this {
    this.bytes.push(0xfc, 10, 0, 0);
    return this;
  }

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

export interface Signature {
  readonly parameters: readonly WasmType[];
  readonly results: readonly WasmType[];
}

interface Body {
  readonly type: number;
  readonly locals: readonly WasmType[];
  readonly code: Code;
}

/** A module without imports: functions, one table of all of them, one memory, i32 globals. */
export class ModuleWriter {
  private readonly types: Signature[] = [];
  private readonly typeNumbers = new Map<string, number>();
  private readonly bodies: (Body | undefined)[] = [];
  private readonly declaredTypes: number[] = [];
  private readonly exports: [string, number][] = [];
  private readonly globals: [string, number][] = [];
  private readonly data: [number, Uint8Array][] = [];
  private table: readonly number[] = [];

  type(signature: Signature): number {
    const key = `${signature.parameters.join()}:${signature.results.join()}`;
    let number = this.typeNumbers.get(key);
    if (number === undefined) {
      number = this.types.length;
      this.types.push(signature);
      this.typeNumbers.set(key, number);
    }
    return number;
  }

  /** The number of a function whose body comes later. */
  declare(signature: Signature): number {
    this.bodies.push(undefined);
    this.declaredTypes.push(this.type(signature));
    return this.bodies.length - 1;
  }

  define(fn: number, locals: readonly WasmType[], code: Code): void {
    this.bodies[fn] = { type: this.declaredTypes[fn], locals, code };
  }

  export(name: string, fn: number): void {
    this.exports.push([name, fn]);
  }

  /** A mutable i32, exported under its name. */
  global(name: string, initial = 0): number {
    this.globals.push([name, initial]);
    return this.globals.length - 1;
  }

  setTable(functions: readonly number[]): void {
    this.table = functions;
  }

  place(address: number, bytes: Uint8Array): void {
    this.data.push([address, bytes]);
  }

  /** `pages` of 64 KiB of memory. */
  write(pages: number): Uint8Array<ArrayBuffer> {
    const out: number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
    const parts: Uint8Array[] = [];
    const flush = (): void => {
      parts.push(Uint8Array.from(out));
      out.length = 0;
    };
    const section = (id: number, count: number, body: number[]): void => {
      const head: number[] = [];
      unsigned(head, count);
      out.push(id);
      unsigned(out, head.length + body.length);
      for (const byte of head) out.push(byte);
      for (const byte of body) out.push(byte);
      flush();
    };
    const types: number[] = [];
    for (const { parameters, results } of this.types) {
      types.push(0x60);
      for (const list of [parameters, results]) {
        unsigned(types, list.length);
        for (const type of list) types.push(TYPE_CODES[type]);
      }
    }
    section(1, this.types.length, types);
    const functions: number[] = [];
    for (const type of this.declaredTypes) unsigned(functions, type);
    section(3, this.declaredTypes.length, functions);
    const table: number[] = [0x70, 0];
    unsigned(table, this.table.length);
    section(4, 1, table);
    const memory: number[] = [1];
    unsigned(memory, pages);
    unsigned(memory, pages);
    section(5, 1, memory);
    const globals: number[] = [];
    for (const [, initial] of this.globals) {
      globals.push(0x7f, 1, 0x41);
      signed(globals, BigInt(initial));
      globals.push(0x0b);
    }
    section(6, this.globals.length, globals);
    const exported: number[] = [];
    const exportOf = (name: string, kind: number, index: number): void => {
      const bytes = new TextEncoder().encode(name);
      unsigned(exported, bytes.length);
      for (const byte of bytes) exported.push(byte);
      exported.push(kind);
      unsigned(exported, index);
    };
    exportOf('memory', 2, 0);
    for (const [name, fn] of this.exports) exportOf(name, 0, fn);
    for (const [index, [name]] of this.globals.entries()) exportOf(name, 3, index);
    section(7, 1 + this.exports.length + this.globals.length, exported);
    if (this.table.length > 0) {
      const elements: number[] = [0, 0x41, 0, 0x0b];
      unsigned(elements, this.table.length);
      for (const fn of this.table) unsigned(elements, fn);
      section(9, 1, elements);
    }
    const code: number[] = [];
    for (const [fn, body] of this.bodies.entries()) {
      if (body === undefined) throw new Error(`function ${fn} has no body`);
      const one: number[] = [];
      unsigned(one, body.locals.length);
      for (const type of body.locals) one.push(1, TYPE_CODES[type]);
      unsigned(code, one.length + body.code.bytes.length + 1);
      for (const byte of one) code.push(byte);
      for (const byte of body.code.bytes) code.push(byte);
      code.push(0x0b);
    }
    section(10, this.bodies.length, code);
    if (this.data.length > 0) {
      const data: number[] = [];
      for (const [address, bytes] of this.data) {
        data.push(0, 0x41);
        signed(data, BigInt(address));
        data.push(0x0b);
        unsigned(data, bytes.length);
        for (const byte of bytes) data.push(byte);
      }
      section(11, this.data.length, data);
    }
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }
}
