/**
 * The locals of WebAssembly that hold the values of a function: parameters, variables that lie in
 * locals, results of instructions, and a few of the compiler's own. A value of C takes a local for
 * each number that it consists of.
 */

import type { FunctionDefinition, Instruction, Type, Typed, Value } from '../ir/module.ts';
import type { WasmType } from '../wasm/signature.ts';
import { refuse } from './context.ts';
import type { DataLayout } from './data-layout.ts';
import type { Placement } from './placement.ts';

export interface Slot {
  readonly local: number;
  readonly wasm: WasmType;
}

/** Bytes that a local takes on the frames of a thread. */
const SIZES: Readonly<Record<WasmType, number>> = { i32: 4, f32: 4, i64: 8, f64: 8 };

export class Locals {
  /** Where the frame of the function begins. */
  readonly framePointer: number;
  /** Number of the piece that comes next. */
  readonly nextPiece: number;
  /** Of an access. */
  readonly address: number;
  /** Whom an indirect call calls. */
  readonly calleeAddress: number;
  /** Where the locals of a suspended function lie, and a number that is needed twice. */
  readonly pushed: number;
  /** Whether the caller is of the environment. */
  readonly callerMode: number;
  readonly parameterCount: number;
  /** Variables whose address is not taken. */
  readonly variables: ReadonlyMap<string, Slot>;
  private readonly types: WasmType[] = [];
  private readonly slots = new Map<string, readonly Slot[]>();
  private readonly typesOfResults = new Map<string, Type>();
  private readonly fn: FunctionDefinition;
  private readonly layout: DataLayout;
  private readonly placement: Placement;

  constructor(fn: FunctionDefinition, layout: DataLayout, placement: Placement) {
    this.fn = fn;
    this.layout = layout;
    this.placement = placement;
    for (const { name, type } of fn.parameters) this.slots.set(name, this.newSlots(type));
    if (fn.variadic) this.newLocal('i32');
    this.parameterCount = this.types.length;
    this.variables = new Map(
      [...placement.inLocals].map(([name, type]) => [name, this.newSlot(layout.wasm(type))]),
    );
    for (const { instructions } of fn.blocks) {
      for (const instruction of instructions) this.nameResult(instruction);
    }
    this.framePointer = this.newLocal('i32');
    this.nextPiece = this.newLocal('i32');
    this.address = this.newLocal('i32');
    this.calleeAddress = this.newLocal('i32');
    this.pushed = this.newLocal('i32');
    this.callerMode = this.newLocal('i32');
  }

  get count(): number {
    return this.types.length;
  }

  /** The types of the locals behind the parameters. */
  get declared(): readonly WasmType[] {
    return this.types.slice(this.parameterCount);
  }

  /** The parameter that tells where variable arguments begin. */
  get variableArguments(): number {
    return this.parameterCount - 1;
  }

  /** The locals of a value; none for a name that has none. */
  of(name: string | undefined): readonly Slot[] {
    return this.slots.get(name ?? '') ?? [];
  }

  has(name: string): boolean {
    return this.slots.has(name);
  }

  /** The local of a variable that a pointer points to, if it lies in one. */
  variable(pointer: Value | undefined): Slot | undefined {
    return pointer?.kind === 'local' ? this.variables.get(pointer.name) : undefined;
  }

  /** The locals to keep for a value: where a variable on the stack lies is computed. */
  keptFor(value: Value): number[] {
    if (value.kind !== 'local' || this.placement.frames.has(value.name)) return [];
    return this.of(value.name).map(({ local }) => local);
  }

  /** The type that a value has where the instruction that defines it says so. */
  typeOf({ type, value }: Typed): Type {
    return value.kind === 'local' ? (this.typesOfResults.get(value.name) ?? type) : type;
  }

  /** Bytes of some locals, one behind the other. */
  bytesOf(locals: readonly number[]): number {
    return locals.reduce((sum, local) => sum + SIZES[this.types[local]], 0);
  }

  /** Some locals with their types and their offsets in bytes, one behind the other. */
  *laidOut(locals: readonly number[]): Iterable<Slot & { readonly offset: number }> {
    let offset = 0;
    for (const local of locals) {
      const wasm = this.types[local];
      yield { local, wasm, offset };
      offset += SIZES[wasm];
    }
  }

  private newLocal(type: WasmType): number {
    this.types.push(type);
    return this.types.length - 1;
  }

  private newSlot(wasm: WasmType): Slot {
    return { local: this.newLocal(wasm), wasm };
  }

  private newSlots(type: Type): readonly Slot[] {
    return this.layout.scalars(type).map((part) => this.newSlot(this.layout.wasm(part.type)));
  }

  private nameResult(instruction: Instruction): void {
    const { result } = instruction;
    if (result === undefined || this.variables.has(result)) return;
    const type = this.resultType(instruction);
    this.typesOfResults.set(result, type);
    this.slots.set(result, this.newSlots(type));
  }

  private resultType(instruction: Instruction): Type {
    if (instruction.op === 'alloca') return { kind: 'ptr' };
    if (instruction.op !== 'extractvalue') return instruction.type;
    let type = this.typeOf(instruction.operands[0]);
    for (const index of instruction.path ?? []) {
      const resolved = this.layout.resolve(type);
      if (resolved.kind === 'struct') type = resolved.fields[index];
      else if (resolved.kind === 'array') type = resolved.of;
      else refuse(this.fn, 'extractvalue of something that has no parts', instruction);
    }
    return type;
  }
}
