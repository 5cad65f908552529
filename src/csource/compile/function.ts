/**
 * One function of C as WebAssembly. A thread can stop before each access to memory that others may
 * see, and in calls: then the function puts its live locals and its place on the frames of
 * the thread and returns, and so do its callers; when the thread goes on they are called
 * again, and each finds its place and its locals there. What is not live is not kept, so that
 * it tells no states apart.
 */

import type { FunctionDefinition, Instruction } from '../ir/module.ts';
import type { Code } from '../wasm/code.ts';
import type { WasmType } from '../wasm/signature.ts';
import { type Analysis, analyse } from './analysis.ts';
import { ARITHMETIC, type Operation } from './arithmetic.ts';
import { Calls } from './calls.ts';
import { CASTS } from './casts.ts';
import { type Context, type Mode, signatureOf } from './context.ts';
import { Entry } from './entry.ts';
import { Exits } from './exits.ts';
import { isIntrinsic, isPrimitive } from './instruction-kinds.ts';
import { Intrinsics } from './intrinsics.ts';
import { Jumps } from './jumps.ts';
import { Memory } from './memory.ts';
import { PARTS } from './parts.ts';
import { Primitives } from './primitives.ts';
import { Values } from './values.ts';

interface CompiledFunction {
  /** The types of the locals behind the parameters. */
  readonly locals: readonly WasmType[];
  readonly code: Code;
}

export function compileFunction(fn: FunctionDefinition, mode: Mode, cx: Context): CompiledFunction {
  return new FunctionCompiler(analyse(fn, mode, cx)).compile();
}

/** What only computes: it needs nothing but values. */
const OPERATIONS: Readonly<Record<string, Operation>> = { ...ARITHMETIC, ...CASTS, ...PARTS };

class FunctionCompiler {
  private readonly analysis: Analysis;
  private readonly values: Values;
  private readonly entry: Entry;
  private readonly exits: Exits;
  private readonly jumps: Jumps;
  private readonly calls: Calls;
  private readonly primitives: Primitives;
  private readonly intrinsics: Intrinsics;
  /** What accesses memory or leaves its block, by the opcodes of LLVM. */
  private readonly effects: Readonly<Record<string, (instruction: Instruction) => void>>;

  constructor(analysis: Analysis) {
    this.analysis = analysis;
    const values = new Values(analysis);
    const exits = new Exits(analysis, values);
    const memory = new Memory(analysis, values, exits);
    const jumps = new Jumps(analysis, values, exits.nesting);
    this.values = values;
    this.exits = exits;
    this.jumps = jumps;
    this.entry = new Entry(analysis, values, exits);
    this.calls = new Calls(analysis, values, exits);
    this.primitives = new Primitives(analysis, values, exits);
    this.intrinsics = new Intrinsics(analysis, values, exits, memory);
    const nothing = (): void => {};
    this.effects = {
      // Variables have their places, and phis are moved by jumps.
      alloca: nothing,
      phi: nothing,
      // Every access is seen by all threads at once.
      fence: nothing,
      load: (instruction) => memory.load(instruction),
      store: (instruction) => memory.store(instruction),
      atomicrmw: (instruction) => memory.readModifyWrite(instruction),
      cmpxchg: (instruction) => memory.compareAndExchange(instruction),
      call: (instruction) => this.call(instruction),
      br: (instruction) => jumps.branch(instruction),
      switch: (instruction) => jumps.switch(instruction),
      ret: ({ operands }) => exits.return(operands),
      unreachable: (instruction) => exits.unreachable(instruction),
    };
  }

  compile(): CompiledFunction {
    const { fn, locals, mode } = this.analysis;
    const { code, layout } = this.values;
    if (mode === 'runtime') {
      this.body();
      code.op('unreachable');
    } else {
      this.entry.takeOver();
      code.block(); // left by what does not return
      this.entry.start();
      this.body();
      code.end();
      this.exits.leave();
      const { results } = signatureOf(layout, fn.result, [], false);
      for (const type of results) this.values.zero(type);
    }
    return { locals: locals.declared, code };
  }

  private body(): void {
    if (this.analysis.placement.frameBytes > 0) this.entry.addressVariables();
    this.jumps.body((instruction) => this.instruction(instruction));
  }

  private instruction(instruction: Instruction): void {
    const { op } = instruction;
    if (Object.hasOwn(OPERATIONS, op)) return OPERATIONS[op](this.values, instruction);
    if (Object.hasOwn(this.effects, op)) return this.effects[op](instruction);
    this.values.refuse(`the instruction ${op} is not modelled`, instruction);
  }

  private call(instruction: Instruction): void {
    const { call } = instruction;
    if (call === undefined) return;
    const { callee } = call;
    if (callee.kind === 'asm') return this.assembly(callee.text, instruction);
    if (callee.kind !== 'global') return this.calls.indirect(callee, call, instruction);
    const { name } = callee;
    if (isIntrinsic(name)) return this.intrinsics.compile(name, instruction);
    if (isPrimitive(name)) return this.primitives.compile(name, instruction);
    this.calls.direct(name, call, instruction);
  }

  private assembly(text: string, instruction: Instruction): void {
    if (text.trim() === '' && instruction.result === undefined) return;
    this.values.refuse(
      `inline assembly ${JSON.stringify(text)} is not modelled: name a hook for it`,
      instruction,
    );
  }
}
