/** The addresses of functions and variables, and what memory holds at them at first. */

import { InputError } from '../../errors.ts';
import type { Global, Type, Value } from '../ir/module.ts';
import { constantOf } from './constants.ts';
import { FUNCTIONS_AT } from './context.ts';
import type { MemoryMap, PlacedObject } from './memory-map.ts';
import type { LinkedUnit, Symbols } from './symbols.ts';

export class Addresses {
  /** Functions whose address is taken, or that are called, and that are nowhere. */
  readonly missing = new Set<string>();
  private readonly symbols: Symbols;
  private readonly cells: ReadonlyMap<string, number>;
  private readonly globals: ReadonlyMap<Global, number>;
  private readonly fixed: Readonly<Record<string, bigint>>;

  /** `fixed` has the addresses of symbols that a linker script would define. */
  constructor(symbols: Symbols, map: MemoryMap, fixed: Readonly<Record<string, bigint>>) {
    this.symbols = symbols;
    this.cells = map.cells;
    this.globals = new Map(map.objects.map(({ global, address }) => [global, address]));
    this.fixed = fixed;
  }

  /** Throws InputError for a variable that is nowhere. */
  of(unit: LinkedUnit, name: string): number {
    const fn = this.symbols.functionNamed(unit, name);
    if (fn !== undefined) return addressOfFunction(fn.number);
    const { module } = unit;
    const alias = module.aliases.get(name);
    if (alias !== undefined) return Number(this.constant(unit, alias));
    const global = this.symbols.globalNamed(unit, name);
    const address = global === undefined ? this.cells.get(name) : this.globals.get(global);
    if (address !== undefined) return address;
    if (Object.hasOwn(this.fixed, name)) return Number(this.fixed[name]);
    if (module.declared.has(name)) {
      // Its address is taken, and it is nowhere: what calls it fails.
      this.missing.add(name);
      return 0;
    }
    throw new InputError(
      `${module.file}: the variable ${name} is nowhere: define it in an environment file`,
    );
  }

  private constant(unit: LinkedUnit, value: Value): bigint {
    return constantOf(value, unit.layout, (name) => this.of(unit, name));
  }

  /** What a variable holds at first. */
  initialBytes({ unit, global: { type, initial } }: PlacedObject): Uint8Array {
    const bytes = new Uint8Array(unit.layout.size(type));
    if (initial !== undefined) this.fill(unit, new DataView(bytes.buffer), 0, type, initial);
    return bytes;
  }

  private fill(unit: LinkedUnit, view: DataView, at: number, type: Type, value: Value): void {
    const { layout } = unit;
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
    const number = this.constant(unit, value);
    const size = layout.storeSize(resolved);
    for (let i = 0; i < size; i++) {
      view.setUint8(at + i, Number((number >> BigInt(8 * i)) & 255n));
    }
  }
}

/** Functions have addresses, too: 8 bytes for each. */
export const addressOfFunction = (number: number): number => FUNCTIONS_AT + 8 * number;
