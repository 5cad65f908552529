/**
 * One function of C as WebAssembly. A thread can stop before each access to memory that others may
 * see, and in calls: then the function puts its live locals and its place on the frames of
 * the thread and returns, and so do its callers; when the thread goes on they are called
 * again, and each finds its place and its locals there. What is not live is not kept, so that
 * it tells no states apart.
 */

import { InputError } from '../../errors.ts';
import type {
  Argument,
  FunctionDefinition,
  Instruction,
  Type,
  Typed,
  Value,
} from '../ir/module.ts';
import { Code, type MemoryOp, type Op, type Signature, type WasmType } from '../wasm/encode.ts';
import { type DataLayout, roundUp, type Scalar } from './data-layout.ts';
import { type FlowBlock, liveness, type LocalSet } from './liveness.ts';

/** How accesses of a function are treated. */
export type Mode =
  /** Each may be a yield point. */
  | 'source'
  /** One step of the system, however many accesses it makes. */
  | 'environment'
  /** The runtime's own: nobody looks at them. */
  | 'runtime';

export interface Callee {
  readonly fn: number;
  readonly signature: Signature;
  readonly variadic: boolean;
  /** Never suspends. */
  readonly plain: boolean;
}

/** What the functions of a program have in common. */
export interface Context {
  readonly layout: DataLayout;
  /** Address of a variable of the runtime. */
  cell(name: string): number;
  /** Number of a function of the runtime. */
  runtime(name: string): number;
  /** A new place, in the order of the calls. */
  site(instruction: Instruction | undefined, what: string, stops: boolean): number;
  /** Address of a global variable or a function. */
  address(name: string): number;
  callee(name: string): Callee | undefined;
  typeNumber(signature: Signature): number;
  /** Number of the function, for notes. */
  noteNumber(): number;
  /** Is there memory beyond the reach of plain addresses? */
  readonly windows: boolean;
  /** Uninitialised variables hold this. */
  readonly filling: number;
}

/** First address of functions; each has 8 bytes. */
export const FUNCTIONS_AT = 0x1000;

/** Kinds of faults that compiled code tells itself; the others are the runtime's. */
export const FAULTS = {
  undefined: 32,
  missing: 33,
  wildCall: 34,
  assertion: 35,
  panic: 36,
} as const;

/** Functions of the environment interface that are compiled in place. */
const PRIMITIVES = new Set([
  'vmcheck_yield',
  'vmcheck_choose',
  'vmcheck_wait',
  'vmcheck_thread',
  'vmcheck_end_thread',
  'vmcheck_fail',
  'vmcheck_panic',
  'vmcheck_because',
]);

interface Slot {
  readonly local: number;
  readonly wasm: WasmType;
}

interface Frame {
  readonly offset: number;
  readonly bytes: number;
}

/** A place where the function may stop. */
interface Point {
  readonly block: number;
  readonly index: number;
  readonly piece: number;
  readonly site: number;
  readonly call: boolean;
  readonly live: readonly number[];
}

export function signatureOf(
  layout: DataLayout,
  result: Type,
  parameters: readonly Type[],
  variadic: boolean,
): Signature {
  const wasm = (type: Type): WasmType[] =>
    layout.scalars(type).map((part) => layout.wasm(part.type));
  return {
    parameters: [...parameters.flatMap(wasm), ...(variadic ? (['i32'] as const) : [])],
    results: wasm(result),
  };
}

export class FunctionCompiler {
  readonly code = new Code();
  private readonly fn: FunctionDefinition;
  private readonly mode: Mode;
  private readonly cx: Context;
  private readonly layout: DataLayout;
  private readonly locals: WasmType[] = [];
  private readonly parameterCount: number;
  private readonly slots = new Map<string, readonly Slot[]>();
  /** Variables whose address is not taken. */
  private readonly promoted = new Map<string, Slot>();
  private readonly frames = new Map<string, Frame>();
  /** Pointers into variables on the stack that nobody else can know of. */
  private readonly privately = new Map<string, Frame>();
  private frameBytes = 0;
  private variadicAt = 0;
  private readonly blockNumbers = new Map<string, number>();
  private readonly points = new Map<Instruction, Point>();
  private readonly sites = new Map<Instruction, number>();
  private pieces: { readonly block: number; readonly from: number; readonly to: number }[] = [];
  private readonly pieceOfBlock: number[] = [];
  private pieceCount = 0;
  private current = 0;
  private nest = 0;
  private fp = -1;
  private pc = -1;
  private address = -1;
  private second = -1;
  private pushed = -1;
  private environment = -1;
  private fnSite = 0;

  constructor(fn: FunctionDefinition, mode: Mode, cx: Context) {
    this.fn = fn;
    this.mode = mode;
    this.cx = cx;
    this.layout = cx.layout;
    const parameters = fn.parameters.flatMap(({ type }) => this.layout.scalars(type));
    for (const { type } of parameters) this.locals.push(this.layout.wasm(type));
    if (fn.variadic) this.locals.push('i32');
    this.parameterCount = this.locals.length;
  }

  private refuse(what: string, instruction?: Instruction): never {
    const line = instruction === undefined ? '' : ` (line ${instruction.line} of its LLVM IR)`;
    throw new InputError(`${this.fn.name}: ${what}${line}`);
  }

  private local(type: WasmType): number {
    this.locals.push(type);
    return this.locals.length - 1;
  }

  /** The types of the locals behind the parameters. */
  compile(): readonly WasmType[] {
    const { fn } = this;
    this.fnSite = this.mode === 'runtime' ? 0 : this.cx.site(undefined, fn.name, false);
    let at = 0;
    for (const { name, type } of fn.parameters) {
      const slots = this.layout.scalars(type).map((part) => {
        return { local: at++, wasm: this.layout.wasm(part.type) };
      });
      this.slots.set(name, slots);
    }
    for (const [number, block] of fn.blocks.entries()) this.blockNumbers.set(block.name, number);
    this.placeVariables();
    for (const block of fn.blocks) {
      for (const instruction of block.instructions) this.nameResult(instruction);
    }
    const pointer = 'i32';
    this.fp = this.local(pointer);
    this.pc = this.local('i32');
    this.address = this.local('i32');
    this.second = this.local('i32');
    this.pushed = this.local('i32');
    this.environment = this.local('i32');
    this.findPoints();
    this.emit();
    return this.locals.slice(this.parameterCount);
  }

  // Variables

  /** Decides where variables lie: in locals if only loads and stores know of them. */
  private placeVariables(): void {
    const uses = new Map<string, { type: Type; direct: boolean }>();
    const allocas = new Map<string, Instruction>();
    for (const block of this.fn.blocks) {
      for (const instruction of block.instructions) {
        if (instruction.op !== 'alloca') continue;
        allocas.set(instruction.result ?? '', instruction);
        const count = instruction.operands[0];
        const resolved = this.layout.resolve(instruction.type);
        const single =
          count === undefined || (count.value.kind === 'int' && count.value.value === 1n);
        if (count !== undefined && count.value.kind !== 'int') {
          this.refuse('arrays of variable length on the stack are not modelled', instruction);
        }
        const direct = single && ['int', 'ptr', 'float', 'double'].includes(resolved.kind);
        uses.set(instruction.result ?? '', { type: resolved, direct });
      }
    }
    // What a pointer is derived from, as far as that is a variable.
    const root = new Map<string, string>();
    for (const name of allocas.keys()) root.set(name, name);
    const known = new Set(allocas.keys());
    const rootOf = ({ value }: Typed): string | undefined =>
      value.kind === 'local' ? root.get(value.name) : undefined;
    for (let found = -1; found !== root.size;) {
      found = root.size;
      for (const { instructions } of this.fn.blocks) {
        for (const { op, operands, result } of instructions) {
          if (op !== 'getelementptr' || result === undefined) continue;
          const base = rootOf(operands[0]);
          if (base !== undefined) root.set(result, base);
        }
      }
    }
    for (const block of this.fn.blocks) {
      for (const instruction of block.instructions) {
        const { op, operands } = instruction;
        for (const [i, operand] of operands.entries()) {
          const base = rootOf(operand);
          if (base === undefined) continue;
          const use = uses.get(base);
          if (use === undefined || operand.value.kind !== 'local') continue;
          const whole = operand.value.name === base;
          if (op === 'load' && whole && sameType(instruction.type, use.type) && !instruction.atomic)
            continue;
          if (
            op === 'store' &&
            i === 1 &&
            whole &&
            sameType(instruction.type, use.type) &&
            !instruction.atomic
          )
            continue;
          if (op === 'call' && isLifetime(instruction)) continue;
          use.direct = false;
          const inPlace =
            op === 'load' || (op === 'store' && i === 1) || (op === 'getelementptr' && i === 0);
          const copied = op === 'call' && isCopy(instruction) && i < 2;
          if (!inPlace && !copied) known.delete(base);
        }
      }
    }
    let frame = 0;
    for (const [name, instruction] of allocas) {
      const use = uses.get(name);
      if (use?.direct === true) {
        const wasm = this.layout.wasm(use.type);
        this.promoted.set(name, { local: this.local(wasm), wasm });
        continue;
      }
      if (this.mode === 'runtime')
        this.refuse('a variable of the runtime must not be in memory', instruction);
      const count = instruction.operands[0];
      const times = count?.value.kind === 'int' ? Number(count.value.value) : 1;
      const bytes = this.layout.size(instruction.type) * times;
      frame = roundUp(frame, Math.max(4, this.layout.align(instruction.type)));
      this.frames.set(name, { offset: frame, bytes });
      frame += roundUp(Math.max(bytes, 1), 4);
    }
    // Copies of arguments and variable arguments.
    let arguments_ = 0;
    for (const block of this.fn.blocks) {
      for (const { call } of block.instructions) {
        if (call === undefined) continue;
        let bytes = 0;
        for (const { byval } of call.arguments) {
          if (byval !== undefined) bytes += roundUp(this.layout.size(byval), 16);
        }
        if (call.variadic) bytes += 16 * call.arguments.length;
        arguments_ = Math.max(arguments_, bytes);
      }
    }
    this.variadicAt = roundUp(frame, 16);
    this.frameBytes = arguments_ > 0 ? this.variadicAt + arguments_ : roundUp(frame, 4);
    this.frameBytes = roundUp(this.frameBytes, 16);
    for (const [name, base] of root) {
      const frameOf = this.frames.get(base);
      if (frameOf !== undefined && known.has(base)) this.privately.set(name, frameOf);
    }
  }

  private nameResult(instruction: Instruction): void {
    const { result, op } = instruction;
    if (result === undefined || this.promoted.has(result)) return;
    const type = this.resultType(instruction);
    if (op === 'alloca') {
      this.slots.set(result, [{ local: this.local(this.pointer), wasm: this.pointer }]);
      return;
    }
    const slots = this.layout.scalars(type).map((part) => {
      const wasm = this.layout.wasm(part.type);
      return { local: this.local(wasm), wasm };
    });
    this.slots.set(result, slots);
  }

  private readonly types = new Map<string, Type>();

  private typeOf({ type, value }: Typed): Type {
    return value.kind === 'local' ? (this.types.get(value.name) ?? type) : type;
  }

  private resultType(instruction: Instruction): Type {
    let { type } = instruction;
    if (instruction.op === 'extractvalue') {
      type = this.typeOf(instruction.operands[0]);
      for (const index of instruction.path ?? []) {
        const resolved = this.layout.resolve(type);
        if (resolved.kind === 'struct') type = resolved.fields[index];
        else if (resolved.kind === 'array') type = resolved.of;
        else this.refuse('extractvalue of something that has no parts', instruction);
      }
    }
    if (instruction.op === 'alloca') type = { kind: 'ptr' };
    if (instruction.result !== undefined) this.types.set(instruction.result, type);
    return type;
  }

  private get pointer(): WasmType {
    return this.layout.pointerBytes === 4 ? 'i32' : 'i64';
  }

  // Where the function may stop

  private stops(instruction: Instruction): 'access' | 'call' | undefined {
    if (this.mode === 'runtime') return undefined;
    const { op, operands } = instruction;
    switch (op) {
      case 'load':
        return this.isLocal(operands[0]) ? undefined : 'access';
      case 'store':
        return this.isLocal(operands[1]) ? undefined : 'access';
      case 'atomicrmw':
      case 'cmpxchg':
        return 'access';
      case 'call': {
        const callee = instruction.call?.callee;
        if (callee?.kind === 'asm') return undefined;
        if (callee?.kind !== 'global') return 'call';
        if (isCopy(instruction)) return 'access';
        if (callee.name.startsWith('llvm.')) return undefined;
        if (['vmcheck_yield', 'vmcheck_choose', 'vmcheck_wait'].includes(callee.name))
          return 'access';
        if (PRIMITIVES.has(callee.name)) return undefined;
        const known = this.cx.callee(callee.name);
        return known === undefined || known.plain ? undefined : 'call';
      }
    }
    return undefined;
  }

  /** Does the address belong to a variable that nobody else can know of? */
  private isLocal({ value }: Typed): boolean {
    return (
      value.kind === 'local' && (this.promoted.has(value.name) || this.privately.has(value.name))
    );
  }

  private findPoints(): void {
    const { blocks } = this.fn;
    const flow = blocks.map((block, number): FlowBlock => this.flowOf(block.instructions, number));
    const live = liveness(flow, this.locals.length);
    let piece = 0;
    for (const [number, block] of blocks.entries()) {
      this.pieceOfBlock.push(piece);
      let from = 0;
      for (const [index, instruction] of block.instructions.entries()) {
        const what = this.stops(instruction);
        if (this.mode !== 'runtime' && (what !== undefined || tells(instruction))) {
          this.sites.set(
            instruction,
            this.cx.site(instruction, this.whatOf(instruction), what === 'access'),
          );
        }
        if (what === undefined) continue;
        if (index > from || from > 0) {
          this.pieces.push({ block: number, from, to: index });
          piece++;
          from = index;
        }
        const call = what === 'call';
        const { before, after } = live[number][index];
        let kept: LocalSet = before;
        if (call) {
          kept = after.copy();
          for (const { local } of this.slots.get(instruction.result ?? '') ?? [])
            kept.remove(local);
          // Whom it calls has to be known when the thread goes on.
          if (instruction.call !== undefined) {
            for (const local of this.localsOf(instruction.call.callee)) kept.add(local);
          }
        }
        const at = { block: number, index, piece, site: this.sites.get(instruction) ?? 0, call };
        const listed = kept.list().filter((local) => local < this.locals.length);
        this.points.set(instruction, { ...at, live: listed });
      }
      this.pieces.push({ block: number, from, to: block.instructions.length });
      piece++;
    }
    this.pieceCount = piece;
  }

  private whatOf({ op, call }: Instruction): string {
    if (call?.callee.kind === 'global') return call.callee.name;
    return op;
  }

  /** Locals that instructions read and write. */
  private flowOf(instructions: readonly Instruction[], number: number): FlowBlock {
    const readsAtEnd: number[] = [];
    const writesAtStart: number[] = [];
    const steps = instructions.map((instruction) => {
      const { op, operands, result, call } = instruction;
      const writes: number[] = [];
      const reads: number[] = [];
      const own = result === undefined ? [] : (this.slots.get(result) ?? []);
      if (op === 'phi') {
        for (const { local } of own) writesAtStart.push(local);
        return { reads, writes };
      }
      if (isLifetime(instruction)) {
        const pointer = operands.at(-1)?.value;
        const slot = pointer?.kind === 'local' ? this.promoted.get(pointer.name) : undefined;
        if (slot !== undefined) writes.push(slot.local);
        return { reads, writes };
      }
      for (const operand of [
        ...operands,
        ...(call === undefined ? [] : [{ type: { kind: 'ptr' } as const, value: call.callee }]),
      ]) {
        const slot =
          operand.value.kind === 'local' ? this.promoted.get(operand.value.name) : undefined;
        if (slot !== undefined) {
          if (op === 'store' && operand === operands[1]) writes.push(slot.local);
          else reads.push(slot.local);
          continue;
        }
        reads.push(...this.localsOf(operand.value));
      }
      if (op !== 'alloca') for (const { local } of own) writes.push(local);
      return { reads, writes };
    });
    const successors = labelsOf(instructions.at(-1)).map((label) => this.numberOf(label));
    for (const next of successors) {
      for (const { op, labels, operands } of this.fn.blocks[next].instructions) {
        if (op !== 'phi') break;
        for (const [i, label] of (labels ?? []).entries()) {
          if (this.numberOf(label) === number) readsAtEnd.push(...this.localsOf(operands[i].value));
        }
      }
    }
    return { steps, successors, readsAtEnd, writesAtStart };
  }

  /** Where a variable on the stack lies is computed, not kept. */
  private localsOf(value: Value): number[] {
    if (value.kind !== 'local' || this.frames.has(value.name)) return [];
    return (this.slots.get(value.name) ?? []).map(({ local }) => local);
  }

  private numberOf(label: string): number {
    const number = this.blockNumbers.get(label);
    return number ?? this.refuse(`there is no block ${label}`);
  }

  // Code

  private emit(): void {
    const { code } = this;
    if (this.mode === 'runtime') {
      this.body();
      return;
    }
    const { cx } = this;
    code.i32(0).memory('i32.load', cx.cell('vm_environment')).set(this.environment);
    code
      .i32(0)
      .i32(this.mode === 'environment' ? 1 : 0)
      .memory('i32.store', cx.cell('vm_environment'));
    if (this.mode === 'source') {
      // Called by the environment, it ends a step of the system.
      code.i32(0).memory('i32.load', cx.cell('vm_section')).if();
      code.i32(0).i32(1).memory('i32.store', cx.cell('vm_after'));
      code.i32(0).i32(0).memory('i32.store', cx.cell('vm_section')).end();
    }
    code.block(); // left by what does not return
    this.nest = 0;
    if (this.frameBytes > 0) {
      code.i32(this.frameBytes).i32(this.fnSite).call(cx.runtime('vm_frame')).set(this.fp);
      this.leaveIf(() => code.i32(0).memory('i32.load', cx.cell('vm_unwind')), 0);
    }
    const points = [...this.points.values()];
    code.i32(0).memory('i32.load', cx.cell('vm_rewind'));
    code.if();
    if (points.length === 0) code.op('unreachable');
    else this.restore(points);
    code.else();
    if (cx.filling !== 0) {
      for (const { local, wasm } of this.promoted.values()) this.fillLocal(local, wasm);
    }
    this.note(0, () => code.i32(0));
    code.end();
    this.body();
    code.end();
    this.leave();
    for (const type of signatureOf(this.layout, this.fn.result, [], false).results) this.zero(type);
  }

  private fillLocal(local: number, wasm: WasmType): void {
    const { code, cx } = this;
    if (wasm === 'i32') code.i32(cx.filling);
    else if (wasm === 'i64') code.i64(BigInt(cx.filling >>> 0) * 0x100000001n);
    else if (wasm === 'f32') code.f32(0);
    else code.f64(0);
    code.set(local);
  }

  private note(kind: number, value: () => void): void {
    const { code, cx } = this;
    code.i32(0).memory('i32.load', cx.cell('vm_tracing')).if();
    code.i32(kind).i32(cx.noteNumber());
    value();
    code.call(cx.runtime('vm_note')).end();
  }

  /** Before any return: whose accesses come next. */
  private leave(): void {
    const { code, cx } = this;
    if (this.mode === 'environment') {
      // A step of the system has ended: what comes next is another one.
      code.get(this.environment).op('i32.eqz').if();
      code.i32(0).memory('i32.load', cx.cell('vm_section')).if();
      code.i32(0).i32(1).memory('i32.store', cx.cell('vm_after'));
      code.i32(0).i32(0).memory('i32.store', cx.cell('vm_section')).end().end();
    }
    code.i32(0).get(this.environment).memory('i32.store', cx.cell('vm_environment'));
  }

  private zero(type: WasmType): void {
    if (type === 'i32') this.code.i32(0);
    else if (type === 'i64') this.code.i64(0n);
    else if (type === 'f32') this.code.f32(0);
    else this.code.f64(0);
  }

  private readonly sizes: Readonly<Record<WasmType, number>> = { i32: 4, f32: 4, i64: 8, f64: 8 };

  private bytesOf(locals: readonly number[]): number {
    return locals.reduce((sum, local) => sum + this.sizes[this.locals[local]], 0);
  }

  /** Finds the place where the thread stopped, and its locals. */
  private restore(points: readonly Point[]): void {
    const { code, cx } = this;
    const base = points[0].site;
    const span = points[points.length - 1].site - base + 1;
    const bySite = new Map(points.map((point, i) => [point.site - base, i]));
    code.block();
    for (let i = 0; i <= points.length; i++) code.block();
    code.call(cx.runtime('vm_resume')).i32(base).op('i32.sub');
    const depths = Array.from({ length: span }, (_, i) => bySite.get(i) ?? points.length);
    code.brTable(depths, points.length);
    for (const [i, point] of points.entries()) {
      code.end();
      const bytes = this.bytesOf(point.live);
      if (bytes > 0) {
        code
          .i32(0)
          .i32(0)
          .memory('i32.load', cx.cell('vm_top'))
          .i32(bytes)
          .op('i32.sub')
          .tee(this.pushed);
        code.memory('i32.store', cx.cell('vm_top'));
        let offset = 0;
        for (const local of point.live) {
          const wasm = this.locals[local];
          code
            .get(this.pushed)
            .memory(`${wasm}.load` as MemoryOp, offset)
            .set(local);
          offset += this.sizes[wasm];
        }
      }
      if (!point.call) {
        code.i32(0).i32(0).memory('i32.store', cx.cell('vm_rewind'));
        code.i32(0).i32(1).memory('i32.store', cx.cell('vm_skip'));
      }
      code.i32(point.piece).set(this.pc);
      code.br(points.length - i);
    }
    code.end().op('unreachable').end();
  }

  private body(): void {
    const { code, pieceCount } = this;
    if (this.frameBytes > 0) this.addressVariables();
    // The loop, and a block for each piece: piece j comes behind the end of block j.
    code.loop();
    for (let i = 0; i < pieceCount; i++) code.block();
    code.get(this.pc);
    code.brTable(
      Array.from({ length: pieceCount - 1 }, (_, i) => i),
      pieceCount - 1,
    );
    for (const [number, piece] of this.pieces.entries()) {
      code.end();
      this.current = number;
      this.nest = 0;
      const { instructions } = this.fn.blocks[piece.block];
      for (const instruction of instructions.slice(piece.from, piece.to))
        this.instruction(instruction);
    }
    code.op('unreachable');
    code.end();
    if (this.mode === 'runtime') code.op('unreachable');
  }

  private addressVariables(): void {
    const { code } = this;
    for (const [name, { offset }] of this.frames) {
      const [slot] = this.slots.get(name) ?? [];
      code.get(this.fp).i32(offset).op('i32.add');
      if (this.pointer === 'i64') code.op('i64.extend_i32_u');
      code.set(slot.local);
    }
  }

  /** Depth of the label that leaves the function without a result. */
  private get leaving(): number {
    return this.pieceCount - this.current + this.nest;
  }

  private leaveIf(condition: () => void, depth: number): void {
    condition();
    this.code.brIf(depth);
  }

  private jump(label: string): void {
    const { code } = this;
    const from = this.pieces[this.current].block;
    const to = this.numberOf(label);
    this.movePhis(from, to);
    const target = this.pieceOfBlock[to];
    if (target > this.current) {
      if (target === this.current + 1 && this.nest === 0) return;
      code.br(target - this.current - 1 + this.nest);
      return;
    }
    this.burn();
    code.i32(target).set(this.pc);
    code.br(this.pieceCount - 1 - this.current + this.nest);
  }

  /** Each time round a loop costs; without end it is told. */
  private burn(): void {
    if (this.mode === 'runtime') return;
    const { code, cx } = this;
    code.i32(0).i32(0).memory('i32.load', cx.cell('vm_fuel')).i32(1).op('i32.sub').tee(this.pushed);
    code.memory('i32.store', cx.cell('vm_fuel'));
    code.get(this.pushed).op('i32.eqz').if();
    code.i32(this.siteBefore()).call(cx.runtime('vm_endless'));
    code.br(this.leaving + 1);
    code.end();
  }

  private siteBefore(): number {
    const { block, to } = this.pieces[this.current];
    const { instructions } = this.fn.blocks[block];
    for (let i = Math.min(to, instructions.length) - 1; i >= 0; i--) {
      const site = this.sites.get(instructions[i]);
      if (site !== undefined) return site;
    }
    return this.fnSite;
  }

  private movePhis(from: number, to: number): void {
    const { code } = this;
    const targets: number[] = [];
    for (const { op, result, labels, operands, type } of this.fn.blocks[to].instructions) {
      if (op !== 'phi') break;
      const index = (labels ?? []).findIndex((label) => this.numberOf(label) === from);
      if (index < 0) this.refuse('a phi without a value');
      this.push({ type, value: operands[index].value });
      for (const { local } of this.slots.get(result ?? '') ?? []) targets.push(local);
    }
    for (const local of targets.reverse()) code.set(local);
  }

  // Values

  private push(typed: Typed): void {
    const { type, value } = typed;
    if (value.kind === 'local') {
      const slots = this.slots.get(value.name) ?? this.refuse(`there is no value %${value.name}`);
      for (const { local } of slots) this.code.get(local);
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
    if (scalars.length !== 1)
      this.refuse(`a constant of the kind ${value.kind} with several parts`);
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
    const bits = 'bits' in type ? type.bits : this.layout.pointerBytes * 8;
    const number = BigInt.asUintN(
      bits,
      constantOf(value, this.layout, (name) => this.cx.address(name)),
    );
    if (bits <= 32) code.i32(Number(BigInt.asIntN(32, number)));
    else code.i64(number);
  }

  private store(result: string | undefined): void {
    const slots = this.slots.get(result ?? '') ?? [];
    for (const { local } of [...slots].reverse()) this.code.set(local);
  }

  private bits(type: Type): number {
    if (type.kind === 'ptr') return this.layout.pointerBytes * 8;
    if (type.kind === 'int') return type.bits;
    return this.refuse(`a whole number is expected, and it is ${type.kind}`);
  }

  /** Keeps the bits that the type has; the others are zero. */
  private mask(bits: number): void {
    if (bits < 32) this.code.i32(2 ** bits - 1).op('i32.and');
    else if (bits > 32 && bits < 64) this.code.i64((1n << BigInt(bits)) - 1n).op('i64.and');
  }

  /** The top bit to all bits above. */
  private signExtend(bits: number): void {
    const { code } = this;
    if (bits === 8) code.op('i32.extend8_s');
    else if (bits === 16) code.op('i32.extend16_s');
    else if (bits < 32)
      code
        .i32(32 - bits)
        .op('i32.shl')
        .i32(32 - bits)
        .op('i32.shr_s');
    else if (bits > 32 && bits < 64) {
      code
        .i64(BigInt(64 - bits))
        .op('i64.shl')
        .i64(BigInt(64 - bits))
        .op('i64.shr_s');
    }
  }

  private instruction(instruction: Instruction): void {
    const { op, operands, type, result, labels = [] } = instruction;
    const { code } = this;
    if (op in BINARY_OPS) {
      this.binary(BINARY_OPS[op], instruction);
      this.store(result);
      return;
    }
    switch (op) {
      case 'alloca':
      case 'phi':
        return;
      case 'load':
        return this.load(instruction);
      case 'store':
        return this.storeTo(instruction);
      case 'fence':
        return;
      case 'getelementptr':
        this.elementAddress(instruction.source ?? type, operands);
        return this.store(result);
      case 'icmp':
        this.compare(instruction);
        return this.store(result);
      case 'fadd':
      case 'fsub':
      case 'fmul':
      case 'fdiv': {
        this.push(operands[0]);
        this.push(operands[1]);
        code.op(`${this.layout.wasm(type)}.${op.slice(1)}` as Op);
        return this.store(result);
      }
      case 'fneg':
        this.push(operands[0]);
        code.op(`${this.layout.wasm(type)}.neg` as Op);
        return this.store(result);
      case 'fcmp':
        this.compareFloats(instruction);
        return this.store(result);
      case 'freeze':
        this.push(operands[0]);
        return this.store(result);
      case 'select': {
        const count = this.layout.scalars(type).length;
        if (count !== 1) this.refuse('select of values with several parts', instruction);
        this.push(operands[1]);
        this.push(operands[2]);
        this.push(operands[0]);
        code.op('select');
        return this.store(result);
      }
      case 'extractvalue': {
        const { from, count } = this.partOf(this.typeOf(operands[0]), instruction.path ?? []);
        this.part(operands[0], from, count);
        return this.store(result);
      }
      case 'insertvalue': {
        const { from, count } = this.partOf(type, instruction.path ?? []);
        const all = this.layout.scalars(type).length;
        this.part(operands[0], 0, from);
        this.push(operands[1]);
        this.part(operands[0], from + count, all - from - count);
        return this.store(result);
      }
      case 'br':
        return this.branch(operands, labels);
      case 'switch':
        return this.switchTo(instruction);
      case 'ret':
        return this.return(operands);
      case 'unreachable':
        return this.unreachable(instruction);
      case 'atomicrmw':
        return this.readModifyWrite(instruction);
      case 'cmpxchg':
        return this.compareAndExchange(instruction);
      case 'call':
        return this.call(instruction);
    }
    if (op in CAST_OPS) {
      this.push(operands[0]);
      this.cast(op, operands[0].type, type, instruction);
      return this.store(result);
    }
    return this.refuse(`the instruction ${op} is not modelled`, instruction);
  }

  private part(typed: Typed, from: number, count: number): void {
    const { value, type } = typed;
    if (value.kind === 'local') {
      const slots = this.slots.get(value.name) ?? [];
      for (const { local } of slots.slice(from, from + count)) this.code.get(local);
      return;
    }
    if (value.kind !== 'zero') this.refuse('a part of a constant');
    for (const scalar of this.layout.scalars(type).slice(from, from + count)) {
      this.zero(this.layout.wasm(scalar.type));
    }
  }

  private partOf(type: Type, path: readonly number[]): { from: number; count: number } {
    let from = 0;
    let of = type;
    for (const index of path) {
      const resolved = this.layout.resolve(of);
      if (resolved.kind === 'struct') {
        for (const field of resolved.fields.slice(0, index))
          from += this.layout.scalars(field).length;
        of = resolved.fields[index];
      } else if (resolved.kind === 'array') {
        from += index * this.layout.scalars(resolved.of).length;
        of = resolved.of;
      }
    }
    return { from, count: this.layout.scalars(of).length };
  }

  private binary(how: BinaryOp, { operands, type, op }: Instruction): void {
    const { code } = this;
    const bits = this.bits(type);
    const wasm = bits <= 32 ? 'i32' : 'i64';
    this.push(operands[0]);
    if (how.signed) this.signExtend(bits);
    this.push(operands[1]);
    if (how.signed && op !== 'ashr') this.signExtend(bits);
    code.op(`${wasm}.${how.name}` as Op);
    if (how.grows) this.mask(bits);
  }

  private compare({ operands, flavour = '' }: Instruction): void {
    const type = this.layout.resolve(operands[0].type);
    const bits = this.bits(type);
    const wasm = bits <= 32 ? 'i32' : 'i64';
    const signed = flavour.startsWith('s');
    for (const operand of operands) {
      this.push(operand);
      if (signed) this.signExtend(bits);
    }
    const name = COMPARISONS[flavour] ?? this.refuse(`the comparison ${flavour} is not modelled`);
    this.code.op(`${wasm}.${name}` as Op);
  }

  private compareFloats({ operands, flavour = '' }: Instruction): void {
    const wasm = this.layout.wasm(operands[0].type);
    // Unordered ones are the opposite of the opposite.
    const opposite: Readonly<Record<string, string>> = {
      ult: 'ge',
      ule: 'gt',
      ugt: 'le',
      uge: 'lt',
      une: 'eq',
    };
    const ordered: Readonly<Record<string, string>> = {
      oeq: 'eq',
      olt: 'lt',
      ole: 'le',
      ogt: 'gt',
      oge: 'ge',
    };
    for (const operand of operands) this.push(operand);
    const name = ordered[flavour] ?? opposite[flavour];
    if (name === undefined)
      this.refuse(`the comparison ${flavour} of floating-point numbers is not modelled`);
    this.code.op(`${wasm}.${name}` as Op);
    if (flavour in opposite) this.code.op('i32.eqz');
  }

  private cast(op: string, from: Type, to: Type, instruction: Instruction): void {
    const { code } = this;
    const a = this.layout.resolve(from);
    const b = this.layout.resolve(to);
    const width = (type: Type): WasmType => this.layout.wasm(type);
    switch (op) {
      case 'trunc': {
        if (width(a) === 'i64' && width(b) === 'i32') code.op('i32.wrap_i64');
        return this.mask(this.bits(b));
      }
      case 'zext':
        if (width(a) === 'i32' && width(b) === 'i64') code.op('i64.extend_i32_u');
        return;
      case 'sext':
        this.signExtend(this.bits(a));
        if (width(a) === 'i32' && width(b) === 'i64') code.op('i64.extend_i32_s');
        return this.mask(this.bits(b));
      case 'ptrtoint':
      case 'inttoptr': {
        const [bitsA, bitsB] = [this.bits(a), this.bits(b)];
        if (bitsA > 32 && bitsB <= 32) code.op('i32.wrap_i64');
        if (bitsA <= 32 && bitsB > 32) code.op('i64.extend_i32_u');
        return this.mask(bitsB);
      }
      case 'bitcast': {
        const [wa, wb] = [width(a), width(b)];
        if (wa === wb) return;
        const name = { i32: 'f32', f32: 'i32', i64: 'f64', f64: 'i64' }[wa];
        if (name !== wb) this.refuse('a bitcast between sizes', instruction);
        code.op(`${wb}.reinterpret_${wa}` as Op);
        return;
      }
      case 'uitofp':
      case 'sitofp': {
        const signed = op === 'sitofp';
        if (signed) this.signExtend(this.bits(a));
        code.op(`${width(b)}.convert_${width(a)}_${signed ? 's' : 'u'}` as Op);
        return;
      }
      case 'fpext':
        code.op('f64.promote_f32');
        return;
      case 'fptrunc':
        code.op('f32.demote_f64');
        return;
    }
    this.refuse(`the conversion ${op} is not modelled`, instruction);
  }

  private branch(operands: readonly Typed[], labels: readonly string[]): void {
    const { code } = this;
    if (labels.length === 1) return this.jump(labels[0]);
    this.push(operands[0]);
    code.if();
    this.nest++;
    this.jump(labels[0]);
    code.else();
    this.jump(labels[1]);
    code.end();
    this.nest--;
    code.op('unreachable');
  }

  private switchTo({ operands, labels = [], cases = [] }: Instruction): void {
    const { code } = this;
    const type = this.layout.resolve(operands[0].type);
    const bits = this.bits(type);
    for (const [i, value] of cases.entries()) {
      this.push(operands[0]);
      const number = BigInt.asUintN(bits, value);
      if (bits <= 32) code.i32(Number(BigInt.asIntN(32, number))).op('i32.eq');
      else code.i64(number).op('i64.eq');
      code.if();
      this.nest++;
      this.jump(labels[i + 1]);
      code.end();
      this.nest--;
    }
    this.jump(labels[0]);
    // Falling into the next piece is a jump, too.
  }

  private return(operands: readonly Typed[]): void {
    const { code, cx } = this;
    if (this.mode !== 'runtime') {
      const [slot] = operands.length === 0 ? [] : this.layout.scalars(operands[0].type);
      this.note(1, () => {
        const wasm = slot === undefined ? undefined : this.layout.wasm(slot.type);
        if (
          wasm === undefined ||
          wasm.startsWith('f') ||
          this.layout.scalars(operands[0].type).length !== 1
        ) {
          code.i32(0);
        } else {
          this.push(operands[0]);
          if (wasm === 'i64') code.op('i32.wrap_i64');
        }
      });
      if (this.frameBytes > 0) {
        code.i32(0).get(this.fp).i32(this.frameBytes).op('i32.add');
        code.memory('i32.store', cx.cell('vm_sp'));
      }
      this.leave();
    }
    for (const operand of operands) this.push(operand);
    code.op('return');
  }

  private unreachable(instruction: Instruction): void {
    if (this.mode === 'runtime') {
      this.code.op('unreachable');
      return;
    }
    this.fault(instruction, FAULTS.undefined, 255);
  }

  private fault(instruction: Instruction, kind: number, detail: number): void {
    const { code, cx } = this;
    const site = this.sites.get(instruction) ?? this.fnSite;
    code.i32(kind).i32(site).i32(detail).i32(0).call(cx.runtime('vm_fault'));
    code.br(this.leaving);
  }

  // Memory

  /** A pointer as an address that the runtime understands. */
  private pushAddress(pointer: Typed): void {
    this.push(pointer);
    if (this.pointer === 'i64') {
      this.code.call(this.cx.runtime('vm_map'));
    } else if (this.cx.windows) {
      this.code.op('i64.extend_i32_u').call(this.cx.runtime('vm_map'));
    }
  }

  /** Puts the live locals on the frames of the thread and leaves. */
  private suspend(point: Point): void {
    const { code, cx } = this;
    code.i32(this.bytesOf(point.live)).i32(point.site).call(cx.runtime('vm_push'));
    if (point.live.length === 0) {
      code.op('drop');
    } else {
      code.set(this.pushed);
      let offset = 0;
      for (const local of point.live) {
        const wasm = this.locals[local];
        code
          .get(this.pushed)
          .get(local)
          .memory(`${wasm}.store` as MemoryOp, offset);
        offset += this.sizes[wasm];
      }
    }
    code.br(this.leaving + 1);
  }

  /** Leaves the address of an access in `address`, or does not go on. */
  private access(instruction: Instruction, pointer: Typed, bytes: number, kind: number): void {
    const { code, cx } = this;
    if (this.mode === 'runtime') {
      this.push(pointer);
      code.set(this.address);
      return;
    }
    const own = pointer.value.kind === 'local' ? this.privately.get(pointer.value.name) : undefined;
    if (own !== undefined) {
      this.push(pointer);
      if (this.pointer === 'i64') code.op('i32.wrap_i64');
      code.tee(this.address).get(this.fp).op('i32.sub').i32(own.offset).op('i32.sub');
      code
        .i32(Math.max(own.bytes - bytes + 1, 0))
        .op('i32.ge_u')
        .if();
      code.i32(2).i32(this.siteOf(instruction)).get(this.address).i32(kind);
      code
        .call(cx.runtime('vm_fault'))
        .br(this.leaving + 1)
        .end();
      return;
    }
    const point = this.pointOf(instruction);
    this.pushAddress(pointer);
    code.i32(bytes).i32(kind).i32(point.site).call(cx.runtime('vm_access'));
    code.tee(this.address).op('i32.eqz').if();
    this.suspend(point);
    code.end();
  }

  private siteOf(instruction: Instruction): number {
    return this.sites.get(instruction) ?? this.fnSite;
  }

  private pointOf(instruction: Instruction): Point {
    return this.points.get(instruction) ?? this.refuse('an access that is no point', instruction);
  }

  private load(instruction: Instruction): void {
    const { operands, type, result } = instruction;
    const { value } = operands[0];
    const slot = value.kind === 'local' ? this.promoted.get(value.name) : undefined;
    if (slot !== undefined) {
      this.code.get(slot.local);
      return this.store(result);
    }
    this.access(instruction, operands[0], this.layout.storeSize(type), 1);
    for (const scalar of this.layout.scalars(type)) this.loadScalar(scalar);
    this.store(result);
  }

  private loadScalar({ type, offset }: Scalar): void {
    this.code.get(this.address).memory(this.memoryOp(type, 'load'), offset);
    // A boolean is a byte.
    if ('bits' in type && type.bits < 8) this.mask(type.bits);
  }

  private memoryOp(type: Scalar['type'], what: 'load' | 'store'): MemoryOp {
    const wasm = this.layout.wasm(type);
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
    return this.refuse(`memory is not accessed by ${type.bits} bits`);
  }

  private storeTo(instruction: Instruction): void {
    const { operands, type } = instruction;
    const { code } = this;
    const { value } = operands[1];
    const slot = value.kind === 'local' ? this.promoted.get(value.name) : undefined;
    if (slot !== undefined) {
      this.push(operands[0]);
      code.set(slot.local);
      return;
    }
    this.access(instruction, operands[1], this.layout.storeSize(type), 2);
    this.storeScalars(type, operands[0]);
  }

  private storeScalars(type: Type, of: Typed): void {
    const scalars = this.layout.scalars(type);
    for (const [i, scalar] of scalars.entries()) {
      this.code.get(this.address);
      if (scalars.length === 1) this.push(of);
      else if (of.value.kind === 'aggregate') this.refuse('a store of a constant with parts');
      else this.part(of, i, 1);
      this.code.memory(this.memoryOp(scalar.type, 'store'), scalar.offset);
    }
  }

  private readModifyWrite(instruction: Instruction): void {
    const { operands, type, result, flavour = '' } = instruction;
    const { code } = this;
    const [scalar] = this.layout.scalars(type);
    const bits = this.bits(this.layout.resolve(type));
    const wasm = this.layout.wasm(scalar.type);
    this.access(instruction, operands[0], this.layout.storeSize(type), 3);
    this.loadScalar(scalar);
    this.store(result);
    const old: Typed = { type, value: { kind: 'local', name: result ?? '' } };
    if (result === undefined) this.refuse('an atomicrmw without a result', instruction);
    code.get(this.address);
    const how = RMW_OPS[flavour];
    if (flavour === 'xchg') {
      this.push(operands[1]);
    } else if (how !== undefined) {
      this.push(old);
      this.push(operands[1]);
      code.op(`${wasm}.${how}` as Op);
      if (flavour === 'nand')
        (wasm === 'i32' ? code.i32(-1) : code.i64(-1n)).op(`${wasm}.xor` as Op);
      this.mask(bits);
    } else if (flavour in { max: 1, min: 1, umax: 1, umin: 1 }) {
      this.push(old);
      this.push(operands[1]);
      for (const side of [old, operands[1]]) {
        this.push(side);
        if (!flavour.startsWith('u')) this.signExtend(bits);
      }
      const less = flavour.endsWith('min') ? 'lt' : 'gt';
      code.op(`${wasm}.${less}_${flavour.startsWith('u') ? 'u' : 's'}` as Op).op('select');
    } else {
      this.refuse(`the atomic operation ${flavour} is not modelled`, instruction);
    }
    code.memory(this.memoryOp(scalar.type, 'store'), 0);
  }

  private compareAndExchange(instruction: Instruction): void {
    const { operands, result } = instruction;
    const { code } = this;
    const { type } = operands[1];
    const [scalar] = this.layout.scalars(type);
    const wasm = this.layout.wasm(scalar.type);
    const [old, done] =
      this.slots.get(result ?? '') ?? this.refuse('a cmpxchg without a result', instruction);
    this.access(instruction, operands[0], this.layout.storeSize(type), 3);
    this.loadScalar(scalar);
    code.tee(old.local);
    this.push(operands[1]);
    code
      .op(`${wasm}.eq` as Op)
      .tee(done.local)
      .if();
    code.get(this.address);
    this.push(operands[2]);
    code.memory(this.memoryOp(scalar.type, 'store'), 0).end();
  }

  private elementAddress(source: Type, operands: readonly Typed[]): void {
    const { code, layout } = this;
    const wide = this.pointer === 'i64';
    this.push(operands[0]);
    let type = source;
    for (const [i, index] of operands.slice(1).entries()) {
      const resolved = i === 0 ? undefined : layout.resolve(type);
      if (resolved?.kind === 'struct') {
        const field = index.value.kind === 'int' ? Number(index.value.value) : 0;
        const offset = layout.fields(resolved).offsets[field];
        if (offset > 0) {
          if (wide) code.i64(BigInt(offset)).op('i64.add');
          else code.i32(offset).op('i32.add');
        }
        type = resolved.fields[field];
        continue;
      }
      if (resolved?.kind === 'array') type = resolved.of;
      else if (i > 0) this.refuse('a getelementptr into something that has no parts');
      const size = layout.size(type);
      if (index.value.kind === 'zero' || (index.value.kind === 'int' && index.value.value === 0n))
        continue;
      const bits = this.bits(layout.resolve(index.type));
      this.push(index);
      this.signExtend(bits);
      if (bits <= 32 && wide) code.op('i64.extend_i32_s');
      if (bits > 32 && !wide) code.op('i32.wrap_i64');
      if (wide) code.i64(BigInt(size)).op('i64.mul').op('i64.add');
      else code.i32(size).op('i32.mul').op('i32.add');
    }
  }

  // Calls

  private call(instruction: Instruction): void {
    const { call, result } = instruction;
    const { code, cx } = this;
    if (call === undefined) return;
    const { callee } = call;
    if (callee.kind === 'asm') return this.assembly(callee.text, instruction);
    if (callee.kind === 'global') {
      if (callee.name.startsWith('llvm.')) return this.intrinsic(callee.name, instruction);
      if (PRIMITIVES.has(callee.name)) return this.primitive(callee.name, instruction);
      const known = cx.callee(callee.name);
      if (known === undefined) return this.fault(instruction, FAULTS.missing, 0);
      const wanted = this.wantedSignature(
        call.arguments,
        call.result,
        known.variadic,
        call.parameters,
      );
      if (!fits(wanted, known.signature)) {
        this.refuse(
          `${callee.name} is called with other types than it is defined with`,
          instruction,
        );
      }
      this.pushArguments(call.arguments, known.variadic, call.parameters);
      code.call(known.fn);
      this.storeOrDrop(result, known.signature);
    } else {
      const signature = this.wantedSignature(
        call.arguments,
        call.result,
        call.variadic,
        call.parameters,
      );
      this.push({ type: { kind: 'ptr' }, value: callee });
      if (this.pointer === 'i64') code.op('i32.wrap_i64');
      code.set(this.second);
      if (this.mode !== 'runtime') {
        // When the thread goes on, the pointer is not kept: the frames say whom it calls.
        this.checkCallee(instruction);
      }
      this.pushArguments(call.arguments, call.variadic, call.parameters);
      code.get(this.second).i32(FUNCTIONS_AT).op('i32.sub').i32(3).op('i32.shr_u');
      code.callIndirect(cx.typeNumber(signature));
      this.storeOrDrop(result, signature);
    }
    if (this.mode === 'runtime') return;
    const point = this.points.get(instruction);
    if (point === undefined) return;
    code.i32(0).memory('i32.load', cx.cell('vm_unwind')).if();
    this.suspend(point);
    code.end();
  }

  private checkCallee(instruction: Instruction): void {
    const { code, cx } = this;
    code.get(this.second).i32(FUNCTIONS_AT).op('i32.sub').i32(0);
    code.memory('i32.load', cx.cell('vm_function_bytes')).op('i32.ge_u');
    code.get(this.second).i32(7).op('i32.and').op('i32.or').if();
    code.i32(FAULTS.wildCall).i32(this.siteOf(instruction)).get(this.second).i32(0);
    code
      .call(cx.runtime('vm_fault'))
      .br(this.leaving + 1)
      .end();
    code.i32(0).i32(this.siteOf(instruction)).memory('i32.store', cx.cell('vm_call_site'));
  }

  private storeOrDrop(result: string | undefined, { results }: Signature): void {
    if (result !== undefined) this.store(result);
    else for (let i = 0; i < results.length; i++) this.code.op('drop');
  }

  private wantedSignature(
    given: readonly Argument[],
    result: Type,
    variadic: boolean,
    parameters: readonly Type[] | undefined,
  ): Signature {
    const fixed = variadic ? given.slice(0, parameters?.length ?? given.length) : given;
    return signatureOf(
      this.layout,
      result,
      fixed.map(({ type }) => type),
      variadic,
    );
  }

  private pushArguments(
    given: readonly Argument[],
    variadic: boolean,
    parameters: readonly Type[] | undefined,
  ): void {
    const { code, cx } = this;
    const fixed = variadic ? given.slice(0, parameters?.length ?? given.length) : given;
    let at = this.variadicAt;
    for (const argument of fixed) {
      if (argument.byval === undefined) {
        this.push(argument);
        continue;
      }
      const bytes = this.layout.size(argument.byval);
      const pointer = (): void => {
        code.get(this.fp).i32(at).op('i32.add');
      };
      // Not when the thread goes on: the copy is on its stack.
      code.i32(0).memory('i32.load', cx.cell('vm_rewind')).op('i32.eqz').if();
      pointer();
      this.push(argument);
      if (this.pointer === 'i64') code.op('i32.wrap_i64');
      code.i32(bytes).copy().end();
      pointer();
      if (this.pointer === 'i64') code.op('i64.extend_i32_u');
      at += roundUp(bytes, 16);
    }
    if (!variadic) return;
    at = roundUp(at, 8);
    const begin = at;
    code.i32(0).memory('i32.load', cx.cell('vm_rewind')).op('i32.eqz').if();
    for (const argument of given.slice(fixed.length)) {
      const scalars = this.layout.scalars(argument.type);
      if (scalars.length !== 1) this.refuse('a structure as a variable argument is not modelled');
      const [{ type }] = scalars;
      const wasm = this.layout.wasm(type);
      const wide = wasm === 'i64' || wasm === 'f64';
      if (wide) at = roundUp(at, this.layout.align(type));
      code.get(this.fp);
      this.push(argument);
      code.memory(`${wasm}.store` as MemoryOp, at);
      at += wide || this.pointer === 'i64' ? 8 : 4;
    }
    code.end();
    code.get(this.fp).i32(begin).op('i32.add');
  }

  private assembly(text: string, instruction: Instruction): void {
    if (text.trim() === '' && instruction.result === undefined) return;
    this.refuse(
      `inline assembly ${JSON.stringify(text)} is not modelled: name a hook for it`,
      instruction,
    );
  }

  private primitive(name: string, instruction: Instruction): void {
    const { code, cx } = this;
    const { result, call } = instruction;
    const given = call?.arguments ?? [];
    switch (name) {
      case 'vmcheck_thread':
        code.i32(0).memory('i32.load', cx.cell('vm_thread'));
        if (result === undefined) code.op('drop');
        return this.store(result);
      case 'vmcheck_end_thread':
        code.call(cx.runtime('vm_exit')).br(this.leaving);
        return;
      case 'vmcheck_fail':
      case 'vmcheck_panic':
        code.i32(name === 'vmcheck_fail' ? FAULTS.assertion : FAULTS.panic);
        code.i32(this.siteOf(instruction));
        this.push(given[0]);
        if (this.pointer === 'i64') code.op('i32.wrap_i64');
        code.i32(0).call(cx.runtime('vm_fault')).br(this.leaving);
        return;
      case 'vmcheck_because':
        for (const argument of given) {
          this.push(argument);
          if (this.layout.wasm(this.layout.resolve(argument.type)) === 'i64')
            code.op('i32.wrap_i64');
        }
        code.call(cx.runtime('vm_because'));
        return;
    }
    const point = this.pointOf(instruction);
    if (name === 'vmcheck_choose') this.push(given[0]);
    code.i32(point.site).call(cx.runtime(name.replace('vmcheck', 'vm')));
    if (name === 'vmcheck_choose') {
      if (result === undefined) code.op('drop');
      this.store(result);
    }
    code.i32(0).memory('i32.load', cx.cell('vm_unwind')).if();
    this.suspend(point);
    code.end();
  }

  private intrinsic(name: string, instruction: Instruction): void {
    const { operands, result, type } = instruction;
    const { code } = this;
    const base = name.replace(/^llvm\./, '').replace(/(\.[ipa]\d+)+$/, '');
    const bits = type.kind === 'int' ? type.bits : 0;
    const wasm = bits > 32 ? 'i64' : 'i32';
    switch (base) {
      case 'lifetime.start':
      case 'lifetime.end':
        return this.lifetime(base.endsWith('start'), instruction);
      case 'ubsantrap': {
        const detail = operands[0].value.kind === 'int' ? Number(operands[0].value.value) : 0;
        return this.fault(instruction, FAULTS.undefined, detail);
      }
      case 'trap':
      case 'debugtrap':
        return this.fault(instruction, FAULTS.undefined, 254);
      case 'assume':
      case 'donothing':
      case 'prefetch':
      case 'experimental.noalias.scope.decl':
        return;
      case 'expect':
      case 'expect.with.probability':
      case 'annotation':
        this.push(operands[0]);
        return this.store(result);
      case 'memcpy':
      case 'memcpy.inline':
      case 'memmove':
      case 'memset':
      case 'memset.inline':
        return this.copyBytes(base, instruction);
      case 'va_start':
        return this.startArguments(instruction);
      case 'va_end':
        return;
      case 'va_copy':
        this.push(operands[0]);
        if (this.pointer === 'i64') code.op('i32.wrap_i64');
        this.push(operands[1]);
        if (this.pointer === 'i64') code.op('i32.wrap_i64');
        code.i32(LIST_BYTES[this.layout.argumentList] ?? this.layout.pointerBytes).copy();
        return;
      case 'objectsize':
        if (wasm === 'i32') code.i32(-1);
        else code.i64(-1n);
        return this.store(result);
      case 'is.constant':
        code.i32(0);
        return this.store(result);
      case 'frameaddress':
      case 'returnaddress':
        this.zero(this.pointer);
        return this.store(result);
      case 'ctlz':
      case 'cttz': {
        this.push(operands[0]);
        if (base === 'cttz' && bits < 32) code.i32(1 << bits).op('i32.or');
        code.op(`${wasm}.${base === 'ctlz' ? 'clz' : 'ctz'}` as Op);
        if (base === 'ctlz' && bits < 32) code.i32(32 - bits).op('i32.sub');
        return this.store(result);
      }
      case 'ptrmask': {
        const mask = this.layout.resolve(operands[1].type);
        this.push(operands[0]);
        this.push(operands[1]);
        if (this.layout.wasm(mask) !== this.pointer) break;
        code.op(`${this.pointer}.and` as Op);
        return this.store(result);
      }
      case 'ctpop':
        this.push(operands[0]);
        code.op(`${wasm}.popcnt`);
        return this.store(result);
      case 'bswap':
        this.swapBytes(operands[0], bits);
        return this.store(result);
      case 'abs':
      case 'smax':
      case 'smin':
      case 'umax':
      case 'umin':
        this.extreme(base, operands, bits);
        return this.store(result);
      case 'fshl':
        if (bits !== 32 && bits !== 64) break;
        if (JSON.stringify(operands[0].value) !== JSON.stringify(operands[1].value)) break;
        this.push(operands[0]);
        this.push(operands[2]);
        code.op(`${wasm}.rotl`);
        return this.store(result);
    }
    const overflow = /^([su])(add|sub|mul)\.with\.overflow$/.exec(base);
    if (overflow !== null)
      return this.checkedArithmetic(overflow[1] === 's', overflow[2], instruction);
    this.refuse(`the intrinsic ${name} is not modelled`, instruction);
  }

  private swapBytes(of: Typed, bits: number): void {
    const { code } = this;
    const wasm = bits > 32 ? 'i64' : 'i32';
    const number = (value: number): void => {
      if (wasm === 'i64') code.i64(BigInt(value));
      else code.i32(value);
    };
    for (let byte = 0; byte < bits / 8; byte++) {
      this.push(of);
      number(8 * byte);
      code.op(`${wasm}.shr_u`);
      number(255);
      code.op(`${wasm}.and`);
      number(bits - 8 - 8 * byte);
      code.op(`${wasm}.shl`);
      if (byte > 0) code.op(`${wasm}.or`);
    }
  }

  private extreme(what: string, operands: readonly Typed[], bits: number): void {
    const { code } = this;
    const wasm = bits > 32 ? 'i64' : 'i32';
    const signed = !what.startsWith('u');
    if (what === 'abs') {
      this.zero(wasm);
      this.push(operands[0]);
      code.op(`${wasm}.sub`);
      this.mask(bits);
      this.push(operands[0]);
      this.push(operands[0]);
      this.signExtend(bits);
      this.zero(wasm);
      code.op(`${wasm}.lt_s`).op('select');
      return;
    }
    this.push(operands[0]);
    this.push(operands[1]);
    for (const operand of operands.slice(0, 2)) {
      this.push(operand);
      if (signed) this.signExtend(bits);
    }
    const less = what.endsWith('min') ? 'lt' : 'gt';
    code.op(`${wasm}.${less}_${signed ? 's' : 'u'}` as Op).op('select');
  }

  /** The sum, and whether it does not fit. */
  private checkedArithmetic(signed: boolean, what: string, instruction: Instruction): void {
    const { operands, result } = instruction;
    const { code } = this;
    const bits = this.bits(this.layout.resolve(operands[0].type));
    const [value, flag] =
      this.slots.get(result ?? '') ?? this.refuse('arithmetic without a result', instruction);
    const op = what as 'add' | 'sub' | 'mul';
    if (bits <= 32) {
      // In 64 bits it always fits.
      for (const operand of operands) {
        this.push(operand);
        if (signed) this.signExtend(bits);
        code.op(signed ? 'i64.extend_i32_s' : 'i64.extend_i32_u');
      }
      code.op(`i64.${op}`).op('i32.wrap_i64');
      this.mask(bits);
      code.set(value.local);
      for (const operand of operands) {
        this.push(operand);
        if (signed) this.signExtend(bits);
        code.op(signed ? 'i64.extend_i32_s' : 'i64.extend_i32_u');
      }
      code.op(`i64.${op}`).get(value.local);
      if (signed) this.signExtend(bits);
      code
        .op(signed ? 'i64.extend_i32_s' : 'i64.extend_i32_u')
        .op('i64.ne')
        .set(flag.local);
      return;
    }
    if (bits !== 64) this.refuse(`checked arithmetic of ${bits} bits`, instruction);
    const [a, b] = operands;
    if (op === 'mul') {
      this.push(a);
      this.push(b);
      code.op('i64.mul').set(value.local);
      // a != 0 and (a == -1 and b is the least, or the quotient is not b).
      code.i32(0).set(flag.local);
      this.push(a);
      code.op('i64.eqz').op('i32.eqz').if();
      if (signed) {
        this.push(a);
        code.i64(-1n).op('i64.eq').if();
        this.push(b);
        code
          .i64(-(1n << 63n))
          .op('i64.eq')
          .set(flag.local);
        code.else();
      }
      code.get(value.local);
      this.push(a);
      code.op(signed ? 'i64.div_s' : 'i64.div_u');
      this.push(b);
      code.op('i64.ne').set(flag.local);
      if (signed) code.end();
      code.end();
      return;
    }
    this.push(a);
    this.push(b);
    code.op(`i64.${op}`).set(value.local);
    if (!signed) {
      if (op === 'add') code.get(value.local);
      this.push(a);
      if (op === 'sub') this.push(b);
      code.op('i64.lt_u').set(flag.local);
      return;
    }
    // Overflow: the signs of a (and of b, or of its opposite) agree, and the
    // sign of the result does not.
    this.push(a);
    code.get(value.local).op('i64.xor');
    if (op === 'add') {
      this.push(b);
      code.get(value.local).op('i64.xor');
    } else {
      this.push(a);
      this.push(b);
      code.op('i64.xor');
    }
    code.op('i64.and').i64(0n).op('i64.lt_s').set(flag.local);
  }

  /** Variables hold nothing before their life and after it. */
  private lifetime(starts: boolean, { operands }: Instruction): void {
    const { code, cx } = this;
    const pointer = operands.at(-1);
    if (pointer?.value.kind !== 'local') return;
    const slot = this.promoted.get(pointer.value.name);
    if (slot !== undefined) {
      if (starts && cx.filling !== 0) this.fillLocal(slot.local, slot.wasm);
      else {
        this.zero(slot.wasm);
        code.set(slot.local);
      }
      return;
    }
    const frame = this.frames.get(pointer.value.name);
    if (frame === undefined) return;
    code.get(this.fp).i32(frame.offset).op('i32.add');
    code
      .i32(starts ? cx.filling & 255 : 0)
      .i32(frame.bytes)
      .fill();
  }

  private copyBytes(what: string, instruction: Instruction): void {
    const { operands } = instruction;
    const { code, cx } = this;
    if (this.mode === 'runtime') this.refuse('the runtime copies word by word', instruction);
    const point = this.pointOf(instruction);
    const size = (): void => {
      this.push(operands[2]);
      if (this.layout.wasm(this.layout.resolve(operands[2].type)) === 'i64')
        code.op('i32.wrap_i64');
    };
    this.pushAddress(operands[0]);
    if (what.startsWith('memset')) {
      size();
      code.i32(2).i32(point.site).call(cx.runtime('vm_fill'));
    } else {
      this.pushAddress(operands[1]);
      size();
      code.i32(point.site).call(cx.runtime('vm_access2'));
    }
    code.tee(this.address).op('i32.eqz').if();
    this.suspend(point);
    code.end();
    code.get(this.address);
    if (what.startsWith('memset')) {
      this.push(operands[1]);
      size();
      code.fill();
    } else {
      code.i32(0).memory('i32.load', cx.cell('vm_second'));
      size();
      code.copy();
    }
  }

  private startArguments(instruction: Instruction): void {
    const { code } = this;
    if (!this.fn.variadic)
      this.refuse('va_start in a function without variable arguments', instruction);
    const { argumentList } = this.layout;
    const list = (): void => {
      this.push(instruction.operands[0]);
      if (this.pointer === 'i64') code.op('i32.wrap_i64');
    };
    // All arguments lie in memory, one behind the other: none is in a register.
    const offset = argumentList === 'x86_64' ? 8 : 0;
    list();
    code.get(this.parameterCount - 1);
    if (this.pointer === 'i64') code.op('i64.extend_i32_u').memory('i64.store', offset);
    else code.memory('i32.store');
    if (argumentList === 'x86_64') {
      list();
      code.i32(48).memory('i32.store');
      list();
      code.i32(304).memory('i32.store', 4);
    } else if (argumentList === 'aarch64') {
      list();
      code.i64(0n).memory('i64.store', 24);
    }
  }
}

/** Sizes of a `va_list` that is no pointer. */
const LIST_BYTES: Readonly<Record<string, number | undefined>> = { x86_64: 24, aarch64: 32 };

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

const CAST_OPS: Readonly<Record<string, true>> = {
  trunc: true,
  zext: true,
  sext: true,
  ptrtoint: true,
  inttoptr: true,
  bitcast: true,
  uitofp: true,
  sitofp: true,
  fpext: true,
  fptrunc: true,
  fptoui: true,
  fptosi: true,
};

const RMW_OPS: Readonly<Record<string, string>> = {
  add: 'add',
  sub: 'sub',
  and: 'and',
  nand: 'and',
  or: 'or',
  xor: 'xor',
};

function sameType(a: Type, b: Type): boolean {
  return a.kind === b.kind && (a.kind !== 'int' || (b.kind === 'int' && a.bits === b.bits));
}

function isLifetime({ call }: Instruction): boolean {
  return call?.callee.kind === 'global' && call.callee.name.startsWith('llvm.lifetime.');
}

function isCopy({ call }: Instruction): boolean {
  return call?.callee.kind === 'global' && /^llvm\.mem(cpy|move|set)\./.test(call.callee.name);
}

/** May it be a place that a fault is told of? */
function tells({ op, call }: Instruction): boolean {
  return op === 'unreachable' || op === 'load' || op === 'store' || call !== undefined;
}

function labelsOf(instruction: Instruction | undefined): readonly string[] {
  return instruction?.op === 'br' || instruction?.op === 'switch' ? (instruction.labels ?? []) : [];
}

function fits(wanted: Signature, has: Signature): boolean {
  return (
    wanted.parameters.join() === has.parameters.join() &&
    wanted.results.join() === has.results.join()
  );
}

/** The number that a constant is, addresses included. */
export function constantOf(
  value: Value,
  layout: DataLayout,
  address: (name: string) => number,
): bigint {
  switch (value.kind) {
    case 'int':
      return value.value;
    case 'zero':
      return 0n;
    case 'global':
      return BigInt(address(value.name));
    case 'cast': {
      const inner = constantOf(value.from.value, layout, address);
      const from = layout.resolve(value.from.type);
      if (value.op === 'sext' && from.kind === 'int') return BigInt.asIntN(from.bits, inner);
      const to = layout.resolve(value.to);
      return to.kind === 'int' ? BigInt.asUintN(to.bits, inner) : inner;
    }
    case 'gep': {
      let at = constantOf(value.base.value, layout, address);
      let type = value.source;
      for (const [i, index] of value.indices.entries()) {
        const raw = constantOf(index.value, layout, address);
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
    case 'binary': {
      const left = constantOf(value.left.value, layout, address);
      const right = constantOf(value.right.value, layout, address);
      switch (value.op) {
        case 'add':
          return left + right;
        case 'sub':
          return left - right;
        case 'mul':
          return left * right;
        case 'and':
          return left & right;
        case 'or':
          return left | right;
        case 'xor':
          return left ^ right;
        case 'shl':
          return left << right;
      }
      break;
    }
  }
  throw new InputError(`a constant of the kind ${value.kind} is not modelled`);
}
