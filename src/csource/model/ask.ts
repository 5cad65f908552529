/** Invariants that are C functions: a question about memory. */

import { InputError } from '../../errors.ts';
import { FAULT_KINDS } from '../fault-kinds.ts';
import type { FaultSentences } from './fault-sentences.ts';
import type { Machine } from '../machine/machine.ts';
import type { ModelInvariant } from './model-options.ts';

/** Why memory as it is breaks an invariant. Throws InputError for one that writes. */
export function askInvariant(
  machine: Machine,
  { name, sentence, question }: ModelInvariant,
  sentences: FaultSentences,
): string | undefined {
  const holds = machine.ask(question);
  if (machine.faultKind !== 0) {
    const fault = machine.fault();
    const sentence = sentences.of(fault, machine);
    if (fault.kind === FAULT_KINDS.observerWrites) {
      throw new InputError(`the invariant ${name} writes: ${sentence}`);
    }
    return `it cannot be asked: ${sentence}`;
  }
  if (holds !== 0) return undefined;
  return machine.because() ?? `it does not hold that ${sentence}`;
}
