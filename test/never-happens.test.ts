/**
 * Finds actions of scenario programs that can never happen, which would make a scenario weaker than
 * it seems. Each scenario is searched as written and fixed until all of its actions have happened,
 * or to the end; the remaining actions must be listed with a reason.
 */

import { expect, test } from 'vitest';

import { describeStep as ofAlmos } from '../src/actions/almos-mkh/user/step-text.ts';
import { describeStep as ofMm0 } from '../src/actions/codezero-mm0/user/step-text.ts';
import { build, resolveSpec } from '../src/core/spec.ts';
import { explore } from '../src/explore.ts';
import type { UserAction } from '../src/model/minix-vm/scenario.ts';
import { systems } from '../src/systems.ts';
import type { Scenario, System } from '../src/system.ts';

const never: Readonly<Record<string, readonly string[]>> = {
  // Three descriptors are one too few, so the fork always fails at the stack of the child.
  'almos-mkh stack-fork-out-of-memory': ['1: read page 2'],
  // Both writes before it are refused and stop the thread; options let it continue.
  'almos-mkh forbidden': ['0: read page 0'],
  // Page 1 of S is in no region, so it is not WRITABLE.
  'minix-vm beyond-the-region': ['3: safemap page 1'],
};

/**
 * The maximum number of states of a search that may be cut short, and of one that must be complete.
 */
const [QUICK, WHOLE] = [1500, 200_000];

/** The events of a machine that the test observes: notes, and steps that are not blocked. */
interface Hooked {
  readonly parts: { readonly scope: unknown };
  readonly runner: {
    readonly context: { readonly thread: number; begin(notes: unknown): void };
    settle(k: unknown, position: Position, outcome: unknown): unknown;
  };
  notes: string[] | undefined;
}

interface Position {
  readonly frame: { readonly step: number } | { readonly action: number };
}

interface Programs {
  readonly actions?: readonly { readonly given: UserAction; readonly process: number }[];
  readonly userSteps: readonly unknown[];
  readonly threads: readonly { readonly program: readonly (readonly number[])[] }[];
}

/** The actions of a scenario by thread and name, or by number where the model counts them. */
function actionsOf(system: System, { actions, threads, userSteps }: Programs): string[] {
  if (actions !== undefined) {
    return actions.map(
      ({ given }, i) => `${i}: ${given.do}${'page' in given ? ` page ${given.page}` : ''}`,
    );
  }
  const describe = (system.name === 'almos-mkh' ? ofAlmos : ofMm0) as (step: unknown) => string;
  const named = threads.flatMap(({ program }, t) =>
    program.flat().map((index) => `${t}: ${describe(userSteps[index])}`),
  );
  return [...new Set(named)];
}

/** An access that ends in its first step is visible by its note only. */
function accessOf({ actions }: Programs, note: string, thread: number): number {
  return (actions ?? []).findIndex(({ given, process }) => {
    if (process !== thread) return false;
    if (given.do === 'read') return note === `read page ${given.page}`;
    return given.do === 'write' && note === `write ${given.value} to page ${given.page}`;
  });
}

/**
 * Searches, and adds the actions that happened to `seen`. Returns whether the search was complete.
 */
function search(
  system: System,
  scenario: Scenario,
  fixes: readonly string[],
  options: { readonly strategy?: 'dfs'; readonly maxStates: number },
  seen: Set<string>,
): { readonly all: readonly string[]; readonly whole: boolean } {
  const spec = resolveSpec(system, { scenario, fixes, invariants: ['deadlock-free'] });
  const subject = build(system, spec);
  const machine = subject as unknown as Hooked;
  const programs = machine.parts.scope as Programs;
  const all = actionsOf(system, programs);
  const notes: string[] = [];
  machine.notes = notes;
  const { runner } = machine;
  const { context } = runner;
  const begin = context.begin.bind(context);
  context.begin = (given) => {
    notes.length = 0;
    begin(given);
  };
  const settle = runner.settle.bind(runner);
  runner.settle = (k, position, outcome) => {
    const { frame } = position;
    const step = 'step' in frame ? frame.step : 0;
    const action = 'action' in frame ? frame.action : 0;
    const [note] = notes;
    if (action > 0) seen.add(all[action - 1]);
    else if (note !== undefined && programs.actions !== undefined) {
      seen.add(all[accessOf(programs, note, context.thread)] ?? '');
    } else if (note !== undefined) {
      // An mm0 access to an unpromised page is skipped: there is no second note with its result.
      const access = /^(read|write) page \d+, cell/.test(note);
      if (!access || step > 0 || notes.length > 1) seen.add(`${context.thread}: ${note}`);
    }
    notes.length = 0;
    return settle(k, position, outcome);
  };
  return { all, whole: explore(subject, options).limit === undefined };
}

function neverIn(system: System, scenario: Scenario): string[] {
  const seen = new Set<string>();
  const fixed = system.fixes.map(({ name }) => name);
  let left: string[] = [];
  for (const options of [{ strategy: 'dfs', maxStates: QUICK }, { maxStates: WHOLE }] as const) {
    for (const fixes of [[], fixed]) {
      const { all, whole } = search(system, scenario, fixes, options, seen);
      left = all.filter((name) => !seen.has(name));
      if (left.length === 0) return [];
      if (!('strategy' in options)) expect(whole, `${scenario.name} is searched whole`).toBe(true);
    }
  }
  return left;
}

test.each(systems.map((system) => [system.name, system] as const))(
  'every action of every scenario of %s can happen, but for those listed',
  (name, system) => {
    const found = system.scenarios
      .map((scenario) => [`${name} ${scenario.name}`, neverIn(system, scenario)] as const)
      .filter(([, left]) => left.length > 0);
    const listed = Object.entries(never).filter(([key]) => key.startsWith(`${name} `));
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(listed));
  },
);

test('an action that cannot happen is found', () => {
  const system = systems.find(({ name }) => name === 'minix-vm')!;
  const scenario = system.parseScenario({
    name: 'dead',
    pages: 1,
    frames: 2,
    processes: [{ name: 'S', region: {} }, { name: 'C' }],
    actions: [
      { do: 'read', process: 'S' },
      { do: 'read', process: 'C' },
    ],
  });
  expect(neverIn(system, scenario)).toEqual(['1: read page 0']);
});
