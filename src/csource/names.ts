/**
 * Memory in the words of the C: variables, members, elements, enumerators, and pointers as what
 * they point to, by what clang tells debuggers. Addresses are never shown.
 */

import type { PlacedGlobal, Program } from './compile/program.ts';
import type { DebugInfo } from './debug.ts';
import type { MetaNode } from './ir/module.ts';

/** A part of a variable that has a value of its own. */
interface Leaf {
  readonly path: string;
  readonly address: number;
  readonly bytes: number;
  /** Of a bit field. */
  readonly bits?: { readonly from: number; readonly count: number };
  readonly debug: DebugInfo;
  readonly type: MetaNode | undefined;
}

interface Variable {
  readonly global: PlacedGlobal;
  readonly name: string;
  readonly type: MetaNode | undefined;
}

/** Typedefs and qualifiers. */
const TRANSPARENT = /^DW_TAG_(typedef|const_type|volatile_type|restrict_type|atomic_type)$/;

export class Names {
  private readonly program: Program;
  private readonly variables: readonly Variable[];
  private readonly functions: ReadonlyMap<number, string>;
  private readonly threads: readonly string[];

  constructor(program: Program, threads: readonly string[]) {
    this.program = program;
    this.threads = threads;
    this.variables = program.globals
      .map((global) => variableOf(global))
      .sort((a, b) => a.global.address - b.global.address);
    this.functions = new Map(program.functions.map(({ address, name }) => [address, name]));
  }

  private variableAt(address: number): Variable | undefined {
    let low = 0;
    let high = this.variables.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const variable = this.variables[middle];
      const { address: begin, bytes } = variable.global;
      if (address < begin) high = middle - 1;
      else if (address >= begin + bytes) low = middle + 1;
      else return variable;
    }
    return undefined;
  }

  /** The leaves that lie in some bytes. */
  leavesAt(address: number, bytes: number): readonly Leaf[] {
    const variable = this.variableAt(address);
    if (variable === undefined) return [this.nameless(address, bytes)];
    const { global, name, type } = variable;
    const leaves: Leaf[] = [];
    collect(
      global.debug,
      type,
      name,
      global.address,
      global.bytes,
      address,
      address + bytes,
      leaves,
    );
    return leaves;
  }

  private nameless(address: number, bytes: number): Leaf {
    const path = this.placeOf(address);
    const { debug } = this.program.globals[0] ?? { debug: undefined };
    return { path, address, bytes, debug: debug as DebugInfo, type: undefined };
  }

  /** All leaves of some variables, at most so many of each. */
  leavesOf(names: readonly string[], most: number): readonly Leaf[] {
    return names.flatMap((wanted) => {
      const variable = this.variables.find(({ name }) => name === wanted);
      if (variable === undefined) return [];
      const { global, name, type } = variable;
      const leaves: Leaf[] = [];
      const end = global.address + global.bytes;
      collect(global.debug, type, name, global.address, global.bytes, global.address, end, leaves);
      return leaves.slice(0, most);
    });
  }

  hasVariable(name: string): boolean {
    return this.variables.some((variable) => variable.name === name);
  }

  /** Names of variables that are not constant. */
  variableNames(): string[] {
    return this.variables.filter(({ global }) => !global.constant).map(({ name }) => name);
  }

  /** `pages[2].ref`, for any address. */
  placeOf(address: number): string {
    const variable = this.variableAt(address);
    if (variable !== undefined) {
      const leaves: Leaf[] = [];
      const { global, name, type } = variable;
      collect(global.debug, type, name, global.address, global.bytes, address, address + 1, leaves);
      return leaves[0]?.path ?? name;
    }
    const { program } = this;
    if (address >= program.stacksLo && address < program.dataHi) {
      const thread = Math.floor((address - program.stacksLo) / program.stackBytes);
      const owner = this.threads[thread] ?? 'the invariants';
      const depth = program.stacksLo + (thread + 1) * program.stackBytes - address;
      return `stack of ${owner}[-${depth}]`;
    }
    const window = program.windows.findIndex(
      ({ to, bytes }) => address >= to && address < to + bytes,
    );
    if (window >= 0) {
      const { to, at } = program.windows[window];
      return `memory[0x${(at + BigInt(address - to)).toString(16)}]`;
    }
    return address < 4096 ? `null+${address}` : 'nothing';
  }

  /** A value as the C would write it. */
  format(leaf: Leaf, memory: Uint8Array): string {
    const { address, bytes, bits, debug } = leaf;
    let raw = 0n;
    for (let i = Math.min(bytes, 8) - 1; i >= 0; i--)
      raw = (raw << 8n) | BigInt(memory[address + i]);
    let width = 8 * bytes;
    if (bits !== undefined) {
      raw = (raw >> BigInt(bits.from)) & ((1n << BigInt(bits.count)) - 1n);
      width = bits.count;
    }
    const type = bare(debug, leaf.type);
    const tag = debug?.text(type, 'tag');
    if (tag === 'DW_TAG_pointer_type') return this.pointer(Number(raw), debug, type);
    if (tag === 'DW_TAG_enumeration_type') {
      for (const one of debug.list(debug.field(type, 'elements'))) {
        const value = BigInt.asUintN(width, BigInt(debug.text(one, 'value') ?? '0'));
        if (value === raw) return debug.text(one, 'name') ?? String(raw);
      }
    }
    const encoding = debug?.text(type, 'encoding') ?? '';
    if (encoding === 'DW_ATE_boolean') return raw === 0n ? 'false' : 'true';
    if (encoding.startsWith('DW_ATE_signed') && encoding !== 'DW_ATE_signed_char') {
      return String(BigInt.asIntN(width, raw));
    }
    if (encoding.endsWith('char') && raw >= 32n && raw < 127n)
      return `'${String.fromCharCode(Number(raw))}'`;
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
    const own = bare(debug, type);
    if (own === undefined) return undefined;
    if (debug.text(own, 'tag') === 'DW_TAG_pointer_type')
      return this.pointer(value >>> 0, debug, own);
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
    const wanted = bare(debug, debug.field(type, 'baseType'));
    const { global, name, type: whole } = variable;
    const path = pathTo(global.debug, whole, name, global.address, address, wanted, debug);
    return `&${path ?? this.placeOf(address)}`;
  }
}

function variableOf(global: PlacedGlobal): Variable {
  const { debug, node } = global;
  const expression = debug.at(node);
  const variable = debug.field(expression, 'var');
  const name = debug.text(variable, 'name') ?? global.name;
  return { global, name, type: debug.field(variable, 'type') };
}

function bare(debug: DebugInfo, type: MetaNode | undefined): MetaNode | undefined {
  let at = type;
  while (at !== undefined && TRANSPARENT.test(debug.text(at, 'tag') ?? ''))
    at = debug.field(at, 'baseType');
  return at;
}

function sizeOf(debug: DebugInfo, type: MetaNode | undefined): number {
  return debug.number(bare(debug, type), 'size') / 8;
}

/** Adds the leaves between `from` and `to`. */
function collect(
  debug: DebugInfo,
  type: MetaNode | undefined,
  path: string,
  address: number,
  bytes: number,
  from: number,
  to: number,
  leaves: Leaf[],
): void {
  if (address >= to || address + bytes <= from) return;
  const own = bare(debug, type);
  const tag = debug.text(own, 'tag');
  if (tag === 'DW_TAG_array_type') {
    const element = debug.field(own, 'baseType');
    const counts = debug
      .list(debug.field(own, 'elements'))
      .map((one) => debug.number(one, 'count'));
    const total = counts.reduce((product, count) => product * count, 1);
    const size = sizeOf(debug, element) || bytes / Math.max(total, 1);
    if (size > 0 && total > 0) {
      const first = Math.max(0, Math.floor((from - address) / size));
      const last = Math.min(total - 1, Math.floor((to - 1 - address) / size));
      for (let i = first; i <= last; i++) {
        collect(
          debug,
          element,
          path + subscripts(i, counts),
          address + i * size,
          size,
          from,
          to,
          leaves,
        );
      }
      return;
    }
  }
  if (tag === 'DW_TAG_structure_type' || tag === 'DW_TAG_union_type') {
    const members = debug.list(debug.field(own, 'elements'));
    for (const member of members) {
      const name = debug.text(member, 'name');
      const size = debug.number(member, 'size');
      const offset = debug.number(member, 'offset');
      const inner = debug.field(member, 'baseType');
      const below = name === undefined ? path : `${path}.${name}`;
      if (/DIFlagBitField/.test(debug.text(member, 'flags') ?? '')) {
        const word = address + 4 * Math.floor(offset / 32);
        if (word < to && word + 4 > from) {
          const bits = { from: offset % 32, count: size };
          leaves.push({ path: below, address: word, bytes: 4, bits, debug, type: inner });
        }
        continue;
      }
      collect(debug, inner, below, address + offset / 8, size / 8, from, to, leaves);
      // All members of a union lie in the same place.
      if (tag === 'DW_TAG_union_type') break;
    }
    if (members.length > 0) return;
  }
  if (bytes > 8) {
    for (let at = Math.max(address, from & ~3); at < Math.min(to, address + bytes); at += 4) {
      leaves.push({
        path: `${path}+${at - address}`,
        address: at,
        bytes: 4,
        debug,
        type: undefined,
      });
    }
    return;
  }
  leaves.push({ path, address, bytes, debug, type });
}

function subscripts(index: number, counts: readonly number[]): string {
  let text = '';
  let left = index;
  for (let i = counts.length - 1; i >= 0; i--) {
    const count = Math.max(counts[i], 1);
    text = `[${i === 0 ? left : left % count}]${text}`;
    left = Math.floor(left / count);
  }
  return text;
}

/** The part of a variable that begins at an address and has the type. */
function pathTo(
  debug: DebugInfo,
  type: MetaNode | undefined,
  path: string,
  address: number,
  wanted: number,
  as: MetaNode | undefined,
  asIn: DebugInfo,
): string | undefined {
  const own = bare(debug, type);
  const same =
    debug.text(own, 'name') === asIn.text(as, 'name') &&
    debug.text(own, 'tag') === asIn.text(as, 'tag') &&
    debug.number(own, 'size') === asIn.number(as, 'size');
  if (address === wanted && same) return path;
  const tag = debug.text(own, 'tag');
  if (tag === 'DW_TAG_array_type') {
    const element = debug.field(own, 'baseType');
    const size = sizeOf(debug, element);
    if (size <= 0) return undefined;
    const counts = debug
      .list(debug.field(own, 'elements'))
      .map((one) => debug.number(one, 'count'));
    const i = Math.floor((wanted - address) / size);
    return pathTo(
      debug,
      element,
      path + subscripts(i, counts),
      address + i * size,
      wanted,
      as,
      asIn,
    );
  }
  if (tag === 'DW_TAG_structure_type' || tag === 'DW_TAG_union_type') {
    for (const member of debug.list(debug.field(own, 'elements'))) {
      const begin = address + debug.number(member, 'offset') / 8;
      if (wanted < begin || wanted >= begin + debug.number(member, 'size') / 8) continue;
      const name = debug.text(member, 'name');
      const below = name === undefined ? path : `${path}.${name}`;
      return pathTo(debug, debug.field(member, 'baseType'), below, begin, wanted, as, asIn);
    }
  }
  return undefined;
}
