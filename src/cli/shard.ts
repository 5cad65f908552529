/** `--shard i/n`: selects the same parts on every machine. */

import { quote } from '../suggest.ts';
import { InputError } from '../errors.ts';
import type { Args } from './args.ts';

const MOST = 1000;

export interface Shard {
  /** From 1. */
  readonly part: number;
  readonly of: number;
}

export function shardOf(args: Args): Shard | undefined {
  const value = args.one('shard');
  if (value === undefined) return undefined;
  const found = /^(\d+)\/(\d+)$/.exec(value);
  const part = Number(found?.[1]);
  const of = Number(found?.[2]);
  if (found === null || part < 1 || part > of || of > MOST) {
    throw new InputError(
      `--shard must have the form i/n with i from 1 to n, and n up to ${MOST}, ` +
        `but is ${quote(value)}`,
    );
  }
  return { part, of };
}

/**
 * Takes every n-th job: neighbours in the matrix take about the same time, so the parts do, too.
 */
export function partOf<T>(all: readonly T[], { part, of }: Shard): T[] {
  return all.filter((_, index) => index % of === part - 1);
}
