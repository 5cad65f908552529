/** Which function or variable a name means: C lets units have names of their own, and weak ones. */

import { InputError } from '../../errors.ts';
import type { DebugInfo } from '../ir/debug.ts';
import type { FunctionDefinition, Global, Module } from '../ir/module.ts';
import type { Signature } from '../wasm/signature.ts';
import { type Mode, signatureOf } from './context.ts';
import type { DataLayout } from './data-layout.ts';

/** A translation unit, and how its accesses count. */
export interface Unit {
  readonly module: Module;
  readonly mode: Mode;
}

/** A unit with what is known of its target and of its sources. */
export interface LinkedUnit extends Unit {
  readonly layout: DataLayout;
  readonly debug: DebugInfo;
}

export interface Definition {
  readonly fn: FunctionDefinition;
  readonly unit: LinkedUnit;
  /** In the module of WebAssembly. */
  readonly index: number;
  readonly signature: Signature;
  /** Among the functions of C. */
  readonly number: number;
}

export class Symbols {
  readonly definitions: readonly Definition[];
  private readonly publicFunctions = new Map<string, Definition>();
  private readonly functionsOf = new Map<Module, Map<string, Definition>>();
  private readonly publicGlobals = new Map<string, { unit: LinkedUnit; global: Global }>();

  /** Throws InputError for a name that is defined twice. */
  constructor(units: readonly LinkedUnit[], declare: (signature: Signature) => number) {
    const definitions: Definition[] = [];
    this.definitions = definitions;
    for (const unit of units) {
      const own = new Map<string, Definition>();
      this.functionsOf.set(unit.module, own);
      for (const fn of unit.module.functions) {
        const other = this.publicFunctions.get(fn.name);
        const prevails = fn.internal || overrides(fn, unit, other && { ...other, of: other.fn });
        if (!prevails) continue;
        const types = fn.parameters.map(({ type }) => type);
        const signature = signatureOf(unit.layout, fn.result, types, fn.variadic);
        const index = declare(signature);
        const definition = { fn, unit, index, signature, number: definitions.length };
        definitions.push(definition);
        own.set(fn.name, definition);
        if (!fn.internal) this.publicFunctions.set(fn.name, definition);
      }
      for (const global of unit.module.globals) {
        if (global.internal || global.initial === undefined) continue;
        const other = this.publicGlobals.get(global.name);
        if (!overrides(global, unit, other && { ...other, of: other.global })) continue;
        this.publicGlobals.set(global.name, { unit, global });
      }
    }
  }

  /** A function that every unit can call. */
  publicFunction(name: string): Definition | undefined {
    return this.publicFunctions.get(name);
  }

  /** A function of this name, also if only its unit can call it. */
  anyFunction(name: string): Definition | undefined {
    return this.publicFunctions.get(name) ?? this.definitions.find(({ fn }) => fn.name === name);
  }

  /** What a unit means by the name of a function. */
  functionNamed(unit: Unit, name: string): Definition | undefined {
    const own = this.functionsOf.get(unit.module)?.get(name);
    if (own !== undefined && own.fn.internal) return own;
    return this.publicFunctions.get(name) ?? own;
  }

  /** What a unit means by the name of a variable. */
  globalNamed(unit: Unit, name: string): Global | undefined {
    const own = unit.module.globals.find((global) => global.name === name);
    if (own !== undefined && own.internal) return own;
    return this.publicGlobals.get(name)?.global ?? (own?.initial === undefined ? undefined : own);
  }

  /** Does a variable take memory? Not if it is defined elsewhere, or only for the compiler. */
  isPlaced(global: Global): boolean {
    if (global.initial === undefined || global.name.startsWith('llvm.')) return false;
    return global.internal || this.publicGlobals.get(global.name)?.global === global;
  }
}

interface Named {
  readonly name: string;
  readonly weak: boolean;
}

/** Does a public definition take the place of another one of its name, if there is one? */
function overrides(
  one: Named,
  { module }: Unit,
  other: { readonly unit: Unit; readonly of: Named } | undefined,
): boolean {
  if (other === undefined) return true;
  if (one.weak) return false;
  if (other.of.weak) return true;
  throw new InputError(
    `${one.name} is defined twice: in ${other.unit.module.file} and in ${module.file}`,
  );
}
