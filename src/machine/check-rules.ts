/**
 * What is demanded of a system of rules before it becomes a model. A rule of no thread, or of no
 * place, would never run, and a state out of its ranges is none: each would make a search hold that
 * has not seen all there is.
 */

import { ModelError } from '../errors.ts';
import { described } from '../explorer/checks/model-errors.ts';
import type { Rule, RuleSystem, Space } from './rule-system.ts';

/** Places have lists of rules, so they are small integers. */
const MOST_PLACES = 2 ** 16;

type System<K> = Pick<RuleSystem<K>, 'name' | 'threads' | 'space' | 'start'>;

/** A rule belongs to a thread that there is, and to places that `dispatch` can answer. */
export function demandRule<K>({ name, threads }: System<K>, rule: Rule<K>): void {
  const { thread, at } = rule;
  if (!Number.isInteger(thread) || thread < 0 || thread >= threads.length) {
    throw new ModelError(
      `${name}: the rule ${rule.name} belongs to thread ${described(thread)}, but there are ` +
        `${threads.length}, counted from 0.`,
    );
  }
  if (at === undefined) return;
  const places: readonly unknown[] = Array.isArray(at) ? at : [];
  const odd = places.findIndex((place) => !isPlace(place));
  if (places.length > 0 && odd < 0) return;
  throw new ModelError(
    `${name}: the rule ${rule.name} is tried at ` +
      `${odd < 0 ? 'no place' : described(places[odd])}: ` +
      `\`at\` must be a list of whole numbers from 0 to ${MOST_PLACES - 1}, or left out.`,
  );
}

function isPlace(place: unknown): boolean {
  return Number.isInteger(place) && (place as number) >= 0 && (place as number) < MOST_PLACES;
}

/** Each start is a function or a state in words, as the space can hold it. */
export function demandStarts<K>({ name, space, start }: System<K>): void {
  for (const [nth, state] of start.entries()) {
    const who = `${name}: start ${nth}`;
    if (state instanceof Int32Array) demandState(who, space, state);
    else if (typeof state !== 'function') {
      throw new ModelError(
        `${who} must be a function or an Int32Array, found ${described(state)}.`,
      );
    }
  }
}

function demandState<K>(who: string, space: Space<K>, state: Int32Array): void {
  const { words } = space;
  if (state.length !== words) {
    throw new ModelError(`${who} has ${state.length} words, but a state has ${words}.`);
  }
  if (space.unpack === undefined || space.pack === undefined) return;
  const again = packedAgain(who, space as Required<Space<K>>, state);
  const odd = again.findIndex((word, i) => word !== state[i]);
  if (odd < 0) return;
  throw new ModelError(`${who} has bits in word ${odd} that belong to no field.`);
}

/** The state read and written again: values out of their ranges are refused by their fields. */
function packedAgain<K>(who: string, space: Required<Space<K>>, state: Int32Array): Int32Array {
  try {
    return space.pack(space.unpack(state));
  } catch (error) {
    const { message } = error as Error;
    throw new ModelError(`${who} is not a state: ${message}`, { cause: error });
  }
}
