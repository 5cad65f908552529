/** Exit codes: few, documented in --help, and the same for every command. */

import type { RunVerdict } from '../report/run.ts';

/** The exit codes of all commands. */
export const EXIT = {
  /** Holds; everything as expected. */
  fine: 0,
  /** Violated; too little covered; something not as expected. */
  violated: 1,
  /** A limit was reached: nothing is proved. */
  limited: 2,
  /** The input is wrong: usage, a file, a name. */
  usage: 64,
  /** A model is wrong: no verdict. */
  model: 65,
  /** vmcheck itself is wrong. */
  internal: 70,
} as const;

const CODES: Readonly<Record<RunVerdict, number>> = {
  holds: EXIT.fine,
  'as-expected': EXIT.fine,
  violated: EXIT.violated,
  'not-covered': EXIT.violated,
  'not-as-expected': EXIT.violated,
  limited: EXIT.limited,
  refused: EXIT.usage,
  'wrong-model': EXIT.model,
  failed: EXIT.internal,
};

/** The exit code of a command with this verdict. */
export function exitCode(verdict: RunVerdict): number {
  return CODES[verdict];
}
