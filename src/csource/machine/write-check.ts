/**
 * Checked mode: all memory that sources can reach is compared after each step with what was
 * recorded as written. A store that the compiler did not see would be a wrong verdict.
 */

import type { Program } from '../compile/program.ts';
import type { Runtime } from './runtime.ts';

export class WriteCheck {
  private readonly runtime: Runtime;
  private readonly program: Program;
  private readonly shadow: Uint8Array;

  constructor(runtime: Runtime, program: Program) {
    this.runtime = runtime;
    this.program = program;
    this.shadow = runtime.memory.slice(0, program.dataHi);
  }

  /** Memory as it is before a step. */
  remember(): void {
    this.shadow.set(this.runtime.memory.subarray(0, this.program.dataHi));
  }

  /** After the step: the address of a word that changed and was not recorded. */
  unrecorded(): number | undefined {
    const { runtime, program } = this;
    const recorded = new Set(runtime.table('vm_writes', runtime.read('vm_write_count')));
    const before = new Int32Array(this.shadow.buffer, 0, program.stacksLo >> 2);
    for (let word = program.dataLo >> 2; word < before.length; word++) {
      if (before[word] !== runtime.cells[word] && !recorded.has(word)) return 4 * word;
    }
    return undefined;
  }
}
