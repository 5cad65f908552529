/** The layout of a script: the sizes of its address spaces, in pages. */

import { InputError } from '../../errors.ts';
import { quote, shortName } from '../../safe-text.ts';
import type { Script } from '../../system.ts';

/** Sizes of the address space: pages 1..pages of a task, then the pool of segments. */
export interface Layout {
  readonly pages: number;
  readonly shmPages: number;
}

const usual: Layout = { pages: 4, shmPages: 2 };
const largest: Layout = { pages: 8, shmPages: 6 };

/** Names of the values of a layout. */
export const layoutKeys = Object.keys(usual);

/** Reads the layout of a script; throws InputError that names the wrong value. */
export function layoutOf(script: Script): Layout {
  const layout = { ...usual };
  for (const [key, value] of Object.entries(script.layout)) {
    if (key !== 'pages' && key !== 'shmPages') {
      throw new InputError(
        `${script.name}: layout has ${layoutKeys.join(', ')}, and no ${shortName(key)}`,
      );
    }
    if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > largest[key]) {
      const range = `a whole number from 1 to ${largest[key]}`;
      throw new InputError(`${script.name}: layout ${key} is ${range}, not ${quote(value)}`);
    }
    layout[key] = value as number;
  }
  return layout;
}
