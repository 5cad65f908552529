/** Faults in sentences, with their places and the names of the C. */

import type { Site } from '../compile/function-context.ts';
import type { Program } from '../compile/program.ts';
import { FAULT_KINDS } from '../fault-kinds.ts';
import type { Machine } from '../machine/machine.ts';
import type { Fault } from '../machine/messages.ts';
import type { Names } from '../names/names.ts';

/** What clang's checks of undefined behaviour find, by their numbers. */
const UNDEFINED: Readonly<Record<number, string>> = {
  0: 'a sum overflows',
  1: 'a place is reached that cannot be reached',
  3: 'a division by zero, or one that overflows',
  5: 'a number is converted to a type that does not have it',
  6: 'a call does not agree with what is called',
  8: 'a builtin is called with an argument that it does not take',
  10: 'a value is read that is none of its type',
  11: 'a function ends without the value that it promises',
  12: 'a product overflows',
  13: 'the opposite of a number overflows',
  18: 'an index lies beyond the end of an array',
  19: 'a pointer overflows',
  20: 'a shift by too many bits, or of a negative number',
  21: 'a difference overflows',
  22: 'an access is misaligned or too large for its object',
  24: 'an array has a length that is not positive',
  254: '__builtin_trap is reached',
  255: 'a place is reached that cannot be reached',
};

/** The kinds of faults that say no more than where they are. */
const PLAIN: Readonly<Record<number, string>> = {
  [FAULT_KINDS.waits]: 'it waits, and nobody else runs',
  [FAULT_KINDS.chooses]: 'it chooses, which only threads can',
  [FAULT_KINDS.endless]: 'a loop goes round more often than the bound on steps',
  [FAULT_KINDS.stackFull]: 'the stack of the thread is full',
  [FAULT_KINDS.framesFull]: 'calls are nested too deeply',
  [FAULT_KINDS.wildCall]: 'a call through a pointer to no function',
};

/** Of an access. */
const WRITES = 2;

/** `cow.c:17 in cow_fault` */
export function placeOfSite({ file, line, fn }: Site): string {
  return `${file}:${line} in ${fn}`;
}

export class FaultSentences {
  private readonly program: Program;
  private readonly names: Names;

  constructor(program: Program, names: Names) {
    this.program = program;
    this.names = names;
  }

  /** `machine` is the one that has the fault. */
  of(fault: Fault, machine: Machine): string {
    const { site } = fault;
    const where = site === undefined ? '' : ` at ${placeOfSite(site)}`;
    return `${this.what(fault, machine)}${where}`;
  }

  private what(fault: Fault, machine: Machine): string {
    const { kind, site, detail, more } = fault;
    const access = (more & WRITES) !== 0 ? 'a write' : 'a read';
    switch (kind) {
      case FAULT_KINDS.nullPointer: {
        const beyond = detail === 0 ? '' : `, ${detail} bytes beyond it`;
        return `${access} through a null pointer${beyond}`;
      }
      case FAULT_KINDS.wildPointer:
        return `${access} beyond every object, ${this.nearest(detail)}`;
      case FAULT_KINDS.constant:
        return `a write to ${this.names.placeOf(detail)}, which is constant`;
      case FAULT_KINDS.dangling:
        return `${access} of a variable of a function that has returned`;
      case FAULT_KINDS.observerWrites:
        return `it changes ${this.names.placeOf(detail)}`;
      case FAULT_KINDS.choice:
        return `a choice of ${detail | 0} ways, which must be 1 to 31`;
      case FAULT_KINDS.trap:
        return machine.trapped;
      case FAULT_KINDS.undefined:
        return UNDEFINED[detail] ?? `undefined behaviour of kind ${detail}`;
      case FAULT_KINDS.missing:
        return `${site?.what ?? 'a function'} is called, and is defined nowhere`;
      case FAULT_KINDS.assertion:
      case FAULT_KINDS.panic:
        return machine.text(detail);
    }
    return PLAIN[kind] ?? `a fault of kind ${kind}`;
  }

  /** The variable that an address lies behind. */
  private nearest(address: number): string {
    const before = this.program.globals
      .filter((global) => global.address <= address >>> 0)
      .sort((a, b) => b.address - a.address)[0];
    if (before === undefined) return 'near none';
    const beyond = (address >>> 0) - before.address - before.bytes;
    if (beyond < 0) return `in ${before.name}`;
    return beyond > 4096 ? 'near none' : `${beyond} bytes behind the end of ${before.name}`;
  }
}
