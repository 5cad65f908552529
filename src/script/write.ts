/** What a script did, for programs (the format of the vectors, a step a line) and for people. */

import type { Observation, Script } from '../system.ts';

export function runAsJson({ name, layout, options }: Script, done: readonly Observation[]): string {
  const steps = done.map((step) => `  ${JSON.stringify(step)}`).join(',\n');
  const head = Object.entries({ name, layout, options }).map(
    ([key, value]) => ` ${JSON.stringify(key)}: ${JSON.stringify(value)},`,
  );
  return `{\n${head.join('\n')}\n "script": [\n${steps}\n ]\n}\n`;
}

/** Columns of a line; what would go beyond is told one event a line. */
const WIDE = 100;

/** One line per operation: what it answered, and what happened. */
export function runAsText(done: readonly Observation[]): string {
  const wide = Math.max(...done.map(({ op }) => op.length));
  return done
    .map(({ op, result, value, events }) => {
      const answer = value === undefined ? result : `${result} ${value}`;
      const head = `${op.padEnd(wide)}  → ${answer}`;
      const whole = events.length === 0 ? head : `${head}   ${events.join(', ')}`;
      if (whole.length <= WIDE) return `${whole}\n`;
      return `${head}\n${events.map((event) => `  ${event}\n`).join('')}`;
    })
    .join('');
}
