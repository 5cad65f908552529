/**
 * Calls, direct and through pointers. A thread may stop in a function that is called: then the
 * caller suspends, too, and calls it again when the thread goes on. Arguments in memory lie in the
 * frame of the caller, and are not copied again then.
 */

import type { Argument, Instruction, Value } from '../ir/module.ts';
import { FAULT_KINDS } from '../fault-kinds.ts';
import type { MemoryOp } from '../wasm/opcodes.ts';
import type { Signature } from '../wasm/signature.ts';
import type { Analysis } from './analysis.ts';
import { FUNCTIONS_AT, signatureOf } from './context.ts';
import { roundUp } from './data-layout.ts';
import type { Exits } from './exits.ts';
import { ARGUMENT_BYTES } from './placement.ts';
import type { Values } from './values.ts';

type Call = NonNullable<Instruction['call']>;

export class Calls {
  private readonly analysis: Analysis;
  private readonly values: Values;
  private readonly exits: Exits;

  constructor(analysis: Analysis, values: Values, exits: Exits) {
    this.analysis = analysis;
    this.values = values;
    this.exits = exits;
  }

  /** A function by its name. */
  direct(name: string, call: Call, instruction: Instruction): void {
    const known = this.analysis.cx.callee(name);
    if (known === undefined) return this.exits.fault(instruction, FAULT_KINDS.missing, 0);
    const { fn, signature, variadic } = known;
    if (!agree(this.signatureOf(call, variadic), signature)) {
      this.values.refuse(`${name} is called with other types than it is defined with`, instruction);
    }
    this.pushArguments(call, variadic);
    this.values.code.call(fn);
    this.finish(instruction, signature);
  }

  /** Through a pointer. */
  indirect(callee: Value, call: Call, instruction: Instruction): void {
    const { code, locals } = this.values;
    const signature = this.signatureOf(call, call.variadic);
    this.values.pushPointer({ type: { kind: 'ptr' }, value: callee });
    code.set(locals.calleeAddress);
    // When the thread goes on, the pointer is not kept: the frames say whom it calls.
    if (this.analysis.mode !== 'runtime') this.checkCallee(instruction);
    this.pushArguments(call, call.variadic);
    code.get(locals.calleeAddress).i32(FUNCTIONS_AT).op('i32.sub').i32(3).op('i32.shr_u');
    code.callIndirect(this.analysis.cx.typeNumber(signature));
    this.finish(instruction, signature);
  }

  private checkCallee(instruction: Instruction): void {
    const { code, locals } = this.values;
    const { cx, stops } = this.analysis;
    const site = stops.siteOf(instruction);
    code.get(locals.calleeAddress).i32(FUNCTIONS_AT).op('i32.sub');
    this.values.loadCell('vm_function_bytes');
    code.op('i32.ge_u');
    code.get(locals.calleeAddress).i32(7).op('i32.and').op('i32.or').if();
    code.i32(FAULT_KINDS.wildCall).i32(site).get(locals.calleeAddress).i32(0);
    code.call(cx.runtime('vm_fault'));
    code.br(this.exits.nesting.leaving + 1).end();
    this.values.setCell('vm_call_site', site);
  }

  private finish(instruction: Instruction, { results }: Signature): void {
    const { result } = instruction;
    if (result !== undefined) this.values.store(result);
    else for (let i = 0; i < results.length; i++) this.values.code.op('drop');
    const point = this.analysis.stops.points.get(instruction);
    if (point !== undefined) this.exits.suspendWithCallee(point);
  }

  private signatureOf(call: Call, variadic: boolean): Signature {
    const types = fixedArguments(call, variadic).map(({ type }) => type);
    return signatureOf(this.values.layout, call.result, types, variadic);
  }

  private pushArguments(call: Call, variadic: boolean): void {
    const fixed = fixedArguments(call, variadic);
    let at = this.analysis.placement.argumentsAt;
    for (const argument of fixed) {
      if (argument.byval === undefined) {
        this.values.push(argument);
        continue;
      }
      const bytes = this.values.layout.size(argument.byval);
      this.pushCopy(argument, bytes, at);
      at += roundUp(bytes, ARGUMENT_BYTES);
    }
    if (variadic) this.pushVariable(call.arguments.slice(fixed.length), roundUp(at, 8));
  }

  /** The address of a copy, which is made in the frame at an offset. */
  private pushCopy(argument: Argument, bytes: number, at: number): void {
    const { code, locals } = this.values;
    const address = (): void => {
      code.get(locals.framePointer).i32(at).op('i32.add');
    };
    this.beginOnce();
    address();
    this.values.pushPointer(argument);
    code.i32(bytes).copy().end();
    address();
    this.values.widen();
  }

  /** The address of variable arguments, which are put into the frame one behind the other. */
  private pushVariable(given: readonly Argument[], begin: number): void {
    const { code, layout, locals } = this.values;
    let at = begin;
    this.beginOnce();
    for (const argument of given) {
      const scalars = layout.scalars(argument.type);
      if (scalars.length !== 1) {
        this.values.refuse('a structure as a variable argument is not modelled');
      }
      const [{ type }] = scalars;
      const wasm = layout.wasm(type);
      const wide = wasm === 'i64' || wasm === 'f64';
      if (wide) at = roundUp(at, layout.align(type));
      code.get(locals.framePointer);
      this.values.push(argument);
      const op: MemoryOp = `${wasm}.store`;
      code.memory(op, at);
      at += wide || this.values.wide ? 8 : 4;
    }
    code.end();
    code.get(locals.framePointer).i32(begin).op('i32.add');
  }

  /** Begins what is not done when the thread goes on: what it wrote is on its stack. */
  private beginOnce(): void {
    this.values.loadCell('vm_rewind');
    this.values.code.op('i32.eqz').if();
  }
}

/** The arguments of a call but for the variable ones. */
function fixedArguments(call: Call, variadic: boolean): readonly Argument[] {
  return variadic
    ? call.arguments.slice(0, call.parameters?.length ?? call.arguments.length)
    : call.arguments;
}

function agree(wanted: Signature, has: Signature): boolean {
  return (
    wanted.parameters.join() === has.parameters.join() &&
    wanted.results.join() === has.results.join()
  );
}
