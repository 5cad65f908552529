/**
 * Functions that the runtime calls to begin a thread, to initialise, or to ask a question: each
 * takes nothing and calls a function of C.
 */

import { InputError } from '../../errors.ts';
import { Code } from '../wasm/code.ts';
import type { ModuleWriter } from '../wasm/module-writer.ts';
import type { Signature } from '../wasm/signature.ts';
import type { Symbols } from './symbols.ts';

export interface EntryPoint {
  /** The C function. */
  readonly fn: string;
  /** Passed to it, if it takes something. */
  readonly argument: number;
}

/** The number of a new function that drops what the C function returns. */
export function writeEntry(writer: ModuleWriter, symbols: Symbols, entry: EntryPoint): number {
  const { code, signature } = callOf(symbols, entry);
  for (let i = 0; i < signature.results.length; i++) code.op('drop');
  return write(writer, code, []);
}

/** The number of a new function that answers 0 or not 0. */
export function writeQuestion(writer: ModuleWriter, symbols: Symbols, fn: string): number {
  const { code, signature } = callOf(symbols, { fn, argument: 0 });
  const [result] = signature.results;
  if (signature.results.length !== 1 || (result !== 'i32' && result !== 'i64')) {
    throw new InputError(
      `the C function ${fn} answers neither true nor false: it has to return int or bool`,
    );
  }
  if (result === 'i64') code.i64(0n).op('i64.ne');
  return write(writer, code, ['i32']);
}

function write(writer: ModuleWriter, code: Code, results: Signature['results']): number {
  const index = writer.declare({ parameters: [], results });
  writer.define(index, [], code);
  return index;
}

function callOf(
  symbols: Symbols,
  { fn, argument }: EntryPoint,
): { readonly code: Code; readonly signature: Signature } {
  const found = symbols.anyFunction(fn);
  if (found === undefined || found.unit.mode === 'runtime') {
    throw new InputError(`there is no C function ${fn} in the sources and the environment`);
  }
  const { signature } = found;
  if (found.fn.variadic || signature.parameters.length > 1) {
    throw new InputError(`the C function ${fn} takes more than one argument`);
  }
  const code = new Code();
  for (const type of signature.parameters) {
    if (type === 'i64') code.i64(BigInt(argument));
    else if (type === 'i32') code.i32(argument);
    else throw new InputError(`the C function ${fn} takes a floating-point number`);
  }
  code.call(found.index);
  return { code, signature };
}
