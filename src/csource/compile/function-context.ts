/** The rest of the program as one function is compiled against it. */

import { InputError } from '../../errors.ts';
import type { Place } from '../ir/debug.ts';
import type { Instruction } from '../ir/module.ts';
import type { ModuleWriter } from '../wasm/module-writer.ts';
import type { Addresses } from './addresses.ts';
import type { Callee, Context, Mode } from './context.ts';
import type { MemoryMap } from './memory-map.ts';
import type { Definition, LinkedUnit, Symbols } from './symbols.ts';

export interface Site extends Place {
  /** The function called, or the instruction. */
  readonly what: string;
  readonly source: boolean;
  /** May a thread stop there? */
  readonly stops: boolean;
}

/** What all functions of a program are compiled against. */
export interface Surroundings {
  readonly symbols: Symbols;
  readonly addresses: Addresses;
  readonly map: MemoryMap;
  readonly writer: ModuleWriter;
  readonly filling: number;
  /** Places so far. */
  readonly sites: Site[];
}

export function contextOf(
  { symbols, addresses, map, writer, filling, sites }: Surroundings,
  { unit, fn, number }: Definition,
  mode: Mode,
): Context {
  const { debug } = unit;
  const node = debug.at(fn.subprogram);
  const { name } = fn;
  const whole = { file: debug.fileOf(node), line: debug.number(node, 'line'), column: 0, fn: name };
  return {
    layout: unit.layout,
    cell: (of) => known(map.cells.get(of), of),
    runtime: (of) => known(symbols.publicFunction(of), of).index,
    site: (instruction: Instruction | undefined, what: string, stops: boolean) => {
      const place = debug.place(instruction?.location) ?? whole;
      sites.push({ ...place, fn: place.fn || name, what, source: mode === 'source', stops });
      return sites.length - 1;
    },
    address: (of) => addresses.of(unit, of),
    callee: (of): Callee | undefined => {
      const found = symbols.functionNamed(unit, of);
      if (found === undefined) {
        refuseInEnvironment(unit, of);
        addresses.missing.add(of);
        return undefined;
      }
      const plain = found.unit.mode === 'runtime';
      return { fn: found.index, signature: found.signature, variadic: found.fn.variadic, plain };
    },
    typeNumber: (signature) => writer.type(signature),
    noteNumber: () => number,
    windows: map.windows.length > 0,
    filling,
  };
}

function known<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new Error(`the runtime has no ${name}`);
  return found;
}

/** Sources may call what is nowhere, which fails when it is reached; the environment may not. */
function refuseInEnvironment({ mode, module, debug }: LinkedUnit, name: string): void {
  if (mode !== 'environment') return;
  for (const fn of module.functions) {
    for (const { instructions } of fn.blocks) {
      for (const { call, location } of instructions) {
        if (call?.callee.kind !== 'global' || call.callee.name !== name) continue;
        const place = debug.place(location);
        const where = place === undefined ? module.file : `${place.file}:${place.line}`;
        throw new InputError(
          `${where}: ${fn.name} of the environment calls ${name}, which is defined nowhere`,
        );
      }
    }
  }
}
