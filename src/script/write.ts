/** The results of a script as JSON (the format of the vectors, one step per line) and as text. */

import { jsonText, oneLine } from '../safe-text.ts';
import type { Observation, Script } from '../system.ts';

export function runAsJson(
  { name, layout, options }: Script,
  done: readonly Observation[],
  family: string | undefined,
): string {
  const steps = done.map((step) => `  ${jsonText(step)}`).join(',\n');
  const fields = { name, ...(family !== undefined && { family }), layout, options };
  const header = Object.entries(fields).map(
    ([key, value]) => ` ${jsonText(key)}: ${jsonText(value)},`,
  );
  return `{\n${header.join('\n')}\n "script": [\n${steps}\n ]\n}\n`;
}

/** The result of a comparison. */
interface Compared {
  /** The file, as the user named it. */
  readonly name: string;
  readonly system: string;
  readonly operations: number;
  /** The first difference; undefined if there is none. */
  readonly difference: string | undefined;
}

export function comparedAsJson(compared: Compared, toolVersion: string): string {
  const { name, system, operations, difference } = compared;
  const verdict = difference === undefined ? 'as-expected' : 'not-as-expected';
  const header = { format: 'vmcheck-compare', version: 1, toolVersion, verdict };
  const json = { ...header, name, system, operations, difference: difference ?? null };
  return `${jsonText(json, 2)}\n`;
}

export function comparedAsText({ name, operations, difference }: Compared): string {
  const agree = `${operations} ${operations === 1 ? 'operation agrees' : 'operations agree'}`;
  return `${oneLine(name)}: ${difference ?? `${agree} in result, value, events and state`}\n`;
}

/** The width of a line; events that do not fit are written one per line. */
const WIDE = 100;

/** One line per operation: its result and its events. */
export function runAsText(done: readonly Observation[]): string {
  const wide = done.reduce((most, { op }) => Math.max(most, oneLine(op).length), 0);
  return done
    .map((step) => {
      const [op, result] = [oneLine(step.op), oneLine(step.result)];
      const events = step.events.map(oneLine);
      const answer = step.value === undefined ? result : `${result} ${oneLine(String(step.value))}`;
      const answered = `${op.padEnd(wide)}  → ${answer}`;
      const whole = events.length === 0 ? answered : `${answered}   ${events.join(', ')}`;
      if (whole.length <= WIDE) return `${whole}\n`;
      return `${answered}\n${events.map((event) => `  ${event}\n`).join('')}`;
    })
    .join('');
}
