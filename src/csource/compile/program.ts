/**
 * Puts translation units together: symbols, addresses, places, and one WebAssembly module of all
 * functions. This takes the place of an assembler and a linker.
 */

import { InputError } from '../../errors.ts';
import { DebugInfo } from '../ir/debug.ts';
import type { FunctionDefinition, Module } from '../ir/module.ts';
import { ModuleWriter } from '../wasm/module-writer.ts';
import { Addresses, addressOfFunction } from './addresses.ts';
import type { Mode } from './context.ts';
import { DataLayout } from './data-layout.ts';
import { type EntryPoint, writeEntry, writeQuestion } from './entries.ts';
import { compileFunction } from './function.ts';
import { contextOf, type Site, type Surroundings } from './function-context.ts';
import {
  DATA_AT,
  mapMemory,
  type MemoryMap,
  type MemoryOptions,
  type PlacedObject,
  SITE_ROOM,
} from './memory-map.ts';
import { reachedByThreads } from './reached.ts';
import { type Definition, type LinkedUnit, Symbols, type Unit } from './symbols.ts';

interface ProgramOptions extends MemoryOptions {
  readonly threads: readonly EntryPoint[];
  readonly initialise: string | undefined;
  /** C functions that answer whether something holds. */
  readonly questions: readonly string[];
  /** Uninitialised variables hold this word. */
  readonly filling: number;
  /** Addresses of symbols that a linker script would define. */
  readonly symbols: Readonly<Record<string, bigint>>;
}

export interface PlacedGlobal {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
  readonly constant: boolean;
  readonly debug: DebugInfo;
  /** Number of its DIGlobalVariableExpression. */
  readonly node: number | undefined;
}

interface PlacedFunction {
  readonly name: string;
  /** Can a thread come to call it? */
  readonly reached: boolean;
  readonly debug: DebugInfo;
  /** Number of its DISubprogram. */
  readonly node: number | undefined;
  readonly address: number;
  readonly file: string;
  readonly line: number;
  readonly mode: Mode;
}

/** Where its entries are: addresses of functions, as the runtime calls them. */
interface Entries {
  readonly threads: readonly number[];
  readonly initialise: number | undefined;
  readonly questions: readonly number[];
}

export interface Program extends Omit<MemoryMap, 'objects'>, Entries {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sites: readonly Site[];
  readonly globals: readonly PlacedGlobal[];
  readonly functions: readonly PlacedFunction[];
  readonly pointerBytes: 4 | 8;
  readonly stackBytes: number;
  readonly frameBytes: number;
  /** The C functions that threads begin with. */
  readonly threadFunctions: readonly string[];
  /** Functions that are called and are nowhere. */
  readonly missing: readonly string[];
}

const PAGE = 65536;

/** What the runtime offers to the machine. */
const EXPORTS = ['vm_begin', 'vm_step', 'vm_load', 'vm_save', 'vm_ask', 'vm_initialise'];

export function buildProgram(
  given: readonly Unit[],
  runtime: Module,
  options: ProgramOptions,
): Program {
  const units = [...given, { module: runtime, mode: 'runtime' } as const].map(
    ({ module, mode }): LinkedUnit => {
      return { module, mode, layout: new DataLayout(module), debug: new DebugInfo(module) };
    },
  );
  const writer = new ModuleWriter();
  const symbols = new Symbols(units, (signature) => writer.declare(signature));
  const map = mapMemory(units, symbols, options.threads.length, options);
  const addresses = new Addresses(symbols, map, options.symbols);
  for (const object of map.objects) {
    const bytes = addresses.initialBytes(object);
    if (bytes.some((byte) => byte !== 0)) writer.place(object.address, bytes);
  }
  const sites: Site[] = [];
  const threadFunctions = options.threads.map(({ fn }) => fn);
  compileAll({ symbols, addresses, map, writer, filling: options.filling, sites }, threadFunctions);
  if (sites.length > SITE_ROOM) throw new InputError('the sources have too many places');
  const entries = writeEntries(writer, symbols, options);
  for (const name of EXPORTS) {
    const found = symbols.publicFunction(name);
    if (found !== undefined) writer.export(name, found.index);
  }
  const reached = reachedByThreads(symbols, units, threadFunctions);
  const { objects, ...places } = map;
  return {
    ...places,
    ...entries,
    bytes: writer.write(Math.ceil(map.end / PAGE)),
    sites,
    globals: objects.filter(({ unit }) => unit.mode !== 'runtime').map(placedGlobal),
    functions: symbols.definitions.map((one) => placedFunction(one, reached)),
    pointerBytes: units[0].layout.pointerBytes,
    stackBytes: options.stackBytes,
    frameBytes: options.frameBytes,
    threadFunctions,
    missing: [...addresses.missing],
  };
}

function compileAll(surroundings: Surroundings, threadFunctions: readonly string[]): void {
  for (const definition of surroundings.symbols.definitions) {
    const { fn, unit, index } = definition;
    // What threads begin with is never one step.
    const begins = unit.mode === 'environment' && threadFunctions.includes(fn.name);
    const mode = begins ? 'source' : unit.mode;
    const { locals, code } = compileFunction(fn, mode, contextOf(surroundings, definition, mode));
    surroundings.writer.define(index, locals, code);
  }
}

/** Functions that begin threads and the like; behind those of C in the table of functions. */
function writeEntries(writer: ModuleWriter, symbols: Symbols, options: ProgramOptions): Entries {
  const table = symbols.definitions.map(({ index }) => index);
  const threads = options.threads.map((entry) => writeEntry(writer, symbols, entry));
  const { initialise } = options;
  const first =
    initialise === undefined
      ? undefined
      : writeEntry(writer, symbols, { fn: initialise, argument: 0 });
  const questions = options.questions.map((fn) => writeQuestion(writer, symbols, fn));
  const placed = (fn: number): number => addressOfFunction(table.push(fn) - 1);
  const entries = {
    threads: threads.map(placed),
    initialise: first === undefined ? undefined : placed(first),
    questions: questions.map(placed),
  };
  if (addressOfFunction(table.length) > DATA_AT)
    throw new InputError('there are too many functions');
  writer.setTable(table);
  return entries;
}

function placedGlobal({ unit, global, address }: PlacedObject): PlacedGlobal {
  const { name, constant, type } = global;
  const bytes = unit.layout.size(type);
  return { name, address, bytes, constant, debug: unit.debug, node: global.debug };
}

function placedFunction(
  { fn, unit: { debug, mode }, number }: Definition,
  reached: ReadonlySet<FunctionDefinition>,
): PlacedFunction {
  const node = debug.at(fn.subprogram);
  return {
    name: fn.name,
    reached: reached.has(fn),
    debug,
    node: fn.subprogram,
    address: addressOfFunction(number),
    file: debug.fileOf(node),
    line: debug.number(node, 'line'),
    mode,
  };
}
