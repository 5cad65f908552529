/**
 * Memory in the words of the C: variables, members, elements, enumerators, and pointers as what
 * they point to, by what clang tells debuggers. Addresses are never shown.
 */

import type { PlacedGlobal, Program } from '../compile/program.ts';
import type { DebugInfo } from '../ir/debug.ts';
import type { MetaNode } from '../ir/module.ts';
import { bareType, type Leaf, leavesBetween, type Located, pathTo, sizeOf } from './type-parts.ts';

export class Names {
  private readonly program: Program;
  private readonly variables: readonly Located[];
  private readonly functions: ReadonlyMap<number, string>;
  private readonly threads: readonly string[];

  constructor(program: Program, threads: readonly string[]) {
    this.program = program;
    this.threads = threads;
    this.variables = program.globals
      .map((global) => variableOf(global))
      .sort((a, b) => a.address - b.address);
    this.functions = new Map(program.functions.map(({ address, name }) => [address, name]));
  }

  private variableAt(address: number): Located | undefined {
    let low = 0;
    let high = this.variables.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const variable = this.variables[middle];
      if (address < variable.address) high = middle - 1;
      else if (address >= variable.address + variable.bytes) low = middle + 1;
      else return variable;
    }
    return undefined;
  }

  /** The leaves that lie in some bytes. */
  leavesAt(address: number, bytes: number): readonly Leaf[] {
    const variable = this.variableAt(address);
    return variable === undefined
      ? [this.nameless(address, bytes)]
      : leavesBetween(variable, address, address + bytes);
  }

  private nameless(address: number, bytes: number): Leaf {
    const path = this.placeOf(address);
    const { debug } = this.program.globals[0] ?? { debug: undefined };
    return { path, address, bytes, debug: debug as DebugInfo, type: undefined };
  }

  /** All leaves of some variables, at most so many of each. */
  leavesOf(names: readonly string[], most: number): readonly Leaf[] {
    return names.flatMap((wanted) => {
      const variable = this.variables.find(({ path }) => path === wanted);
      if (variable === undefined) return [];
      const { address, bytes } = variable;
      return leavesBetween(variable, address, address + bytes).slice(0, most);
    });
  }

  hasVariable(name: string): boolean {
    return this.variables.some(({ path }) => path === name);
  }

  /** `pages[2].ref`, for any address. */
  placeOf(address: number): string {
    const variable = this.variableAt(address);
    if (variable !== undefined) {
      const [leaf] = leavesBetween(variable, address, address + 1);
      return leaf === undefined ? variable.path : leaf.path;
    }
    const { program } = this;
    if (address >= program.stacksLo && address < program.dataHi) {
      const thread = Math.floor((address - program.stacksLo) / program.stackBytes);
      const owner = this.threads[thread] ?? 'the invariants';
      const depth = program.stacksLo + (thread + 1) * program.stackBytes - address;
      return `stack of ${owner}[-${depth}]`;
    }
    const window = program.windows.find(({ to, bytes }) => address >= to && address < to + bytes);
    if (window !== undefined) {
      return `memory[0x${(window.at + BigInt(address - window.to)).toString(16)}]`;
    }
    return address < 4096 ? `null+${address}` : 'nothing';
  }

  /** A value as the C would write it. */
  format(leaf: Leaf, memory: Uint8Array): string {
    const { address, bytes, debug } = leaf;
    const { raw, width } = rawValue(leaf, memory);
    const type = bareType(debug, leaf.type);
    switch (debug?.text(type, 'tag')) {
      case 'DW_TAG_pointer_type':
        return this.pointer(Number(raw), debug, type);
      case 'DW_TAG_enumeration_type': {
        const name = enumerator(debug, type, raw, width);
        if (name !== undefined) return name;
      }
    }
    const encoding = debug?.text(type, 'encoding') ?? '';
    if (encoding === 'DW_ATE_boolean') return raw === 0n ? 'false' : 'true';
    if (encoding.startsWith('DW_ATE_signed') && encoding !== 'DW_ATE_signed_char') {
      return String(BigInt.asIntN(width, raw));
    }
    if (encoding.endsWith('char') && raw >= 32n && raw < 127n) {
      return `'${String.fromCharCode(Number(raw))}'`;
    }
    if (encoding === 'DW_ATE_float') {
      const view = new DataView(memory.buffer, memory.byteOffset + address, bytes);
      return String(bytes === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true));
    }
    return raw > 0xffffn ? `0x${raw.toString(16)}` : String(raw);
  }

  /** What a function returns, if that is a number or a pointer; the runtime tells its low word. */
  result(fn: number, value: number): string | undefined {
    const { debug, node } = this.program.functions[fn];
    const types = debug.field(debug.field(debug.at(node), 'type'), 'types');
    const [type] = debug.list(types);
    const own = bareType(debug, type);
    if (own === undefined) return undefined;
    if (debug.text(own, 'tag') === 'DW_TAG_pointer_type') {
      return this.pointer(value >>> 0, debug, own);
    }
    const bytes = sizeOf(debug, own);
    if (bytes === 0 || bytes > 8) return undefined;
    const words = new Int32Array([value, value < 0 && bytes === 8 ? -1 : 0]);
    const leaf = { path: '', address: 0, bytes, debug, type };
    return this.format(leaf, new Uint8Array(words.buffer));
  }

  private pointer(value: number, debug: DebugInfo, type: MetaNode | undefined): string {
    if (value === 0) return 'null';
    const fn = this.functions.get(value);
    if (fn !== undefined) return fn;
    let address = value;
    for (const { at, bytes, to } of this.program.windows) {
      const offset = BigInt(value) - at;
      if (offset >= 0n && offset < BigInt(bytes)) address = to + Number(offset);
    }
    const variable = this.variableAt(address);
    if (variable === undefined) {
      const place = this.placeOf(address);
      return place === 'nothing' ? 'a wild pointer' : `&${place}`;
    }
    // The part that has the type pointed to, if one begins there.
    const wanted = { debug, type: bareType(debug, debug.field(type, 'baseType')) };
    return `&${pathTo(variable, address, wanted) ?? this.placeOf(address)}`;
  }
}

/** Its path is what the C calls it: clang may call it otherwise. */
function variableOf({ debug, node, name, address, bytes }: PlacedGlobal): Located {
  const variable = debug.field(debug.at(node), 'var');
  const path = debug.text(variable, 'name') ?? name;
  return { path, type: debug.field(variable, 'type'), debug, address, bytes };
}

/** The bits of a leaf as a number without a sign, and how many they are. */
function rawValue(
  { address, bytes, bits }: Leaf,
  memory: Uint8Array,
): { readonly raw: bigint; readonly width: number } {
  let raw = 0n;
  for (let i = Math.min(bytes, 8) - 1; i >= 0; i--) {
    raw = (raw << 8n) | BigInt(memory[address + i]);
  }
  if (bits === undefined) return { raw, width: 8 * bytes };
  raw = (raw >> BigInt(bits.from)) & ((1n << BigInt(bits.count)) - 1n);
  return { raw, width: bits.count };
}

function enumerator(
  debug: DebugInfo,
  type: MetaNode | undefined,
  raw: bigint,
  width: number,
): string | undefined {
  for (const one of debug.list(debug.field(type, 'elements'))) {
    const value = BigInt.asUintN(width, BigInt(debug.text(one, 'value') ?? '0'));
    if (value === raw) return debug.text(one, 'name') ?? String(raw);
  }
  return undefined;
}
