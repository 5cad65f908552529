/** What a function is compiled against: the rest of its program, and how its accesses count. */

import { InputError } from '../../errors.ts';
import type { FunctionDefinition, Instruction, Type } from '../ir/module.ts';
import type { Signature, WasmType } from '../wasm/signature.ts';
import type { DataLayout } from './data-layout.ts';

/** How accesses of a function are treated. */
export type Mode =
  /** Each may be a yield point. */
  | 'source'
  /** One step of the system, however many accesses it makes. */
  | 'environment'
  /** The runtime's own: nothing looks at them. */
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

/** Ends the compilation: the function has something that is not modelled. */
export function refuse(fn: FunctionDefinition, what: string, instruction?: Instruction): never {
  const line = instruction === undefined ? '' : ` (line ${instruction.line} of its LLVM IR)`;
  throw new InputError(`${fn.name}: ${what}${line}`);
}
