/** What the runtime tells of the last step or question: faults, reasons, functions called. */

import type { Site } from '../compile/function-context.ts';
import type { Program } from '../compile/program.ts';
import type { Runtime } from './runtime.ts';

export interface Fault {
  /** Of `FAULT_KINDS`; 0 is none. */
  readonly kind: number;
  readonly site: Site | undefined;
  readonly detail: number;
  readonly more: number;
}

/** A function entered or left. */
export interface Note {
  readonly entered: boolean;
  /** Number of the function. */
  readonly fn: number;
  readonly value: number;
}

/** Numbers for each note. */
const NOTE_WORDS = 3;

export function lastFault(runtime: Runtime, { sites }: Program): Fault {
  return {
    kind: runtime.read('vm_fault_kind'),
    site: sites[runtime.read('vm_fault_site')],
    detail: runtime.read('vm_fault_detail'),
    more: runtime.read('vm_fault_more'),
  };
}

/** Why the last question was answered with no, if the C says so: a text as of `printf`. */
export function lastReason(runtime: Runtime, { dataHi }: Program): string | undefined {
  const text = runtime.read('vm_because_text');
  if (text === 0) return undefined;
  const values = ['a', 'b', 'c'].map((name) => runtime.read(`vm_because_${name}`));
  return runtime.text(text, dataHi).replaceAll(/%[l]*([duxsc%])/g, (_, kind: string) => {
    if (kind === '%') return '%';
    const value = values.shift() ?? 0;
    if (kind === 's') return runtime.text(value, dataHi);
    if (kind === 'c') return String.fromCharCode(value);
    return kind === 'd' ? String(value) : (value >>> 0).toString(kind === 'x' ? 16 : 10);
  });
}

/** Functions entered and left in the last step, while tracing. */
export function lastNotes(runtime: Runtime): Note[] {
  const words = runtime.read('vm_note_count');
  const table = runtime.table('vm_notes', words);
  return Array.from({ length: words / NOTE_WORDS }, (_, i) => ({
    entered: table[NOTE_WORDS * i] === 0,
    fn: table[NOTE_WORDS * i + 1],
    value: table[NOTE_WORDS * i + 2],
  }));
}
