/**
 * Where everything lies in the memory of WebAssembly. From below: addresses of functions, variables
 * of the C (constant ones first), windows to physical memory, a stack for each thread and one for
 * questions, variables and tables of the runtime, frames. Addresses and sizes are in bytes.
 */

import type { Global } from '../ir/module.ts';
import { roundUp } from './data-layout.ts';
import type { LinkedUnit, Symbols } from './symbols.ts';

export interface MemoryOptions {
  readonly stackBytes: number;
  readonly frameBytes: number;
  readonly windows: readonly {
    readonly at: bigint;
    readonly bytes: number;
    readonly name: string;
  }[];
}

/** Memory that the sources have at an address of their target. */
interface Window {
  readonly at: bigint;
  readonly bytes: number;
  /** Where it lies here. */
  readonly to: number;
}

export interface PlacedObject {
  readonly unit: LinkedUnit;
  readonly global: Global;
  readonly address: number;
}

export interface MemoryMap {
  readonly objects: readonly PlacedObject[];
  /** Addresses of variables and tables of the runtime. */
  readonly cells: ReadonlyMap<string, number>;
  readonly windows: readonly Window[];
  readonly dataLo: number;
  readonly dataHi: number;
  readonly stacksLo: number;
  readonly framesLo: number;
  readonly end: number;
  /** Words of the buffer for a state. */
  readonly stateRoom: number;
}

/** First address of data. */
export const DATA_AT = 0x10000;
/** Places fit into three bytes of a state, and into its tables. */
export const SITE_ROOM = 2 ** 17;
/** Between objects, so that an access beyond one hits no other. */
const GAP = 16;
/** Notes of a traced step, and writes that checked mode records. */
const NOTES = 4096;
const WRITES = 65536;

export function mapMemory(
  units: readonly LinkedUnit[],
  symbols: Symbols,
  threads: number,
  options: MemoryOptions,
): MemoryMap {
  const { stackBytes, frameBytes } = options;
  const objects: PlacedObject[] = [];
  const cells = new Map<string, number>();
  let at = DATA_AT;
  const place = (unit: LinkedUnit, global: Global, gap: number): void => {
    at = roundUp(at, Math.max(16, global.align));
    objects.push({ unit, global, address: at });
    if (unit.mode === 'runtime') cells.set(global.name, at);
    at += roundUp(unit.layout.size(global.type), 4) + gap;
  };
  const guests = units.filter(({ mode }) => mode !== 'runtime');
  for (const constant of [true, false]) {
    for (const unit of guests) {
      for (const global of unit.module.globals) {
        if (global.constant === constant && symbols.isPlaced(global)) place(unit, global, GAP);
      }
    }
  }
  at = roundUp(at, 16);
  const windows = options.windows.map(({ at: from, bytes }): Window => {
    const to = roundUp(at, 4096);
    at = to + roundUp(bytes, 16) + GAP;
    return { at: from, bytes, to };
  });
  const stacksLo = roundUp(at, 16);
  const dataHi = stacksLo + (threads + 1) * stackBytes;
  at = dataHi + GAP;
  for (const unit of units.filter(({ mode }) => mode === 'runtime')) {
    for (const global of unit.module.globals) {
      if (global.initial !== undefined) place(unit, global, 0);
    }
  }
  const stateRoom = dataHi / 4 + threads * (2 + frameBytes / 4 + stackBytes / 4);
  for (const [name, bytes] of tablesOf(dataHi / 4, stateRoom, threads, windows.length)) {
    at = roundUp(at, 16);
    cells.set(name, at);
    at += bytes;
  }
  const framesLo = roundUp(at, 16);
  const end = framesLo + (threads + 1) * frameBytes;
  return { objects, cells, windows, dataLo: DATA_AT, dataHi, stacksLo, framesLo, end, stateRoom };
}

/** The arrays that runtime.c declares and this fills in, with their bytes. */
function tablesOf(
  words: number,
  stateRoom: number,
  threads: number,
  windows: number,
): readonly (readonly [name: string, bytes: number])[] {
  return [
    ['vm_flags', 2 * words],
    ['vm_stamp', 4 * words],
    ['vm_plain', 4 * words],
    ['vm_visible', 4 * words],
    ['vm_users', 4 * words],
    ['vm_dirty', 4 * words],
    ['vm_initial', 4 * words],
    ['vm_scratch', 4 * stateRoom],
    ['vm_saved', 4 * stateRoom],
    ['vm_threads', 32 * threads],
    ['vm_notes', 12 * NOTES],
    ['vm_windows', 24 * Math.max(1, windows)],
    ['vm_writes', 4 * WRITES],
    ['vm_lines', 4 * SITE_ROOM],
    ['vm_covered', SITE_ROOM],
  ];
}
