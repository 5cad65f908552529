/**
 * Traces are complete: on random walks through every scenario of every system, as written and
 * fixed, a step that changes the state (apart from the position and the locals of its thread) lists
 * a change or a note.
 */

import { describe, expect, test } from 'vitest';
import { build, resolveSpec } from '../src/core/spec.ts';
import { statementText } from '../src/core/trace.ts';
import type { Scenario, Subject, System } from '../src/system.ts';
import { systems } from '../src/systems.ts';
import { draws } from './draws.ts';
import { every, share } from './extent.ts';

const STEPS = 80;

/** The state without the call stacks of its threads. */
const withoutStacks = (state: unknown): string =>
  JSON.stringify(state, (key, value: unknown) => (key === 'stack' ? undefined : value));

/** The steps of one walk that change the state without listing it, and the number of steps. */
function walked({ replayer, threads, statements }: Subject, seed: number): [string[], number] {
  const draw = draws(seed);
  const silent: string[] = [];
  let [state] = replayer.initial();
  for (let n = 0; n < STEPS; n++) {
    const possible = replayer.possible(state);
    if (possible.length === 0) return [silent, n];
    const step = possible[draw(possible.length)];
    const after = replayer.step(state, step)!;
    const quiet = after.changes.length === 0 && after.notes.length === 0;
    if (quiet && withoutStacks(state) !== withoutStacks(after.state)) {
      silent.push(`${threads[step.thread]} ${statementText(statements[after.statement])}`);
    }
    state = after.state;
  }
  return [silent, STEPS];
}

function silentSteps(system: System, scenario: Scenario, fixes: readonly string[]): string[] {
  const spec = resolveSpec(system, { scenario, fixes, invariants: ['all'] });
  const walks = [1, 2].map((seed) => walked(build(system, spec), seed));
  expect(walks.some(([, steps]) => steps > 0)).toBe(true);
  return [...new Set(walks.flatMap(([silent]) => silent))];
}

describe.each(systems)('$name', (system) => {
  const fixes = system.fixes.map(({ name }) => name);

  test.each(share(system.scenarios, every(5)))('no step of $name is silent', (scenario) => {
    expect(silentSteps(system, scenario, [])).toEqual([]);
    expect(silentSteps(system, scenario, fixes)).toEqual([]);
  });
});
