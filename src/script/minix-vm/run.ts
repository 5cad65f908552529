/**
 * Runs a script on the machine that the search explores. Its lines become the actions of a
 * scenario, taken in order; the port determines which allocations fail and records events.
 */

import { InputError } from '../../errors.ts';
import { quote, shortName } from '../../safe-text.ts';
import { resultNames } from '../../model/minix-vm/step-invariants.ts';
import { scriptOptions } from '../../model/minix-vm/options.ts';
import type { Options } from '../../model/minix-vm/options.ts';
import type { MinixScenario } from '../../model/minix-vm/scenario.ts';
import { guardNames } from '../../model/minix-vm/scenario.ts';
import type { Guards } from '../../model/minix-vm/scenario.ts';
import { scopeOf } from '../../model/minix-vm/scope.ts';
import type { Scope } from '../../model/minix-vm/scope.ts';
import { ScriptPort } from '../../model/minix-vm/script-port.ts';
import { addRegion } from '../../model/minix-vm/objects.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import type { Observation, Script } from '../../system.ts';
import { framesOf, parseLines } from './language.ts';
import { PROCESSES, checkLayout } from './layout.ts';
import { stateOf } from './observe.ts';
import type { Line } from './plan.ts';
import type { Machine } from '../../machine/machine.ts';

/** The maximum number of counted actions; scripts do not use the count. */
const MOST_COUNTED = 63;

/** The number of steps after which a request counts as endless. */
const STEPS = 100_000;

export function runScript(
  script: Script,
  machineOf: (scope: Scope) => Machine<Kernel, Scope>,
  optionsOf: (given: Readonly<Record<string, unknown>>) => Options,
): Observation[] {
  const options = optionsOf(withoutScriptOptions(script.options));
  const lines = parseLines(script);
  checkLayout(script);
  const port = new ScriptPort();
  const scope = scopeOf(scenarioOf(script, lines), options, port);
  const machine = machineOf(scope);
  const { layout, start } = machine.parts;
  machine.scratch.set(layout.pack(start[0]));
  const k = layout.view;
  const seen: Observation[] = [];
  for (const line of lines) {
    const { op } = line;
    port.begin(line.index, line.failure);
    if (line.process !== undefined) {
      const { slot, page, pages, writable } = line.process;
      if (k.processes[scope.process.at(slot)].alive) {
        throw new InputError(
          `${script.name}: ${shortName(op)}: there is a process P${slot} already`,
        );
      }
      k.processes[scope.process.at(slot)].alive = true;
      addRegion(k, scope, scope.process.at(slot), page, pages, writable);
    } else if (line.action !== undefined) {
      perform(machine, k, scope, line, port);
    }
    if (k.halted !== 'no') {
      seen.push({ op, result: k.halted, events: port.events });
      return seen;
    }
    const result = resultNames[port.result] ?? `${port.result}`;
    const value = port.value === undefined ? {} : { value: port.value };
    seen.push({ op, result, ...value, events: port.events, state: stateOf(k, scope) });
  }
  return seen;
}

function perform(
  machine: Machine<Kernel, Scope>,
  k: Kernel,
  scope: Scope,
  line: Line,
  port: ScriptPort,
): void {
  const { given, process, source } = scope.actions[line.index];
  const actor = given.do === 'fork' ? source : process;
  if (given.do !== 'safeunmap' && !k.processes[actor].alive) {
    throw new InputError(`${shortName(line.op)}: there is no process ${scope.processNames[actor]}`);
  }
  for (let i = 0; i < STEPS && !port.done && k.halted === 'no'; i++) {
    machine.replay(k, process, 0);
  }
  if (!port.done && k.halted === 'no') k.halted = 'hang';
}

function withoutScriptOptions(given: Script['options']): Record<string, unknown> {
  const rest: Record<string, unknown> = { ...given };
  for (const { name, values } of scriptOptions) {
    if (!(name in rest)) continue;
    if (!(values as readonly unknown[]).includes(rest[name])) {
      throw new InputError(`option ${name}: one of ${values.join(', ')}, not ${quote(rest[name])}`);
    }
    delete rest[name];
  }
  return rest;
}

/** Large enough for everything that the script can do, because objects are not reused. */
function scenarioOf(script: Script, lines: readonly Line[]): MinixScenario {
  const actions = lines.flatMap(({ action }) => (action === undefined ? [] : [action]));
  let pages = 1;
  let more = 0;
  const upTo = (end: number): number => (pages = Math.max(pages, end));
  for (const { process } of lines) if (process !== undefined) upTo(process.page + process.pages);
  for (const action of actions) {
    if (action.do === 'brk') more += action.pages;
    if ('page' in action && 'pages' in action) upTo(action.page + action.pages);
    else if ('page' in action) upTo(action.page + 1);
    if ('at' in action) upTo(action.at + action.pages);
  }
  const records = actions.filter((action) => action.do === 'safemap').length;
  const objects = 450 + 24 * lines.length;
  return {
    name: script.name,
    purpose: 'A script.',
    frames: framesOf(script),
    pages: 2 * (pages + more),
    processes: Array.from({ length: PROCESSES }, (_, slot) => ({ name: `P${slot}` })),
    actions,
    limit: Math.min(actions.length, MOST_COUNTED),
    failures: 0,
    failuresPerRequest: 1,
    persistent: false,
    guards: Object.fromEntries(guardNames.map((name) => [name, false])) as unknown as Guards,
    tablePages: 1,
    blocks: objects,
    physRegions: objects,
    regions: 8 + 6 * lines.length,
    records: Math.max(1, records),
  };
}
