/** The layout of the virtual space of a script: sizes and positions in pages. */

import { InputError } from '../../errors.ts';
import { quote } from '../../safe-text.ts';
import type { Script } from '../../system.ts';

/** Values of a layout, checked together; missing values are those of the vectors. */
export interface ScriptLayout {
  readonly VSPACE: number;
  readonly HEAP_BASE: number;
  readonly STACK_BASE: number;
  readonly STACK_SIZE: number;
  readonly UTILS_BASE: number;
  readonly ELF_BASE: number;
  readonly ARGS: number;
  readonly ENVS: number;
  readonly THREADS_MAX: number;
  readonly words: number;
}

/** Pages of the largest virtual space. */
const LARGEST_SPACE = 64;

/** Slots for stacks that fit a bitmap. */
export const MOST_SLOTS = 30;

/** The minimum, the maximum and the default of each value. */
const layoutBounds: Readonly<Record<keyof ScriptLayout, readonly [number, number, number]>> = {
  VSPACE: [1, LARGEST_SPACE, 32],
  HEAP_BASE: [0, LARGEST_SPACE, 8],
  STACK_BASE: [0, LARGEST_SPACE, 24],
  STACK_SIZE: [1, LARGEST_SPACE, 2],
  UTILS_BASE: [0, LARGEST_SPACE, 1],
  ELF_BASE: [0, LARGEST_SPACE, 3],
  ARGS: [0, LARGEST_SPACE, 1],
  ENVS: [0, LARGEST_SPACE, 1],
  THREADS_MAX: [1, MOST_SLOTS, 4],
  words: [1, 2, 1],
};

/** Names of the values of a layout. */
export const layoutKeys = Object.keys(layoutBounds);

/** Reads the layout of a script; throws InputError that names the wrong value. */
export function layoutOf({ name, layout }: Script): ScriptLayout {
  const refuse = (problem: string): never => {
    throw new InputError(`${name}: layout ${problem}`);
  };
  for (const key of Object.keys(layout)) {
    if (!layoutKeys.includes(key)) refuse(`has no value ${quote(key)}`);
  }
  const entries = Object.entries(layoutBounds).map(([key, [least, highest, usual]]) => {
    const value = Object.hasOwn(layout, key) ? layout[key] : usual;
    if (Number.isInteger(value) && Number(value) >= least && Number(value) <= highest) {
      return [key, value];
    }
    return refuse(`${key} is a whole number from ${least} to ${highest}, not ${quote(value)}`);
  });
  const found = Object.fromEntries(entries) as unknown as ScriptLayout;
  const { HEAP_BASE, STACK_BASE, STACK_SIZE, VSPACE } = found;
  if (HEAP_BASE > STACK_BASE || STACK_BASE > VSPACE) {
    const zones = `HEAP_BASE ${HEAP_BASE}, STACK_BASE ${STACK_BASE} and VSPACE ${VSPACE}`;
    refuse(`has ${zones}: each is at least the one before`);
  }
  if ((VSPACE - STACK_BASE) / STACK_SIZE > MOST_SLOTS - 1) {
    refuse(`has room for more than ${MOST_SLOTS - 1} stacks: make STACK_SIZE larger`);
  }
  return found;
}
