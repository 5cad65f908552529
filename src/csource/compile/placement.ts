/**
 * Where the variables of a function lie: in locals of WebAssembly, where only loads and stores know
 * of them, else on the stack of the thread. A variable on the stack whose address does not leave
 * the function is its own: accesses to it need no yield point. Offsets are bytes from the lowest
 * address of the frame.
 */

import type { FunctionDefinition, Instruction, Type, Typed } from '../ir/module.ts';
import { type Mode, refuse } from './context.ts';
import { type DataLayout, roundUp } from './data-layout.ts';
import { isCopy, isLifetime, nameOf, sameType } from './instruction-kinds.ts';

interface Frame {
  readonly offset: number;
  readonly bytes: number;
}

export interface Placement {
  /** Variables whose address is not taken, with their types. */
  readonly inLocals: ReadonlyMap<string, Type>;
  /** The other variables. */
  readonly frames: ReadonlyMap<string, Frame>;
  /** Pointers into variables on the stack that no other function can know of. */
  readonly ownPointers: ReadonlyMap<string, Frame>;
  /** Where copies of arguments and variable arguments begin. */
  readonly argumentsAt: number;
  readonly frameBytes: number;
}

interface Variable {
  readonly alloca: Instruction;
  readonly type: Type;
  /** Do only loads and stores of the whole variable know of it? */
  direct: boolean;
  /** Does its address stay in the function? */
  own: boolean;
}

/** Copies of arguments begin at multiples of this many bytes, and variable arguments. */
export const ARGUMENT_BYTES = 16;

export function placeVariables(fn: FunctionDefinition, layout: DataLayout, mode: Mode): Placement {
  const variables = variablesOf(fn, layout);
  const roots = rootsOf(fn, variables);
  findUses(fn, variables, roots);
  const inLocals = new Map<string, Type>();
  const frames = new Map<string, Frame>();
  let end = 0;
  for (const [name, { alloca, type, direct }] of variables) {
    if (direct) {
      inLocals.set(name, type);
      continue;
    }
    if (mode === 'runtime') {
      refuse(fn, 'a variable of the runtime must not be in memory', alloca);
    }
    const count = alloca.operands[0];
    const times = count?.value.kind === 'int' ? Number(count.value.value) : 1;
    const bytes = layout.size(alloca.type) * times;
    const offset = roundUp(end, Math.max(4, layout.align(alloca.type)));
    frames.set(name, { offset, bytes });
    end = offset + roundUp(Math.max(bytes, 1), 4);
  }
  const ownPointers = new Map<string, Frame>();
  for (const [name, root] of roots) {
    const frame = frames.get(root);
    if (frame !== undefined && variables.get(root)?.own) ownPointers.set(name, frame);
  }
  const argumentsAt = roundUp(end, ARGUMENT_BYTES);
  const given = argumentBytes(fn, layout);
  const frameBytes = roundUp(given > 0 ? argumentsAt + given : end, 16);
  return { inLocals, frames, ownPointers, argumentsAt, frameBytes };
}

function variablesOf(fn: FunctionDefinition, layout: DataLayout): Map<string, Variable> {
  const variables = new Map<string, Variable>();
  for (const { instructions } of fn.blocks) {
    for (const alloca of instructions) {
      if (alloca.op !== 'alloca') continue;
      const type = layout.resolve(alloca.type);
      const count = alloca.operands.at(0)?.value;
      if (count !== undefined && count.kind !== 'int') {
        refuse(fn, 'arrays of variable length on the stack are not modelled', alloca);
      }
      const single = count === undefined || count.value === 1n;
      const direct = single && ['int', 'ptr', 'float', 'double'].includes(type.kind);
      variables.set(alloca.result ?? '', { alloca, type, direct, own: true });
    }
  }
  return variables;
}

/** The variable that a pointer is derived from, as far as it is derived from one. */
function rootsOf(
  fn: FunctionDefinition,
  variables: ReadonlyMap<string, Variable>,
): ReadonlyMap<string, string> {
  const roots = new Map([...variables.keys()].map((name) => [name, name]));
  for (let found = -1; found !== roots.size;) {
    found = roots.size;
    for (const { instructions } of fn.blocks) {
      for (const { op, operands, result } of instructions) {
        if (op !== 'getelementptr' || result === undefined) continue;
        const root = rootOf(operands[0], roots);
        if (root !== undefined) roots.set(result, root);
      }
    }
  }
  return roots;
}

/** Looks at each use of each pointer: is its variable still direct, and the function's own? */
function findUses(
  fn: FunctionDefinition,
  variables: ReadonlyMap<string, Variable>,
  roots: ReadonlyMap<string, string>,
): void {
  for (const { instructions } of fn.blocks) {
    for (const instruction of instructions) {
      for (const [i, operand] of instruction.operands.entries()) {
        const root = rootOf(operand, roots);
        const variable = root === undefined ? undefined : variables.get(root);
        if (variable === undefined) continue;
        const whole = nameOf(operand.value) === root;
        if (whole && isDirectAccess(instruction, i, variable.type)) continue;
        if (instruction.op === 'call' && isLifetime(instruction)) continue;
        variable.direct = false;
        if (!staysInside(instruction, i)) variable.own = false;
      }
    }
  }
}

function rootOf({ value }: Typed, roots: ReadonlyMap<string, string>): string | undefined {
  return value.kind === 'local' ? roots.get(value.name) : undefined;
}

/** Is an operand the address of a load or a store of one value of the type? */
function isDirectAccess({ op, type, atomic }: Instruction, operand: number, of: Type): boolean {
  const accesses = op === 'load' || (op === 'store' && operand === 1);
  return accesses && sameType(type, of) && !atomic;
}

/** Does an instruction use an address without passing it on? */
function staysInside(instruction: Instruction, operand: number): boolean {
  const { op } = instruction;
  switch (op) {
    case 'load':
      return true;
    case 'store':
      return operand === 1;
    case 'getelementptr':
      return operand === 0;
    case 'call':
      return isCopy(instruction) && operand < 2;
  }
  return false;
}

/** Most bytes of arguments that a call of the function passes in memory. */
function argumentBytes(fn: FunctionDefinition, layout: DataLayout): number {
  let most = 0;
  for (const { instructions } of fn.blocks) {
    for (const { call } of instructions) {
      if (call === undefined) continue;
      let bytes = 0;
      for (const { byval } of call.arguments) {
        if (byval !== undefined) bytes += roundUp(layout.size(byval), ARGUMENT_BYTES);
      }
      if (call.variadic) bytes += ARGUMENT_BYTES * call.arguments.length;
      most = Math.max(most, bytes);
    }
  }
  return most;
}
