/** The invariants of a defined system of operations, for a scenario and a variant. */

import { ModelError } from '../errors.ts';
import { thrownBy } from '../explorer/checks/model-errors.ts';
import type { StateInvariant } from '../explorer/model.ts';
import type { MachineStepInvariant } from '../machine/parts.ts';
import type { Fields } from '../scenario/field.ts';
import type { Fields as StateFields } from '../state/record.ts';
import { quote, wayOut } from '../suggest.ts';
import type { Spec } from '../system.ts';
import type { InvariantDefinition, Moment, OperationsDefinition } from './definition.ts';

/** Is it that moment in a state? Undefined: it always is. */
type Moments<K> = Readonly<Record<Moment, ((k: K) => boolean) | undefined>>;

/** A view of some fields of the state, and their bits. */
type Part<K> = (paths: readonly string[]) => { readonly view: K; readonly mask: Int32Array };

/** What makes those that are asked for, on a view of the state. */
export function stateInvariants<F extends Fields, S, T extends StateFields, K>(
  system: OperationsDefinition<F, S, T>,
  spec: Spec,
  scope: S,
  moments: Moments<K>,
): (k: K, part: Part<K>) => StateInvariant[] {
  const chosen = system.invariants.filter(({ name }) => spec.invariants.includes(name));
  const asked = chosen.map((one) => momentOf(system.name, one, moments));
  return (k, part) => chosen.map((one, i) => stateInvariant(one, asked[i], k, part, scope));
}

/** When an invariant is asked; undefined: in every state. */
function momentOf<A>(
  system: string,
  { name, asked = 'always' }: { readonly name: string; readonly asked?: Moment },
  moments: Readonly<Record<Moment, A>>,
): A {
  if (Object.hasOwn(moments, asked)) return moments[asked];
  const way = wayOut(String(asked), Object.keys(moments));
  throw new ModelError(`${system}: invariant ${name}: asked is ${quote(asked)}: ${way}`);
}

/**
 * An invariant on a view of the state, or on one of the fields that it says it reads. When it is
 * asked depends on the call stacks, too.
 */
function stateInvariant<K, S>(
  { name, reads, applies, violation }: InvariantDefinition<never, S>,
  asked: ((k: K) => boolean) | undefined,
  whole: K,
  part: Part<K>,
  scope: S,
): StateInvariant {
  const seen = reads === undefined ? undefined : part(reads);
  const k = (seen?.view ?? whole) as never;
  const speaks = (): boolean => {
    try {
      return (asked?.(whole) ?? true) && (applies?.(k, scope) ?? true);
    } catch (error) {
      throw thrownBy(name, error);
    }
  };
  return {
    name,
    // `finished` may look at anything.
    reads: asked === undefined ? seen?.mask : undefined,
    applies: speaks,
    violation() {
      if (!speaks()) return undefined;
      try {
        return violation(k, scope);
      } catch (error) {
        throw thrownBy(name, error);
      }
    },
  };
}

export function stepInvariants<F extends Fields, S, T extends StateFields>(
  system: OperationsDefinition<F, S, T>,
  spec: Spec,
): MachineStepInvariant<S>[] {
  return (system.stepInvariants ?? []).map(({ name, violation }) => {
    return { name, ignored: !spec.invariants.includes(name), sentence: violation };
  });
}
