/** Which locals the instructions of a function read and write, and which blocks follow which. */

import type { FunctionDefinition, Instruction } from '../ir/module.ts';
import { refuse } from './context.ts';
import { isLifetime, labelsOf } from './instruction-kinds.ts';
import type { FlowBlock, FlowStep } from './liveness.ts';
import type { Locals } from './locals.ts';

/** The numbers of the blocks of a function, by their labels. */
export class BlockNumbers {
  private readonly fn: FunctionDefinition;
  private readonly numbers: ReadonlyMap<string, number>;

  constructor(fn: FunctionDefinition) {
    this.fn = fn;
    this.numbers = new Map(fn.blocks.map(({ name }, number) => [name, number]));
  }

  of(label: string): number {
    return this.numbers.get(label) ?? refuse(this.fn, `there is no block ${label}`);
  }
}

/** The blocks of a function as `liveness` wants them. */
export function flowOf(
  fn: FunctionDefinition,
  locals: Locals,
  numbers: BlockNumbers,
): readonly FlowBlock[] {
  return fn.blocks.map(({ instructions }, number) => {
    const phis = instructions.filter(({ op }) => op === 'phi');
    const successors = labelsOf(instructions.at(-1)).map((label) => numbers.of(label));
    return {
      steps: instructions.map((instruction) => stepOf(instruction, locals)),
      successors,
      readsAtEnd: successors.flatMap((next) => readsOfPhis(fn, next, number, locals, numbers)),
      writesAtStart: phis.flatMap(({ result }) => locals.of(result).map(({ local }) => local)),
    };
  });
}

function stepOf(instruction: Instruction, locals: Locals): FlowStep {
  const { op, operands, result, call } = instruction;
  // Phis are moved at the end of the blocks before.
  if (op === 'phi') return { reads: [], writes: [] };
  if (isLifetime(instruction)) {
    const slot = locals.variable(operands.at(-1)?.value);
    return { reads: [], writes: slot === undefined ? [] : [slot.local] };
  }
  const reads: number[] = [];
  const writes: number[] = [];
  for (const [i, { value }] of operands.entries()) {
    const slot = locals.variable(value);
    if (slot === undefined) reads.push(...locals.keptFor(value));
    else if (op === 'store' && i === 1) writes.push(slot.local);
    else reads.push(slot.local);
  }
  if (call !== undefined) reads.push(...locals.keptFor(call.callee));
  if (op !== 'alloca') writes.push(...locals.of(result).map(({ local }) => local));
  return { reads, writes };
}

/** What the phis of a block read on the way from another. */
function readsOfPhis(
  fn: FunctionDefinition,
  block: number,
  from: number,
  locals: Locals,
  numbers: BlockNumbers,
): number[] {
  const reads: number[] = [];
  for (const { op, labels, operands } of fn.blocks[block].instructions) {
    if (op !== 'phi') break;
    for (const [i, label] of (labels ?? []).entries()) {
      if (numbers.of(label) === from) reads.push(...locals.keptFor(operands[i].value));
    }
  }
  return reads;
}
