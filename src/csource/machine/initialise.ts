/** The initial state: what the C that initialises leaves in memory, and the words that change. */

import { InputError } from '../../errors.ts';
import type { Program } from '../compile/program.ts';
import { FAULT_KINDS } from '../fault-kinds.ts';
import { type Fault, lastFault } from './messages.ts';
import type { Plan } from './plan.ts';
import type { Runtime } from './runtime.ts';
import { trapOf } from '../wasm/host.ts';

/** The C that initialises fails. */
export class InitialisationFault extends Error {
  readonly fault: Fault;
  /** Of an assertion. */
  readonly text: string;

  constructor(fault: Fault, text: string) {
    super('initialisation fails');
    this.fault = fault;
    this.text = text;
  }
}

/** `stack` is the address of a stack that no thread has. */
export function initialise(runtime: Runtime, program: Program, plan: Plan, stack: number): void {
  if (program.initialise !== undefined) runC(runtime, program, program.initialise, stack);
  const dirty = runtime.table('vm_dirty', plan.dirty.length);
  const initial = runtime.table('vm_initial', plan.dirty.length);
  for (const [i, address] of plan.dirty.entries()) {
    dirty[i] = address;
    initial[i] = runtime.cells[address >> 2];
  }
  runtime.write('vm_dirty_count', plan.dirty.length);
  runtime.write('vm_grown', 0);
  runtime.exports.vm_save();
}

function runC(runtime: Runtime, program: Program, entry: number, stack: number): void {
  try {
    runtime.exports.vm_initialise(entry, stack);
  } catch (error) {
    throw new InputError(`initialisation fails: ${trapOf(error)}`);
  }
  const fault = lastFault(runtime, program);
  if (fault.kind === 0) return;
  const tells = fault.kind === FAULT_KINDS.assertion || fault.kind === FAULT_KINDS.panic;
  throw new InitialisationFault(fault, tells ? runtime.text(fault.detail, program.dataHi) : '');
}
