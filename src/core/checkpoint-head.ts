/**
 * Checks that a search can have written the head of a checkpoint. The digest only shows that the
 * file is unchanged, not who wrote it.
 */

import type { CheckpointHead } from '../explorer/checkpoint.ts';

type Check = (value: unknown) => boolean;

const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const counts: Check = (value) => Array.isArray(value) && value.every(count);
const bits: Check = (value) => Array.isArray(value) && value.every((bit) => bit === 0 || bit === 1);
const whole: Check = (value) => Number.isSafeInteger(value);

function isFoundViolation(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, invariant, check, sentence, parent, state, length } = value as Partial<
    CheckpointHead['found'][number]
  >;
  const texts = [kind, invariant, sentence].every((text) => typeof text === 'string');
  return texts && [check, length].every(count) && [parent, state].every(whole);
}

/** One check for each field; a new field does not compile without a check. */
const checks: Readonly<Record<keyof CheckpointHead, Check>> = {
  words: (value) => count(value) && value !== 0,
  states: count,
  storage: (value) => value === 'exact' || value === 'fingerprint',
  partialMatches: count,
  transitions: count,
  expanded: count,
  next: count,
  levels: counts,
  covered: bits,
  ended: (value) => value === undefined || typeof value === 'boolean',
  applied: bits,
  checkedSteps: whole,
  found: (value) => Array.isArray(value) && value.every(isFoundViolation),
  known: (value) => Array.isArray(value) && value.every(whole),
  marked: (value) => typeof value === 'boolean',
};

/** `bytes` is the size of the rest of the file; each state takes at least one word of it. */
export function isCheckpointHead(value: unknown, bytes: number): value is CheckpointHead {
  if (typeof value !== 'object' || value === null) return false;
  const head = value as CheckpointHead;
  const fields = Object.entries(checks);
  if (!fields.every(([field, check]) => check(head[field as keyof CheckpointHead]))) return false;
  const { levels, next, states } = head;
  const rising = levels.every((level, i) => i === 0 || level >= levels[i - 1]);
  const last = levels.at(-1);
  return rising && last !== undefined && last <= states && next <= states && 4 * states <= bytes;
}
