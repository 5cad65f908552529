/** Runs a script on the model, each operation to its end before the next one starts. */

import { hal_gpt_lock_pte, hal_gpt_unlock_pte } from '../../model/almos-mkh/gpt.ts';
import { noBudgets } from '../../model/almos-mkh/scenario.ts';
import type { AlmosScenario } from '../../model/almos-mkh/scenario.ts';
import type { Observation, Script } from '../../system.ts';
import { commandOf } from './commands.ts';
import { planOf } from './language.ts';
import { layoutOf, type ScriptLayout } from './layout.ts';
import { DESCRIPTORS, ScriptMachine, type Code } from './machine.ts';
import { stateOf } from './observe.ts';
import { scriptOptions } from './options.ts';
import type { Action, Plan } from './plan.ts';
import { Processes, type Fail } from './processes.ts';

/** Results of operations that never return. */
const ABORTS: readonly string[] = ['assert', 'deadlock', 'crash', 'livelock'];

export function runScript(
  script: Script,
  operations: Code['operations'],
  depth: number,
): readonly Observation[] {
  const options = scriptOptions(script);
  const sizes = layoutOf(script);
  const plan = planOf(script, sizes.VSPACE, sizes.words);
  const scenario = scenarioOf(script, sizes, plan);
  const machine = new ScriptMachine(scenario, options, plan.values, { operations, depth });
  const processes = new Processes(machine, plan.births, sizes);
  const done: Observation[] = [];
  for (const { line, action, injections } of plan.operations) {
    machine.begin(injections);
    const result = perform(action, machine, processes, (problem) => line.fail(problem));
    const { value, events } = machine;
    const read = action.do === 'read' && result === 'ok' && value !== undefined;
    const seen = { op: line.text, result, ...(read ? { value } : {}), events };
    if (ABORTS.includes(result)) {
      done.push(seen);
      break;
    }
    done.push({ ...seen, state: stateOf(machine.k, machine.scope, machine.touched) });
    machine.end();
  }
  return done;
}

function scenarioOf(script: Script, layout: ScriptLayout, plan: Plan): AlmosScenario {
  return {
    name: script.name,
    purpose: 'A script.',
    clusters: plan.clusters,
    frames: plan.frames,
    descriptors: DESCRIPTORS,
    pages: layout.VSPACE,
    heapBase: layout.HEAP_BASE,
    stackBase: layout.STACK_BASE,
    stackSize: layout.STACK_SIZE,
    utilsBase: layout.UTILS_BASE,
    args: layout.ARGS,
    envs: layout.ENVS,
    mesh: plan.mesh,
    words: layout.words,
    files: plan.files.map((file) => ({ ...file, pages: plan.filePages })),
    processes: plan.births.length > 0 ? plan.births : [{ name: 'none', clusters: [0] }],
    vsegs: [],
    kernel: [],
    threads: [],
    budgets: noBudgets,
  };
}

/** Runs one operation to its end; returns its result as a word. */
function perform(action: Action, machine: ScriptMachine, processes: Processes, fail: Fail): string {
  switch (action.do) {
    case 'init':
    case 'mapper':
      return 'ok';
    case 'copy':
      processes.reference(action.birth, fail);
      return processes.create(action, action.user, fail);
    case 'process':
      return processes.create(action, action.user, fail);
    case 'exit':
      return processes.exit(action.birth, fail);
    case 'fork':
      return processes.fork(action, fail);
  }
  const { k, scope } = machine;
  const copy = processes.copy(action, fail);
  switch (action.do) {
    case 'destroy':
      return processes.destroy(copy);
    case 'exec': {
      const reset = machine.command({ do: 'reset', copy });
      return reset === 'ok' ? processes.userinit(copy) : reset;
    }
    case 'userinit':
      return processes.userinit(copy);
    case 'lockpte': {
      const entry = k.copies[copy].gpt[scope.page.at(action.page)];
      return hal_gpt_lock_pte(entry, machine.locker) ? 'ok' : 'deadlock';
    }
    case 'unlockpte':
      hal_gpt_unlock_pte(k.copies[copy].gpt[scope.page.at(action.page)]);
      return 'ok';
    default:
      return machine.command(commandOf(action, copy, scope));
  }
}
