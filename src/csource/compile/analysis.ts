/** What is decided about a function before its code is emitted. */

import type { FunctionDefinition } from '../ir/module.ts';
import type { Context, Mode } from './context.ts';
import { BlockNumbers } from './flow.ts';
import { Locals } from './locals.ts';
import { type Placement, placeVariables } from './placement.ts';
import { findStops, type Stops } from './stops.ts';

export interface Analysis {
  readonly fn: FunctionDefinition;
  readonly mode: Mode;
  /** The rest of the program. */
  readonly cx: Context;
  readonly placement: Placement;
  readonly locals: Locals;
  readonly numbers: BlockNumbers;
  readonly stops: Stops;
}

export function analyse(fn: FunctionDefinition, mode: Mode, cx: Context): Analysis {
  const placement = placeVariables(fn, cx.layout, mode);
  const locals = new Locals(fn, cx.layout, placement);
  const numbers = new BlockNumbers(fn);
  const stops = findStops(fn, mode, cx, placement, locals, numbers);
  return { fn, mode, cx, placement, locals, numbers, stops };
}
