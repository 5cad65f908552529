/**
 * Finds the plan of a program before it is searched: which words change, which are yield points,
 * how much threads keep. Each round explores some states with what is known so far, and learns; the
 * last learns nothing. What lies beyond these states the search itself finds, and begins again.
 */

import type { Program } from '../compile/program.ts';
import type { MachineOptions } from './configure.ts';
import { Machine } from './machine.ts';
import { Outgrown, type Plan } from './plan.ts';
import type { WasmModule } from '../wasm/host.ts';

/** States of the first rounds, and of the last. */
const STAGES = [300, 3_000, 20_000];
/** How much further it looks after the search has found that the plan is too small. */
const FURTHER = 4;

export function discover(
  program: Program,
  module: WasmModule,
  options: Omit<MachineOptions, 'learns' | 'checked' | 'detects'>,
  known: Plan,
  halted: (machine: Machine) => boolean,
): Plan {
  const most = known.explored === 0 ? (STAGES.at(-1) ?? 0) : known.explored * FURTHER;
  const stages = [...STAGES.filter((stage) => stage < most && known.explored === 0), most];
  let plan = known;
  for (const stage of stages) {
    for (let grows = true; grows;) {
      const learning = { ...options, learns: true, checked: false, detects: true };
      const machine = new Machine(program, module, plan, learning);
      try {
        explore(machine, stage, halted);
        grows = machine.grown;
        plan = machine.plan();
      } catch (error) {
        if (!(error instanceof Outgrown)) throw error;
        ({ plan } = error);
      }
    }
  }
  return { ...plan, explored: most };
}

/** Breadth first, some states, no questions but those of invariants. */
function explore(machine: Machine, most: number, halted: (machine: Machine) => boolean): void {
  const { program, scratch } = machine;
  const seen = new Set<string>();
  const queue: Int32Array[] = [];
  const visit = (): void => {
    machine.measure();
    const key = keyOf(scratch);
    if (seen.has(key)) return;
    seen.add(key);
    machine.load();
    for (const question of program.questions.keys()) machine.ask(question);
    if (!halted(machine)) queue.push(scratch.slice());
  };
  machine.initial();
  visit();
  for (let at = 0; at < queue.length && at < most; at++) {
    scratch.set(queue[at]);
    queue[at] = scratch;
    machine.begin();
    for (let thread = 0; thread < program.threads.length; thread++) {
      const choices = machine.choicesOf(thread);
      for (let choice = 0; choice < choices; choice++) {
        if (machine.step(thread, choice) !== 0) visit();
      }
    }
  }
}

/**
 * Two hashes of a state; that two states share them loses a state of a round, never of the search.
 */
function keyOf(words: Int32Array): string {
  let one = 0x811c9dc5;
  let two = 0x12345;
  for (const word of words) {
    one = Math.imul(one ^ word, 0x9e3779b1);
    one ^= one >>> 15;
    two = Math.imul(two ^ word, 0x85ebca6b);
    two ^= two >>> 13;
  }
  return `${one}:${two}`;
}
