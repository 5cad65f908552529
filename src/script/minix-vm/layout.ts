/**
 * The layout of a script for the VM server: everything except the frames is the same in all
 * scripts.
 */

import { InputError } from '../../errors.ts';
import { quote } from '../../safe-text.ts';
import type { Script } from '../../system.ts';
import { framesOf } from './language.ts';

/** Slots for processes, P0 to P5. */
export const PROCESSES = 6;

/** Names of the values of a layout. */
export const layoutKeys = ['processes', 'firstPage', 'frames'] as const;

/** Checks the layout of a script; throws InputError that names the wrong value. */
export function checkLayout(script: Script): void {
  const { name, layout } = script;
  const values = { processes: PROCESSES, firstPage: 0, frames: framesOf(script) };
  for (const [key, value] of Object.entries(layout)) {
    const known = layoutKeys.find((one) => one === key);
    if (known === undefined) {
      throw new InputError(`${name}: layout has ${layoutKeys.join(', ')}, and no ${quote(key)}`);
    }
    if (value === values[known]) continue;
    const why = known === 'frames' ? ', as in its init' : ' in every script';
    throw new InputError(`${name}: layout ${key} is ${values[known]}${why}, not ${quote(value)}`);
  }
}
