/** Fills in the variables and tables of the runtime before a program runs. */

import type { Program } from '../compile/program.ts';
import { FLAGS, type Grain, grains, type Plan } from './plan.ts';
import type { Runtime } from './runtime.ts';

export interface MachineOptions {
  readonly grain: Grain;
  /** Times round a loop in one segment. */
  readonly steps: number;
  /** May the plan grow while it runs, or is that `Outgrown`? */
  readonly learns: boolean;
  /** Are conflicts looked for, as adaptive yield points need it? */
  readonly detects: boolean;
  /** Compares all of memory after each step with what was recorded as written. */
  readonly checked: boolean;
}

/** How the words of a state are laid out. */
interface StateSizes {
  /** Words for memory that changes. */
  readonly room: number;
  /** Words for frames and stack of each thread. */
  readonly threadWords: number;
  readonly words: number;
}

/** Words for each thread besides its frames and its stack: its head, and how much it keeps. */
export const HEAD_WORDS = 2;
const NOTE_ROOM = 3 * 4096;

/** A machine that learns has room for more than the plan has. */
export function sizesOf(program: Program, plan: Plan, learns: boolean): StateSizes {
  const most = (program.dataHi - program.dataLo) / 4;
  const largest = (program.frameBytes + program.stackBytes) / 4;
  const room = learns ? Math.min(most, 2 * plan.dirty.length + 64) : plan.dirty.length;
  const threadWords = learns ? Math.min(largest, 2 * plan.threadWords + 32) : plan.threadWords;
  const words = room + program.threads.length * (HEAD_WORDS + threadWords);
  return { room, threadWords, words };
}

export function configure(
  runtime: Runtime,
  program: Program,
  plan: Plan,
  options: MachineOptions,
  sizes: StateSizes,
): void {
  const cells = cellsOf(program, options, sizes);
  for (const [name, value] of Object.entries(cells)) runtime.write(name, value);
  const flags = flagsOf(runtime, program);
  addWindows(runtime, program, flags);
  addObjects(program, flags);
  addThreads(runtime, program);
  const users = runtime.table('vm_users', flags.length);
  for (const [address, of, who] of plan.words) {
    flags[address >> 2] |= of;
    users[address >> 2] = who;
  }
  for (const address of plan.dirty) flags[address >> 2] |= FLAGS.dirty;
}

/** What is known of each word of memory that sources can reach. */
export function flagsOf(runtime: Runtime, { dataHi }: Program): Uint16Array {
  return new Uint16Array(runtime.memory.buffer, runtime.addressOf('vm_flags'), dataHi / 4);
}

function cellsOf(
  program: Program,
  { grain, steps, detects, checked }: MachineOptions,
  { room, threadWords, words }: StateSizes,
): Readonly<Record<string, number>> {
  return {
    vm_data_lo: program.dataLo,
    vm_data_hi: program.dataHi,
    vm_stacks_lo: program.stacksLo,
    vm_stack_bytes: program.stackBytes,
    vm_thread_count: program.threads.length,
    vm_thread_words: threadWords,
    vm_dirty_room: room,
    vm_words: words,
    vm_steps: steps,
    vm_note_room: NOTE_ROOM,
    vm_grain: grains.indexOf(grain),
    vm_detect: grain === 'adaptive' && detects ? 1 : 0,
    vm_checked: checked ? 1 : 0,
    vm_function_bytes: 8 * program.functions.length,
    vm_thread: -1,
    vm_window_count: program.windows.length,
  };
}

function addWindows(runtime: Runtime, { windows }: Program, flags: Uint16Array): void {
  const at = runtime.addressOf('vm_windows');
  const table = new BigUint64Array(runtime.memory.buffer, at, 3 * windows.length);
  for (const [i, { at: from, bytes, to }] of windows.entries()) {
    table.set([from, BigInt(bytes), BigInt(to)], 3 * i);
    flags.fill(4 | FLAGS.writable, to >> 2, (to + bytes) >> 2);
  }
}

/** Variables, and the stacks of threads. */
function addObjects(program: Program, flags: Uint16Array): void {
  for (const { address, bytes, constant } of program.globals) {
    const own = constant ? 0 : FLAGS.writable;
    flags.fill(4 | own, address >> 2, (address + bytes) >> 2);
    if (bytes % 4 !== 0) flags[(address + bytes) >> 2] = (bytes % 4) | own;
  }
  const stack = 4 | FLAGS.writable | FLAGS.stack | FLAGS.dirty;
  flags.fill(stack, program.stacksLo >> 2, program.dataHi >> 2);
}

/** `struct thread` of runtime.c: none has started. */
function addThreads(runtime: Runtime, program: Program): void {
  for (const [i, entry] of program.threads.entries()) {
    const at = runtime.wordOf('vm_threads') + 8 * i;
    const frames = program.framesLo + i * program.frameBytes;
    const top = program.stacksLo + (i + 1) * program.stackBytes;
    runtime.cells.set([0, frames, frames, top, top, frames + program.frameBytes, entry, 0], at);
  }
}
