/**
 * A module of WebAssembly in the binary format: functions, one table of all of them, one memory and
 * what it holds at first. It imports nothing and has no globals.
 */

import type { Code } from './code.ts';
import { signed, unsigned } from './leb128.ts';
import { type Signature, TYPE_CODES, type WasmType } from './signature.ts';

interface Body {
  readonly locals: readonly WasmType[];
  readonly code: Code;
}

/** Sections by their numbers. */
const SECTIONS = {
  types: 1,
  functions: 3,
  tables: 4,
  memories: 5,
  globals: 6,
  exports: 7,
  elements: 9,
  code: 10,
  data: 11,
} as const;

/** What an export is. */
const KINDS = { function: 0, memory: 2 } as const;

const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const FUNCTION_TYPE = 0x60;
const FUNCTION_REFERENCE = 0x70;
const CONSTANT = 0x41;
const END = 0x0b;

type Bytes = readonly number[];

export class ModuleWriter {
  private readonly types: Signature[] = [];
  private readonly typeNumbers = new Map<string, number>();
  private readonly bodies: (Body | undefined)[] = [];
  private readonly declaredTypes: number[] = [];
  private readonly exports: [string, number][] = [];
  private readonly data: [number, Uint8Array][] = [];
  private table: readonly number[] = [];

  type(signature: Signature): number {
    const key = `${signature.parameters.join()}:${signature.results.join()}`;
    let number = this.typeNumbers.get(key);
    if (number === undefined) {
      number = this.types.length;
      this.types.push(signature);
      this.typeNumbers.set(key, number);
    }
    return number;
  }

  /** The number of a function whose body comes later. */
  declare(signature: Signature): number {
    this.bodies.push(undefined);
    this.declaredTypes.push(this.type(signature));
    return this.bodies.length - 1;
  }

  define(fn: number, locals: readonly WasmType[], code: Code): void {
    this.bodies[fn] = { locals, code };
  }

  export(name: string, fn: number): void {
    this.exports.push([name, fn]);
  }

  setTable(functions: readonly number[]): void {
    this.table = functions;
  }

  place(address: number, bytes: Uint8Array): void {
    this.data.push([address, bytes]);
  }

  /** `pages` of 64 KiB of memory. */
  write(pages: number): Uint8Array<ArrayBuffer> {
    const parts: Bytes[] = [MAGIC];
    const section = (id: number, entries: readonly Bytes[]): void => {
      const count: number[] = [];
      unsigned(count, entries.length);
      const bytes = entries.reduce((sum, entry) => sum + entry.length, count.length);
      const head: number[] = [id];
      unsigned(head, bytes);
      parts.push(head, count, ...entries);
    };
    section(SECTIONS.types, this.types.map(typeEntry));
    section(SECTIONS.functions, this.declaredTypes.map(numberEntry));
    section(SECTIONS.tables, [[FUNCTION_REFERENCE, 0, ...numberEntry(this.table.length)]]);
    section(SECTIONS.memories, [[1, ...numberEntry(pages), ...numberEntry(pages)]]);
    section(SECTIONS.globals, []);
    section(SECTIONS.exports, [
      exportEntry('memory', KINDS.memory, 0),
      ...this.exports.map(([name, fn]) => exportEntry(name, KINDS.function, fn)),
    ]);
    if (this.table.length > 0) section(SECTIONS.elements, [elementsEntry(this.table)]);
    section(SECTIONS.code, this.bodies.map(bodyEntry));
    if (this.data.length > 0) section(SECTIONS.data, this.data.map(dataEntry));
    return joined(parts);
  }
}

function numberEntry(number: number): Bytes {
  const entry: number[] = [];
  unsigned(entry, number);
  return entry;
}

function typeEntry({ parameters, results }: Signature): Bytes {
  const entry: number[] = [FUNCTION_TYPE];
  for (const list of [parameters, results]) {
    unsigned(entry, list.length);
    for (const type of list) entry.push(TYPE_CODES[type]);
  }
  return entry;
}

function exportEntry(name: string, kind: number, index: number): Bytes {
  const bytes = new TextEncoder().encode(name);
  return [...numberEntry(bytes.length), ...bytes, kind, ...numberEntry(index)];
}

/** The functions of the table, from its beginning. */
function elementsEntry(functions: readonly number[]): Bytes {
  const entry: number[] = [0, CONSTANT, 0, END];
  unsigned(entry, functions.length);
  for (const fn of functions) unsigned(entry, fn);
  return entry;
}

function bodyEntry(body: Body | undefined, fn: number): Bytes {
  if (body === undefined) throw new Error(`function ${fn} has no body`);
  const locals: number[] = [];
  unsigned(locals, body.locals.length);
  for (const type of body.locals) locals.push(1, TYPE_CODES[type]);
  const { bytes } = body.code;
  return numberEntry(locals.length + bytes.length + 1).concat(locals, bytes, END);
}

function dataEntry([address, bytes]: readonly [number, Uint8Array]): Bytes {
  const entry: number[] = [0, CONSTANT];
  signed(entry, BigInt(address));
  entry.push(END);
  unsigned(entry, bytes.length);
  return entry.concat(Array.from(bytes));
}

function joined(parts: readonly Bytes[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
