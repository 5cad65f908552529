/** Loops that wait: steps that only look, again and again. */

import type { Machine } from '../machine/machine.ts';

/** States of one thread alone that are looked at before it is believed to come to something. */
const LONGEST_WAIT = 2_000;

/**
 * Does every thread that can go on from the state of the last `begin` only look, for ever, as long
 * as no other does anything?
 */
export function goesRound(machine: Machine, threads: number): boolean {
  const start = machine.before();
  for (let thread = 0; thread < threads; thread++) {
    const seen = new Set([start.join()]);
    const left = [start];
    for (let state = left.pop(); state !== undefined; state = left.pop()) {
      machine.scratch.set(state);
      machine.begin();
      const choices = machine.choicesOf(thread);
      for (let choice = 0; choice < choices; choice++) {
        const answer = machine.step(thread, choice);
        if (answer === 0) continue;
        if (answer === 2 || machine.progressed) return false;
        const key = machine.scratch.join();
        if (seen.has(key)) continue;
        if (seen.size > LONGEST_WAIT) return false;
        seen.add(key);
        left.push(machine.scratch.slice());
      }
    }
  }
  return true;
}
