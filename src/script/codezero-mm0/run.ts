/**
 * Runs a script on the machine that the search explores. Its lines become the programs of tasks,
 * run in the order of the script; the port determines which allocation fails.
 */

import type { Machine } from '../../machine/machine.ts';
import { ScriptPort } from '../../model/codezero-mm0/script-port.ts';
import type { Mm0Scenario, UserStep } from '../../model/codezero-mm0/scenario.ts';
import { noBudgets } from '../../model/codezero-mm0/scenario.ts';
import type { Scope } from '../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import { userFrame } from '../../model/codezero-mm0/threads.ts';
import type { Observation, Script } from '../../system.ts';
import { planOf } from './language.ts';
import { layoutOf, type Layout } from './layout.ts';
import { stateOf } from './observe.ts';
import type { Operation, Plan } from './plan.ts';

/** The number of faults after which an access counts as endless. */
const FAULTS = 8;

const errors: Readonly<Record<number, string>> = {
  [-2]: 'ENOENT',
  [-5]: 'EIO',
  [-9]: 'EBADF',
  [-12]: 'ENOMEM',
  [-17]: 'EEXIST',
  [-22]: 'EINVAL',
  [-24]: 'EMFILE',
  [-38]: 'ENOSYS',
};

type Mm0Machine = Machine<Kernel, Scope>;

export function runScript(
  script: Script,
  machineOf: (scenario: Mm0Scenario, options: Script['options'], port: ScriptPort) => Mm0Machine,
): Observation[] {
  const layout = layoutOf(script);
  const plan = planOf(script, layout);
  const port = new ScriptPort();
  const machine = machineOf(scenarioOf(script, layout, plan), script.options, port);
  const { layout: packed, scope, start } = machine.parts;
  machine.scratch.set(packed.pack(start[0]));
  const k = packed.view;
  const seen: Observation[] = [];
  for (const operation of plan.operations) {
    const { line, action, thread, failure } = operation;
    const op = line.text;
    const events: string[] = [];
    port.begin(failure);
    machine.notes = events;
    const result = thread < 0 ? 'ok' : perform(machine, k, scope, operation, port);
    machine.notes = undefined;
    if (action.do === 'step' || action.do === 'raise') events.shift(); // the operation itself
    if (failure !== undefined && !port.reached) {
      line.fail(`the failure is never reached: it asks for ${failure.kind} fewer times than that`);
    }
    if (k.halt !== 'no' || result === 'hang') {
      seen.push({ op, result, events });
      return seen;
    }
    const value = port.value ?? (port.answer > 0 ? port.answer : undefined);
    const read = value === undefined ? {} : { value };
    seen.push({ op, result, ...read, events, state: stateOf(k, scope) });
  }
  return seen;
}

/** Runs the thread as far as the operation says; returns the result as a word. */
function perform(
  machine: Mm0Machine,
  k: Kernel,
  scope: Scope,
  { line, action, thread }: Operation,
  port: ScriptPort,
): string {
  const t = scope.thread.at(thread);
  const { name } = scope.threads[t];
  if (!k.threads[t].born) line.fail(`${name} does not run yet`);
  if (k.threads[t].dead) line.fail(`${name} does not run any more`);
  const pending = (): boolean => userFrame(k, t).step !== 0;
  const faulted = (): boolean => userFrame(k, t).fault !== 'none';
  const step = (): void => {
    if (machine.replay(k, thread, 0) < 0) line.fail(`${name} cannot go on`);
  };
  if (action.do === 'handle' && !faulted()) line.fail(`${name} has no fault to be handled`);
  if (action.do === 'retry' && !(pending() && !faulted())) {
    line.fail(faulted() ? `first handle the fault of ${name}` : `${name} has no access under way`);
  }
  if ((action.do === 'step' || action.do === 'raise') && pending()) {
    line.fail(`${name} has an access under way: ${faulted() ? 'handle' : 'retry'} ${name} first`);
  }
  step();
  if (action.do === 'step') {
    for (let i = 0; i < 2 * FAULTS && k.halt === 'no' && pending(); i++) step();
  }
  if (k.halt !== 'no') return k.halt;
  if (k.threads[t].dead && !(action.do === 'step' && action.step.do === 'exit')) return 'killed';
  if (port.answer < 0) return errors[port.answer] ?? `error ${port.answer}`;
  if (action.do === 'step' && pending()) return 'hang';
  return faulted() ? 'fault' : 'ok';
}

/** Large enough for everything that the script can do. */
function scenarioOf(script: Script, layout: Layout, plan: Plan): Mm0Scenario {
  const { files, segments, spaces, threads, operations } = plan;
  const programs = threads.map((): UserStep[] => []);
  for (const { action, thread } of operations) {
    if (action.do === 'step' || action.do === 'raise') programs[thread].push(action.step);
  }
  return {
    name: script.name,
    purpose: 'A script.',
    ...layout,
    files,
    segments,
    spaces,
    threads: threads.map(({ space }, t) => ({ space, program: programs[t] })),
    splitFaults: true,
    budgets: noBudgets,
    bounds: { objects: 100, links: 500, vmas: 100, frames: 100 },
  };
}
