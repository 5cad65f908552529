/**
 * The parts of a variable of C, by what clang tells debuggers of its type: members, elements, bit
 * fields. Addresses and sizes are in bytes.
 */

import type { DebugInfo } from '../ir/debug.ts';
import type { MetaNode } from '../ir/module.ts';

/** A part of a variable that has a value of its own. */
export interface Leaf {
  readonly path: string;
  readonly address: number;
  readonly bytes: number;
  /** Of a bit field. */
  readonly bits?: { readonly from: number; readonly count: number };
  readonly debug: DebugInfo;
  readonly type: MetaNode | undefined;
}

/** Something that lies in memory: a variable, or a part of one that has parts. */
export interface Located {
  readonly debug: DebugInfo;
  readonly type: MetaNode | undefined;
  readonly path: string;
  readonly address: number;
  readonly bytes: number;
}

/** Typedefs and qualifiers. */
const TRANSPARENT = /^DW_TAG_(typedef|const_type|volatile_type|restrict_type|atomic_type)$/;

export function bareType(debug: DebugInfo, type: MetaNode | undefined): MetaNode | undefined {
  let at = type;
  while (at !== undefined && TRANSPARENT.test(debug.text(at, 'tag') ?? ''))
    at = debug.field(at, 'baseType');
  return at;
}

export function sizeOf(debug: DebugInfo, type: MetaNode | undefined): number {
  return debug.number(bareType(debug, type), 'size') / 8;
}

/** The leaves that lie between two addresses, in order. */
export function leavesBetween(whole: Located, from: number, to: number): Leaf[] {
  const leaves: Leaf[] = [];
  collect(whole, from, to, leaves);
  return leaves;
}

function collect(whole: Located, from: number, to: number, leaves: Leaf[]): void {
  const { debug, type, path, address, bytes } = whole;
  if (address >= to || address + bytes <= from) return;
  const own = bareType(debug, type);
  switch (debug.text(own, 'tag')) {
    case 'DW_TAG_array_type':
      if (collectElements(whole, own, from, to, leaves)) return;
      break;
    case 'DW_TAG_structure_type':
    case 'DW_TAG_union_type':
      if (collectMembers(whole, own, from, to, leaves)) return;
  }
  if (bytes <= 8) {
    leaves.push({ path, address, bytes, debug, type });
    return;
  }
  // Too large for one value, and nothing is known of its parts: word by word.
  for (let at = Math.max(address, from & ~3); at < Math.min(to, address + bytes); at += 4) {
    leaves.push({ path: `${path}+${at - address}`, address: at, bytes: 4, debug, type: undefined });
  }
}

/** False if the array has no elements of a known size. */
function collectElements(
  { debug, path, address, bytes }: Located,
  array: MetaNode | undefined,
  from: number,
  to: number,
  leaves: Leaf[],
): boolean {
  const element = debug.field(array, 'baseType');
  const counts = countsOf(debug, array);
  const total = counts.reduce((product, count) => product * count, 1);
  const size = sizeOf(debug, element) || bytes / Math.max(total, 1);
  if (!(size > 0 && total > 0)) return false;
  const first = Math.max(0, Math.floor((from - address) / size));
  const last = Math.min(total - 1, Math.floor((to - 1 - address) / size));
  for (let i = first; i <= last; i++) {
    const below = path + subscripts(i, counts);
    const at = address + i * size;
    collect({ debug, type: element, path: below, address: at, bytes: size }, from, to, leaves);
  }
  return true;
}

/** False if a structure or a union has no members. */
function collectMembers(
  { debug, path, address }: Located,
  structure: MetaNode | undefined,
  from: number,
  to: number,
  leaves: Leaf[],
): boolean {
  const members = debug.list(debug.field(structure, 'elements'));
  for (const member of members) {
    const size = debug.number(member, 'size');
    const offset = debug.number(member, 'offset');
    const type = debug.field(member, 'baseType');
    const below = memberPath(debug, path, member);
    if (/DIFlagBitField/.test(debug.text(member, 'flags') ?? '')) {
      const word = address + 4 * Math.floor(offset / 32);
      if (word < to && word + 4 > from) {
        const bits = { from: offset % 32, count: size };
        leaves.push({ path: below, address: word, bytes: 4, bits, debug, type });
      }
      continue;
    }
    const at = address + offset / 8;
    collect({ debug, type, path: below, address: at, bytes: size / 8 }, from, to, leaves);
    // All members of a union lie in the same place.
    if (debug.text(structure, 'tag') === 'DW_TAG_union_type') break;
  }
  return members.length > 0;
}

/** The path of the part that begins at an address and has a type, if there is one. */
export function pathTo(
  whole: Omit<Located, 'bytes'>,
  wanted: number,
  as: { readonly debug: DebugInfo; readonly type: MetaNode | undefined },
): string | undefined {
  const { debug, type, path, address } = whole;
  const own = bareType(debug, type);
  if (address === wanted && sameType(debug, own, as)) return path;
  const tag = debug.text(own, 'tag');
  if (tag === 'DW_TAG_array_type') {
    const element = debug.field(own, 'baseType');
    const size = sizeOf(debug, element);
    if (size <= 0) return undefined;
    const i = Math.floor((wanted - address) / size);
    const below = path + subscripts(i, countsOf(debug, own));
    return pathTo({ debug, type: element, path: below, address: address + i * size }, wanted, as);
  }
  if (tag === 'DW_TAG_structure_type' || tag === 'DW_TAG_union_type') {
    for (const member of debug.list(debug.field(own, 'elements'))) {
      const begin = address + debug.number(member, 'offset') / 8;
      if (wanted < begin || wanted >= begin + debug.number(member, 'size') / 8) continue;
      const inner = debug.field(member, 'baseType');
      const below = memberPath(debug, path, member);
      return pathTo({ debug, type: inner, path: below, address: begin }, wanted, as);
    }
  }
  return undefined;
}

/** Units have nodes of their own for the same type: its name, tag and size tell. */
function sameType(
  debug: DebugInfo,
  type: MetaNode | undefined,
  as: { readonly debug: DebugInfo; readonly type: MetaNode | undefined },
): boolean {
  return (
    debug.text(type, 'name') === as.debug.text(as.type, 'name') &&
    debug.text(type, 'tag') === as.debug.text(as.type, 'tag') &&
    debug.number(type, 'size') === as.debug.number(as.type, 'size')
  );
}

/** Members of nameless structures are named as if they were members of what is around. */
function memberPath(debug: DebugInfo, path: string, member: MetaNode | undefined): string {
  const name = debug.text(member, 'name');
  return name === undefined ? path : `${path}.${name}`;
}

/** How many elements an array has, for each of its dimensions. */
function countsOf(debug: DebugInfo, array: MetaNode | undefined): number[] {
  return debug.list(debug.field(array, 'elements')).map((one) => debug.number(one, 'count'));
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
