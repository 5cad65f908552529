/** The variables and tables of runtime.c, and the functions that it exports. */

import type { Program } from '../compile/program.ts';
import { instantiateWasm, type WasmModule } from '../wasm/host.ts';

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  vm_begin(): void;
  vm_step(thread: number, choice: number): number;
  vm_load(): void;
  vm_save(): void;
  vm_ask(entry: number, stack: number): number;
  vm_initialise(entry: number, stack: number): void;
}

export class Runtime {
  readonly exports: Exports;
  readonly memory: Uint8Array;
  /** All of memory as words. */
  readonly cells: Int32Array;
  private readonly addresses: ReadonlyMap<string, number>;

  constructor({ cells }: Program, module: WasmModule) {
    this.addresses = cells;
    this.exports = instantiateWasm(module) as unknown as Exports;
    const { buffer } = this.exports.memory;
    this.memory = new Uint8Array(buffer);
    this.cells = new Int32Array(buffer);
  }

  /** Address in bytes of a variable or a table. */
  addressOf(name: string): number {
    const address = this.addresses.get(name);
    if (address === undefined) throw new Error(`the runtime has no ${name}`);
    return address;
  }

  /** Its number among the words of memory. */
  wordOf(name: string): number {
    return this.addressOf(name) >> 2;
  }

  read(name: string): number {
    return this.cells[this.wordOf(name)];
  }

  write(name: string, value: number): void {
    this.cells[this.wordOf(name)] = value;
  }

  /** The words of a table. */
  table(name: string, words: number): Int32Array {
    const at = this.wordOf(name);
    return this.cells.subarray(at, at + words);
  }

  /** A text of C in memory below an address. */
  text(address: number, end: number): string {
    let text = '';
    for (let at = address >>> 0; at < end && this.memory[at] !== 0; at++) {
      text += String.fromCharCode(this.memory[at]);
      if (text.length > 400) break;
    }
    return text;
  }
}
