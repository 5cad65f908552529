/** Functions that LLVM itself knows, by a table of their names without `llvm.` and the type. */

import type { Instruction } from '../ir/module.ts';
import { FAULT_KINDS } from '../fault-kinds.ts';
import type { Analysis } from './analysis.ts';
import type { Exits } from './exits.ts';
import type { Memory } from './memory.ts';
import { NUMBER_INTRINSICS, refuseIntrinsic } from './number-intrinsics.ts';
import type { Values } from './values.ts';
import { copyArguments, startArguments } from './variable-arguments.ts';

type Intrinsic = (instruction: Instruction) => void;

/** The detail of a fault of `__builtin_trap`; those of clang's checks are smaller. */
const TRAP = 254;

export class Intrinsics {
  private readonly analysis: Analysis;
  private readonly values: Values;
  private readonly exits: Exits;
  private readonly table: Readonly<Record<string, Intrinsic>>;

  constructor(analysis: Analysis, values: Values, exits: Exits, memory: Memory) {
    this.analysis = analysis;
    this.values = values;
    this.exits = exits;
    const nothing: Intrinsic = () => {};
    const trap: Intrinsic = (instruction) => this.undefinedBehaviour(instruction, TRAP);
    const copy: Intrinsic = (instruction) => memory.copyBytes(false, instruction);
    const fill: Intrinsic = (instruction) => memory.copyBytes(true, instruction);
    this.table = {
      'lifetime.start': (instruction) => this.lifetime(true, instruction),
      'lifetime.end': (instruction) => this.lifetime(false, instruction),
      ubsantrap: (instruction) => this.failedCheck(instruction),
      trap,
      debugtrap: trap,
      assume: nothing,
      donothing: nothing,
      prefetch: nothing,
      'experimental.noalias.scope.decl': nothing,
      memcpy: copy,
      'memcpy.inline': copy,
      memmove: copy,
      memset: fill,
      'memset.inline': fill,
      va_start: (instruction) => startArguments(values, analysis.fn, instruction),
      va_copy: (instruction) => copyArguments(values, instruction),
      va_end: nothing,
    };
  }

  compile(name: string, instruction: Instruction): void {
    const base = name.replace(/^llvm\./, '').replace(/(\.[ipa]\d+)+$/, '');
    if (Object.hasOwn(this.table, base)) return this.table[base](instruction);
    if (!Object.hasOwn(NUMBER_INTRINSICS, base)) refuseIntrinsic(this.values, instruction);
    NUMBER_INTRINSICS[base](this.values, instruction);
  }

  private undefinedBehaviour(instruction: Instruction, detail: number): void {
    this.exits.fault(instruction, FAULT_KINDS.undefined, detail);
  }

  /** A check of clang; the operand says which. */
  private failedCheck(instruction: Instruction): void {
    const { value } = instruction.operands[0];
    this.undefinedBehaviour(instruction, value.kind === 'int' ? Number(value.value) : 0);
  }

  /** Variables hold nothing before their life and after it. */
  private lifetime(starts: boolean, { operands }: Instruction): void {
    const { code, locals } = this.values;
    const { filling } = this.analysis.cx;
    const pointer = operands.at(-1)?.value;
    const slot = locals.variable(pointer);
    if (slot !== undefined) {
      if (starts && filling !== 0) {
        this.values.fill(slot);
      } else {
        this.values.zero(slot.wasm);
        code.set(slot.local);
      }
      return;
    }
    const frame =
      pointer?.kind === 'local' ? this.analysis.placement.frames.get(pointer.name) : undefined;
    if (frame === undefined) return;
    code.get(locals.framePointer).i32(frame.offset).op('i32.add');
    code.i32(starts ? filling & 255 : 0).i32(frame.bytes);
    code.fill();
  }
}
