/**
 * Puts translation units together: symbols, addresses, places, and one WebAssembly module of all
 * functions. This takes the place of an assembler and a linker.
 */

import { InputError } from '../../errors.ts';
import { DebugInfo, type Place } from '../debug.ts';
import type { FunctionDefinition, Global, Instruction, Module, Type, Value } from '../ir/module.ts';
import { Code } from '../wasm/code.ts';
import { ModuleWriter } from '../wasm/module-writer.ts';
import type { Signature } from '../wasm/signature.ts';
import { constantOf } from './constants.ts';
import { type Callee, type Context, FUNCTIONS_AT, type Mode, signatureOf } from './context.ts';
import { DataLayout, roundUp } from './data-layout.ts';
import { compileFunction } from './function.ts';

export interface Unit {
  readonly module: Module;
  readonly mode: Mode;
}

interface Entry {
  /** The C function. */
  readonly fn: string;
  /** Passed to it, if it takes something. */
  readonly argument: number;
}

interface ProgramOptions {
  readonly threads: readonly Entry[];
  readonly initialise: string | undefined;
  /** C functions that answer whether something holds. */
  readonly questions: readonly string[];
  readonly stackBytes: number;
  readonly frameBytes: number;
  /** Uninitialised variables hold this word. */
  readonly filling: number;
  readonly windows: readonly {
    readonly at: bigint;
    readonly bytes: number;
    readonly name: string;
  }[];
  /** Addresses of symbols that a linker script would define. */
  readonly symbols: Readonly<Record<string, bigint>>;
}

export interface Site extends Place {
  /** The function called, or the instruction. */
  readonly what: string;
  readonly source: boolean;
  /** May a thread stop there? */
  readonly stops: boolean;
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

export interface Program {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sites: readonly Site[];
  readonly globals: readonly PlacedGlobal[];
  readonly functions: readonly PlacedFunction[];
  readonly pointerBytes: 4 | 8;
  /** Addresses of variables and tables of the runtime. */
  readonly cells: ReadonlyMap<string, number>;
  readonly dataLo: number;
  readonly dataHi: number;
  readonly stacksLo: number;
  readonly stackBytes: number;
  readonly framesLo: number;
  readonly frameBytes: number;
  readonly threads: readonly number[];
  /** The C functions that threads begin with. */
  readonly threadFunctions: readonly string[];
  readonly initialise: number | undefined;
  readonly questions: readonly number[];
  readonly windows: readonly { readonly at: bigint; readonly bytes: number; readonly to: number }[];
  /** Functions that are called and are nowhere. */
  readonly missing: readonly string[];
  /** Words of the buffer for a state. */
  readonly stateRoom: number;
}

/** First address of data. */
const DATA_AT = 0x10000;
/** Between objects, so that an access beyond one hits no other. */
const GAP = 16;
const PAGE = 65536;
/** Places fit into three bytes of a state, and into its tables. */
const SITE_ROOM = 2 ** 17;

interface Definition {
  readonly fn: FunctionDefinition;
  readonly unit: Unit;
  readonly index: number;
  readonly signature: Signature;
  readonly number: number;
}

export function buildProgram(
  units: readonly Unit[],
  runtime: Module,
  options: ProgramOptions,
): Program {
  return new Linker(units, runtime, options).link();
}

class Linker {
  private readonly units: readonly Unit[];
  private readonly options: ProgramOptions;
  private readonly writer = new ModuleWriter();
  private readonly layouts = new Map<Module, DataLayout>();
  private readonly debugs = new Map<Module, DebugInfo>();
  private readonly definitions: Definition[] = [];
  private readonly publicFunctions = new Map<string, Definition>();
  private readonly localFunctions = new Map<Module, Map<string, Definition>>();
  private readonly publicGlobals = new Map<
    string,
    { readonly unit: Unit; readonly global: Global }
  >();
  private readonly addresses = new Map<Global, number>();
  private readonly sites: Site[] = [];
  private readonly cells = new Map<string, number>();
  private readonly missing = new Set<string>();
  private readonly runtimeUnit: Unit;
  private readonly threadFunctions: ReadonlySet<string>;
  private readonly windows: { at: bigint; bytes: number; to: number }[] = [];

  constructor(units: readonly Unit[], runtime: Module, options: ProgramOptions) {
    this.runtimeUnit = { module: runtime, mode: 'runtime' };
    this.units = [...units, this.runtimeUnit];
    this.options = options;
    this.threadFunctions = new Set(options.threads.map(({ fn }) => fn));
    for (const { module } of this.units) {
      this.layouts.set(module, new DataLayout(module));
      this.debugs.set(module, new DebugInfo(module));
    }
  }

  private layout(unit: Unit): DataLayout {
    return this.layouts.get(unit.module) as DataLayout;
  }

  private debug(unit: Unit): DebugInfo {
    return this.debugs.get(unit.module) as DebugInfo;
  }

  link(): Program {
    this.define();
    const map = this.placeAll();
    this.compileAll();
    const { options } = this;
    if (this.sites.length > SITE_ROOM) throw new InputError('the sources have too many places');
    const threads = options.threads.map((entry) => this.entry(entry, false));
    const initialise =
      options.initialise === undefined
        ? undefined
        : this.entry({ fn: options.initialise, argument: 0 }, false);
    const questions = options.questions.map((fn) => this.entry({ fn, argument: 0 }, true));
    const table = this.definitions.map(({ index }) => index);
    const extra = [...threads, ...(initialise === undefined ? [] : [initialise]), ...questions];
    const addressOf = (fn: number): number => {
      table.push(fn);
      return FUNCTIONS_AT + 8 * (table.length - 1);
    };
    const placed = extra.map(addressOf);
    if (FUNCTIONS_AT + 8 * table.length > DATA_AT)
      throw new InputError('there are too many functions');
    this.writer.setTable(table);
    for (const name of ['vm_begin', 'vm_step', 'vm_load', 'vm_save', 'vm_ask', 'vm_initialise']) {
      const found = this.publicFunctions.get(name);
      if (found !== undefined) this.writer.export(name, found.index);
    }
    const reached = this.reachedByThreads();
    const globals = [...this.addresses].flatMap(([global, address]) =>
      this.placedGlobal(global, address),
    );
    return {
      ...map,
      bytes: this.writer.write(Math.ceil(map.end / PAGE)),
      sites: this.sites,
      globals,
      functions: this.definitions.map(({ fn, unit, number }) => {
        const debug = this.debug(unit);
        const node = debug.at(fn.subprogram);
        return {
          name: fn.name,
          reached: reached.has(fn),
          debug,
          node: fn.subprogram,
          address: FUNCTIONS_AT + 8 * number,
          file: debug.fileOf(node),
          line: debug.number(node, 'line'),
          mode: unit.mode,
        };
      }),
      pointerBytes: this.layout(this.units[0]).pointerBytes,
      cells: this.cells,
      stackBytes: options.stackBytes,
      frameBytes: options.frameBytes,
      threads: placed.slice(0, threads.length),
      threadFunctions: options.threads.map(({ fn }) => fn),
      initialise: initialise === undefined ? undefined : placed[threads.length],
      questions: placed.slice(placed.length - questions.length),
      windows: this.windows,
      missing: [...this.missing],
    };
  }

  /** Functions that threads call, or whose address is taken. */
  private reachedByThreads(): ReadonlySet<FunctionDefinition> {
    const reached = new Set<FunctionDefinition>();
    const visit = (unit: Unit, name: string): void => {
      const found = this.functionNamed(unit, name);
      if (found === undefined || reached.has(found.fn)) return;
      reached.add(found.fn);
      for (const { instructions } of found.fn.blocks) {
        for (const { operands, call } of instructions) {
          for (const { value } of operands) this.namesIn(value, (of) => visit(found.unit, of));
          if (call !== undefined) this.namesIn(call.callee, (of) => visit(found.unit, of));
        }
      }
    };
    for (const { fn } of this.options.threads) {
      const found = this.definitions.find((one) => one.fn.name === fn);
      if (found !== undefined) visit(found.unit, fn);
    }
    for (const unit of this.units) {
      for (const { initial } of unit.module.globals) {
        if (initial !== undefined) this.namesIn(initial, (of) => visit(unit, of));
      }
    }
    return reached;
  }

  private namesIn(value: Value, found: (name: string) => void): void {
    if (value.kind === 'global') found(value.name);
    else if (value.kind === 'aggregate')
      for (const part of value.parts) this.namesIn(part.value, found);
    else if (value.kind === 'cast') this.namesIn(value.from.value, found);
    else if (value.kind === 'gep') this.namesIn(value.base.value, found);
  }

  private placedGlobal(global: Global, address: number): PlacedGlobal[] {
    const unit = this.units.find(({ module }) => module.globals.includes(global));
    if (unit === undefined || unit.mode === 'runtime') return [];
    const { name, constant } = global;
    const bytes = this.layout(unit).size(global.type);
    return [{ name, address, bytes, constant, debug: this.debug(unit), node: global.debug }];
  }

  // Symbols

  private define(): void {
    for (const unit of this.units) {
      const { module } = unit;
      const locals = new Map<string, Definition>();
      this.localFunctions.set(module, locals);
      for (const fn of module.functions) {
        const layout = this.layout(unit);
        const types = fn.parameters.map(({ type }) => type);
        const signature = signatureOf(layout, fn.result, types, fn.variadic);
        const other = this.publicFunctions.get(fn.name);
        if (!fn.internal && other !== undefined) {
          if (fn.weak) continue;
          if (!other.fn.weak) {
            throw new InputError(
              `${fn.name} is defined twice: in ${other.unit.module.file} and in ${module.file}`,
            );
          }
        }
        const index = this.writer.declare(signature);
        const definition = { fn, unit, index, signature, number: this.definitions.length };
        this.definitions.push(definition);
        locals.set(fn.name, definition);
        if (!fn.internal) this.publicFunctions.set(fn.name, definition);
      }
      for (const global of module.globals) {
        if (global.internal || global.initial === undefined) continue;
        const other = this.publicGlobals.get(global.name);
        if (other !== undefined) {
          if (global.weak) continue;
          if (!other.global.weak) {
            throw new InputError(
              `${global.name} is defined twice: in ${other.unit.module.file} and in ${module.file}`,
            );
          }
        }
        this.publicGlobals.set(global.name, { unit, global });
      }
    }
  }

  private functionNamed(unit: Unit, name: string): Definition | undefined {
    const own = this.localFunctions.get(unit.module)?.get(name);
    if (own !== undefined && own.fn.internal) return own;
    return this.publicFunctions.get(name) ?? own;
  }

  private globalNamed(unit: Unit, name: string): Global | undefined {
    const own = unit.module.globals.find((global) => global.name === name);
    if (own !== undefined && own.internal) return own;
    return this.publicGlobals.get(name)?.global ?? (own?.initial === undefined ? undefined : own);
  }

  private address(unit: Unit, name: string): number {
    const fn = this.functionNamed(unit, name);
    if (fn !== undefined) return FUNCTIONS_AT + 8 * fn.number;
    const alias = unit.module.aliases.get(name);
    if (alias !== undefined) {
      return Number(constantOf(alias, this.layout(unit), (of) => this.address(unit, of)));
    }
    const global = this.globalNamed(unit, name);
    const address = global === undefined ? this.cells.get(name) : this.addresses.get(global);
    if (address !== undefined) return address;
    if (Object.hasOwn(this.options.symbols, name)) return Number(this.options.symbols[name]);
    if (unit.module.declared.has(name)) {
      // Its address is taken, and it is nowhere: what calls it fails.
      this.missing.add(name);
      return 0;
    }
    throw new InputError(
      `${unit.module.file}: the variable ${name} is nowhere: define it in an environment file`,
    );
  }

  // Memory

  private placeAll() {
    const { options } = this;
    const threads = options.threads.length;
    let at = DATA_AT;
    const objects: { readonly unit: Unit; readonly global: Global; readonly address: number }[] =
      [];
    const place = (unit: Unit, global: Global, gap: number): void => {
      const bytes = this.layout(unit).size(global.type);
      at = roundUp(at, Math.max(16, global.align));
      this.addresses.set(global, at);
      if (unit.mode === 'runtime') this.cells.set(global.name, at);
      objects.push({ unit, global, address: at });
      at += roundUp(bytes, 4) + gap;
    };
    const wanted = (global: Global): boolean => {
      if (global.initial === undefined || global.name.startsWith('llvm.')) return false;
      return global.internal || this.publicGlobals.get(global.name)?.global === global;
    };
    const guests = this.units.filter(({ mode }) => mode !== 'runtime');
    for (const constant of [true, false]) {
      for (const unit of guests) {
        for (const global of unit.module.globals) {
          if (global.constant === constant && wanted(global)) place(unit, global, GAP);
        }
      }
    }
    at = roundUp(at, 16);
    for (const { at: from, bytes } of options.windows) {
      at = roundUp(at, 4096);
      this.windows.push({ at: from, bytes, to: at });
      at += roundUp(bytes, 16) + GAP;
    }
    const stacksLo = roundUp(at, 16);
    at = stacksLo + (threads + 1) * options.stackBytes;
    const dataHi = at;
    at += GAP;
    for (const global of this.runtimeUnit.module.globals) {
      if (global.initial !== undefined) place(this.runtimeUnit, global, 0);
    }
    const words = dataHi / 4;
    const stateRoom = words + threads * (2 + options.frameBytes / 4 + options.stackBytes / 4);
    const tables: Readonly<Record<string, number>> = {
      vm_flags: 2 * words,
      vm_stamp: 4 * words,
      vm_plain: 4 * words,
      vm_visible: 4 * words,
      vm_users: 4 * words,
      vm_dirty: 4 * words,
      vm_initial: 4 * words,
      vm_scratch: 4 * stateRoom,
      vm_saved: 4 * stateRoom,
      vm_threads: 32 * threads,
      vm_notes: 12 * 4096,
      vm_windows: 24 * Math.max(1, this.windows.length),
      vm_writes: 4 * 65536,
      vm_lines: 4 * SITE_ROOM,
      vm_covered: SITE_ROOM,
    };
    for (const [name, bytes] of Object.entries(tables)) {
      at = roundUp(at, 16);
      this.cells.set(name, at);
      at += bytes;
    }
    const framesLo = roundUp(at, 16);
    at = framesLo + (threads + 1) * options.frameBytes;
    for (const { unit, global, address } of objects) this.initialise(unit, global, address);
    return { dataLo: DATA_AT, dataHi, stacksLo, framesLo, end: at, stateRoom };
  }

  private initialise(unit: Unit, global: Global, address: number): void {
    const layout = this.layout(unit);
    const bytes = new Uint8Array(layout.size(global.type));
    const view = new DataView(bytes.buffer);
    if (global.initial !== undefined) this.fill(unit, view, 0, global.type, global.initial);
    if (bytes.some((byte) => byte !== 0)) this.writer.place(address, bytes);
  }

  private fill(unit: Unit, view: DataView, at: number, type: Type, value: Value): void {
    const layout = this.layout(unit);
    const resolved = layout.resolve(type);
    if (value.kind === 'zero') return;
    if (value.kind === 'bytes') {
      for (let i = 0; i < value.bytes.length; i++) view.setUint8(at + i, value.bytes.charCodeAt(i));
      return;
    }
    if (value.kind === 'aggregate') {
      const offsets = resolved.kind === 'struct' ? layout.fields(resolved).offsets : undefined;
      const size = resolved.kind === 'array' ? layout.size(resolved.of) : 0;
      for (const [i, part] of value.parts.entries()) {
        this.fill(unit, view, at + (offsets?.[i] ?? i * size), part.type, part.value);
      }
      return;
    }
    if (resolved.kind === 'float' || resolved.kind === 'double') {
      if (value.kind !== 'float') throw new InputError(`${unit.module.file}: a number is expected`);
      if (resolved.kind === 'float') view.setFloat32(at, value.value, true);
      else view.setFloat64(at, value.value, true);
      return;
    }
    const number = constantOf(value, layout, (name) => this.address(unit, name));
    const size = layout.storeSize(resolved);
    for (let i = 0; i < size; i++) {
      view.setUint8(at + i, Number((number >> BigInt(8 * i)) & 255n));
    }
  }

  // Functions

  private compileAll(): void {
    for (const definition of this.definitions) {
      const { fn, unit, index, number } = definition;
      const mode = this.modeOf(unit, fn.name);
      const context = this.context(unit, fn.name, number, mode);
      const { locals, code } = compileFunction(fn, mode, context);
      this.writer.define(index, locals, code);
    }
  }

  /** What threads begin with is never one step. */
  private modeOf(unit: Unit, name: string): Mode {
    return unit.mode === 'environment' && this.threadFunctions.has(name) ? 'source' : unit.mode;
  }

  private context(unit: Unit, name: string, number: number, mode: Mode): Context {
    const debug = this.debug(unit);
    const fnNode = debug.at(unit.module.functions.find((fn) => fn.name === name)?.subprogram);
    return {
      layout: this.layout(unit),
      cell: (of) => {
        const address = this.cells.get(of);
        if (address === undefined) throw new Error(`the runtime has no ${of}`);
        return address;
      },
      runtime: (of) => {
        const found = this.publicFunctions.get(of);
        if (found === undefined) throw new Error(`the runtime has no ${of}`);
        return found.index;
      },
      site: (instruction: Instruction | undefined, what: string, stops: boolean) => {
        const place = debug.place(instruction?.location) ?? {
          file: debug.fileOf(fnNode),
          line: debug.number(fnNode, 'line'),
          column: 0,
          fn: name,
        };
        this.sites.push({ ...place, fn: place.fn || name, what, source: mode === 'source', stops });
        return this.sites.length - 1;
      },
      address: (of) => this.address(unit, of),
      callee: (of): Callee | undefined => {
        const found = this.functionNamed(unit, of);
        if (found === undefined) {
          this.missingCallee(unit, of);
          return undefined;
        }
        const { index, signature, fn } = found;
        return {
          fn: index,
          signature,
          variadic: fn.variadic,
          plain: found.unit.mode === 'runtime',
        };
      },
      typeNumber: (signature) => this.writer.type(signature),
      noteNumber: () => number,
      windows: this.windows.length > 0,
      filling: this.options.filling,
    };
  }

  private missingCallee(unit: Unit, name: string): void {
    if (unit.mode === 'environment') {
      const debug = this.debug(unit);
      for (const fn of unit.module.functions) {
        for (const { instructions } of fn.blocks) {
          for (const { call, location } of instructions) {
            if (call?.callee.kind !== 'global' || call.callee.name !== name) continue;
            const place = debug.place(location);
            const where = place === undefined ? unit.module.file : `${place.file}:${place.line}`;
            throw new InputError(
              `${where}: ${fn.name} of the environment calls ${name}, which is defined nowhere`,
            );
          }
        }
      }
    }
    this.missing.add(name);
  }

  /** A function without parameters that calls one of the sources. */
  private entry({ fn, argument }: Entry, asks: boolean): number {
    const found =
      this.publicFunctions.get(fn) ?? this.definitions.find((one) => one.fn.name === fn);
    if (found === undefined || found.unit.mode === 'runtime') {
      throw new InputError(`there is no C function ${fn} in the sources and the environment`);
    }
    const { signature, fn: defined } = found;
    if (defined.variadic || signature.parameters.length > 1) {
      throw new InputError(`the C function ${fn} takes more than one argument`);
    }
    const code = new Code();
    for (const type of signature.parameters) {
      if (type === 'i64') code.i64(BigInt(argument));
      else if (type === 'i32') code.i32(argument);
      else throw new InputError(`the C function ${fn} takes a floating-point number`);
    }
    code.call(found.index);
    if (asks) {
      const [result] = signature.results;
      if (signature.results.length !== 1 || (result !== 'i32' && result !== 'i64')) {
        throw new InputError(
          `the C function ${fn} answers neither true nor false: it has to return int or bool`,
        );
      }
      if (result === 'i64') code.i64(0n).op('i64.ne');
    } else {
      for (let i = 0; i < signature.results.length; i++) code.op('drop');
    }
    const index = this.writer.declare({ parameters: [], results: asks ? ['i32'] : [] });
    this.writer.define(index, [], code);
    return index;
  }
}
