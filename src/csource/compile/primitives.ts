/** The functions of `vmcheck.h` that are compiled in place: they stop, end or fail a thread. */

import type { Argument, Instruction } from '../ir/module.ts';
import { FAULT_KINDS } from '../fault-kinds.ts';
import type { Analysis } from './analysis.ts';
import type { Exits } from './exits.ts';
import type { PrimitiveName } from './instruction-kinds.ts';
import type { Values } from './values.ts';

type Primitive = (
  name: PrimitiveName,
  given: readonly Argument[],
  instruction: Instruction,
) => void;

export class Primitives {
  private readonly analysis: Analysis;
  private readonly values: Values;
  private readonly exits: Exits;
  private readonly table: Readonly<Record<PrimitiveName, Primitive>>;

  constructor(analysis: Analysis, values: Values, exits: Exits) {
    this.analysis = analysis;
    this.values = values;
    this.exits = exits;
    const fail = (kind: number): Primitive => {
      return (_name, given, instruction) => this.fail(kind, given[0], instruction);
    };
    const stop: Primitive = (name, _given, instruction) => this.stop(name, instruction);
    this.table = {
      vmcheck_thread: (_name, _given, instruction) => this.thread(instruction),
      vmcheck_end_thread: () => this.endThread(),
      vmcheck_fail: fail(FAULT_KINDS.assertion),
      vmcheck_panic: fail(FAULT_KINDS.panic),
      vmcheck_because: (_name, given) => this.because(given),
      vmcheck_yield: stop,
      vmcheck_wait: stop,
      vmcheck_choose: (_name, given, instruction) => this.choose(given[0], instruction),
    };
  }

  compile(name: PrimitiveName, instruction: Instruction): void {
    this.table[name](name, instruction.call?.arguments ?? [], instruction);
  }

  private thread({ result }: Instruction): void {
    this.values.loadCell('vm_thread');
    if (result === undefined) this.values.code.op('drop');
    this.values.store(result);
  }

  private endThread(): void {
    this.values.code.call(this.analysis.cx.runtime('vm_exit')).br(this.exits.nesting.leaving);
  }

  private fail(kind: number, text: Argument, instruction: Instruction): void {
    const { code } = this.values;
    code.i32(kind).i32(this.analysis.stops.siteOf(instruction));
    this.values.pushPointer(text);
    code.i32(0).call(this.analysis.cx.runtime('vm_fault')).br(this.exits.nesting.leaving);
  }

  private because(given: readonly Argument[]): void {
    for (const argument of given) this.values.pushWord(argument);
    this.values.code.call(this.analysis.cx.runtime('vm_because'));
  }

  private choose(ways: Argument, instruction: Instruction): void {
    this.values.push(ways);
    this.callRuntime('vm_choose', instruction);
    if (instruction.result === undefined) this.values.code.op('drop');
    this.values.store(instruction.result);
    this.exits.suspendWithCallee(this.analysis.stops.pointOf(instruction));
  }

  private stop(name: string, instruction: Instruction): void {
    this.callRuntime(name.replace('vmcheck', 'vm'), instruction);
    this.exits.suspendWithCallee(this.analysis.stops.pointOf(instruction));
  }

  private callRuntime(name: string, instruction: Instruction): void {
    const { site } = this.analysis.stops.pointOf(instruction);
    this.values.code.i32(site).call(this.analysis.cx.runtime(name));
  }
}
