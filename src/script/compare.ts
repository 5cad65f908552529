/**
 * The first difference between a recording of the real code and a run of the model, as a sentence.
 */

import { InputError } from '../errors.ts';
import { cut, oneLine, quote, shortName } from '../safe-text.ts';
import type { Observation } from '../system.ts';

/** The maximum length of a value, so that both sides of a difference are visible. */
const LONGEST = 160;

/**
 * A vector must have the state after every step, except after a last one that never returned.
 * Without states, the comparison would accept any behaviour of the model.
 */
export function checkStates(expected: readonly Observation[], shown: string): void {
  const at = expected.slice(0, -1).findIndex(({ state }) => state === undefined);
  if (at < 0) return;
  throw new InputError(
    `${shown}: step ${at} (${shortName(expected[at].op)}) has no "state" to compare with: only ` +
      'the last step of a vector may lack it, if it never returned',
  );
}

/** Undefined if they agree. Steps are counted from 0. */
export function difference(
  expected: readonly Observation[],
  actual: readonly Observation[],
): string | undefined {
  for (const [i, wanted] of expected.entries()) {
    const where = `step ${i} (${shortName(wanted.op)})`;
    const found = actual.at(i);
    if (found === undefined)
      return `${where}: the run ends before this step, after ${actual.length} steps`;
    const different = stepDifference(wanted, found);
    if (different !== undefined) return `${where}: ${different}`;
  }
  const extra = actual.at(expected.length);
  return extra === undefined
    ? undefined
    : `after the last step the run goes on with ${quote(extra.op)}`;
}

function stepDifference(wanted: Observation, found: Observation): string | undefined {
  if (wanted.op !== found.op) return `the operation performed is ${quote(found.op)}`;
  if (wanted.result !== found.result) return versus('the result', wanted.result, found.result);
  if (wanted.value !== found.value) return versus('the value read', wanted.value, found.value);
  const most = Math.max(wanted.events.length, found.events.length);
  for (let i = 0; i < most; i++) {
    if (wanted.events[i] === found.events[i]) continue;
    return versus(`event ${i + 1}`, wanted.events[i], found.events[i]);
  }
  if (wanted.state !== undefined) return valueDifference('', wanted.state, found.state);
  return found.state === undefined ? undefined : 'the real code never returned, but the model did';
}

function versus(what: string, wanted: unknown, found: unknown): string {
  return `${what}: the real code has ${short(wanted)}, the model ${short(found)}`;
}

function short(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return cut(oneLine(text), LONGEST);
}

/** The first difference of two JSON values: lists as a whole, objects key by key. */
function valueDifference(path: string, wanted: unknown, found: unknown): string | undefined {
  if (isObject(wanted) && isObject(found)) {
    for (const key of new Set([...Object.keys(wanted), ...Object.keys(found)])) {
      const inner = path === '' ? shortName(key) : `${path} ${shortName(key)}`;
      const different = valueDifference(inner, own(wanted, key), own(found, key));
      if (different !== undefined) return different;
    }
    return undefined;
  }
  if (JSON.stringify(wanted) === JSON.stringify(found)) return undefined;
  return versus(path === '' ? 'the state' : path, wanted, found);
}

/** The value of an own key, because every object has a `constructor`. */
function own(object: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
