/**
 * The MINIX VM server put together: a scenario, the operations (as written or patched), invariants.
 */

import { new_mem, proc_new } from '../actions/minix-vm/exec.ts';
import { do_exit, free_proc } from '../actions/minix-vm/exit.ts';
import { fixes, patchedBy } from '../actions/minix-vm/fixes.ts';
import { do_fork } from '../actions/minix-vm/fork.ts';
import * as map_mem from '../actions/minix-vm/map_mem.ts';
import { do_munmap } from '../actions/minix-vm/mmap.ts';
import { do_pagefaults, handle_memory } from '../actions/minix-vm/pagefaults.ts';
import * as region from '../actions/minix-vm/region.ts';
import { user } from '../actions/minix-vm/user.ts';
import { callStack } from '../machine/thread-stacks.ts';
import { Machine } from '../machine/machine.ts';
import type { AnyOperation } from '../machine/vocabulary.ts';
import { replayerOf } from '../machine/replay.ts';
import { invariants, stateInvariants, stepInvariants, tell } from '../invariants/minix-vm/index.ts';
import { defects } from '../model/minix-vm/defects.ts';
import { library } from '../model/minix-vm/library.ts';
import { options } from '../model/minix-vm/options.ts';
import type { Options } from '../model/minix-vm/options.ts';
import { guardsOff } from '../model/minix-vm/scenario.ts';
import { form } from '../model/minix-vm/parse-scenario.ts';
import type { MinixScenario } from '../model/minix-vm/scenario.ts';
import { scopeOf } from '../model/minix-vm/scope.ts';
import type { Scope } from '../model/minix-vm/scope.ts';
import { kernelLayout } from '../model/minix-vm/state.ts';
import { startState } from '../model/minix-vm/start-state.ts';
import type { Kernel } from '../model/minix-vm/state.ts';
import { changeOf, describe } from '../model/minix-vm/format.ts';
import { layoutKeys } from '../script/minix-vm/layout.ts';
import { runScript } from '../script/minix-vm/run.ts';
import { readLibrary } from '../model/read-library.ts';
import type { Spec, Subject, System } from '../system.ts';
import {
  checkedInvariants,
  findProfile,
  operationInfos,
  optionValues,
} from '../model/spec-checks.ts';

type MinixOperation = AnyOperation<Kernel, Scope>;

const isOperation = (value: unknown): value is MinixOperation =>
  typeof value === 'object' && value !== null && 'statements' in value;

/** user first: it is the bottom frame. Then the seed, then its context, each in its own order. */
export const asWritten: readonly MinixOperation[] = [
  user,
  ...inOrderOfLines(Object.values(map_mem).filter(isOperation)),
  ...inOrderOfLines(Object.values(region).filter(isOperation)),
  do_pagefaults,
  handle_memory,
  do_fork,
  free_proc,
  do_exit,
  new_mem,
  proc_new,
  do_munmap,
];

function inOrderOfLines(operations: readonly MinixOperation[]): MinixOperation[] {
  return [...operations].sort((a, b) => a.lines[0] - b.lines[0]);
}

/** One processor, or one that VM has to itself: nothing runs while a request is answered. */
const profiles = [
  { name: 'i386', sentence: 'One i386: a write of VM to a page table takes effect at once.' },
] as const;

/**
 * Deepest nesting: user, fork, proc_copy, copy_region, map_free, map_subfree, copy, unreferenced.
 */
const DEPTH = 8;

const sentences: Readonly<Record<string, string>> = {
  user: 'User programs, and the requests that the kernel passes on for them.',
  split_phys: 'Cuts a block, and every entry that uses it, in two.',
  rm_phys_regions: 'Drops the entries of a range; its page-table entries stay.',
  clean_phys_regions: 'Cuts the blocks that cross either end of a range.',
  do_map_memory: 'Lets the destination use the blocks of the source, one by one.',
  map_memory: 'Handles a map request: fill, cut, drop, map.',
  unmap_memory: 'Handles an unmap request: copies shared blocks.',
  map_ph_writept: 'Writes the page-table entries of a block.',
  pb_unreferenced: 'Drops one use of a block, and the block with the last one.',
  map_subfree: 'Frees the first pages of a region.',
  map_free: 'Frees a region.',
  map_free_proc: 'Frees all regions of a process.',
  map_new_physblock: 'Backs a hole with a new block.',
  map_copy_ph_block: 'Gives an entry a block of its own.',
  map_pf: 'Handles a page fault in a region.',
  map_handle_memory: 'Makes a range present, and writable if asked to.',
  map_copy_region: 'Copies a region for a child.',
  map_writept: 'Writes all page-table entries of a process again.',
  map_proc_copy: 'Copies the regions of a parent to its child.',
  map_page_region: 'mmap: creates a region.',
  map_region_extend: 'brk: extends a region.',
  map_remap: 'remap: shares a SHARED region with another process.',
  map_unmap_region: 'munmap: removes pages from the front of a region.',
  do_pagefaults: 'Handles a page fault of a process.',
  handle_memory: 'Prepares memory for writes by the kernel.',
  do_fork: 'fork.',
  free_proc: 'Frees page table and regions of a process.',
  do_exit: 'exit.',
  new_mem: 'exec: replaces the memory of a process.',
  proc_new: 'Creates the regions of a new image.',
  do_munmap: 'munmap.',
};

function summaryOf(scenario: MinixScenario): string {
  const count = (n: number, what: string, more = `${what}s`): string =>
    `${n} ${n === 1 ? what : more}`;
  const off = guardsOff(scenario);
  return [
    count(scenario.processes.length, 'process', 'processes'),
    count(scenario.pages, 'page'),
    count(scenario.frames, 'frame'),
    `at most ${count(scenario.limit, 'action')}`,
    scenario.failures === 0
      ? 'nothing fails'
      : `${count(scenario.failures, 'allocation')} may fail`,
    ...(off.length === 0 ? [] : [`without ${off.join(', ')}`]),
  ].join(', ');
}

function optionsOf(given: Readonly<Record<string, unknown>>): Options {
  return optionValues('minix-vm', options, given) as unknown as Options;
}

/** The machine of a scope: the search and the scripts run the same one. */
function machineOf(
  scope: Scope,
  operations: readonly MinixOperation[],
  checked: ReadonlySet<string>,
): Machine<Kernel, Scope> {
  const layout = kernelLayout(scope, callStack(operations, scope, DEPTH));
  const blankUser = Object.fromEntries(
    Object.entries(user.locals(scope)).map(([key, schema]) => [key, schema.blank()]),
  );
  return new Machine<Kernel, Scope>({
    scope,
    operations,
    threads: scope.processNames,
    layout,
    stackOf: (k) => k.stack,
    start: [startState(scope, layout.blank(), { in: 'user', pc: 0, ...blankUser })],
    stateInvariants: (k) =>
      stateInvariants
        .filter(({ name }) => checked.has(name))
        .map(({ name, applies, violation }) => ({
          name,
          applies: () => applies(k, scope),
          violation: () => (applies(k, scope) ? violation(k, scope) : undefined),
        })),
    stepInvariants: stepInvariants.map(({ name }, i) => ({
      name,
      ignored: !checked.has(name),
      sentence: (s, a, b, c) => tell(s, i, a, b, c),
    })),
    // Nobody waits for anybody: a run ends when the actions of its scenario are used up.
    finished: (k) => k.running === null,
    exclusive: (k) => k.running ?? -1,
    halted: (k) => k.halted !== 'no',
  });
}

/**
 * Operations given in place of those of the same name: tests use them to break a model on purpose.
 */
export function buildMinix(spec: Spec, replaced: readonly MinixOperation[] = []): Subject {
  const scenario = form.parse(spec.scenario);
  findProfile(profiles, spec.hardware);
  const checked = checkedInvariants('minix-vm', invariants, spec.invariants);
  const scope = scopeOf(scenario, optionsOf(spec.options));
  const operations = patchedBy(asWritten, spec.fixes).map(
    (operation) => replaced.find(({ name }) => name === operation.name) ?? operation,
  );
  const machine = machineOf(scope, operations, checked);
  const replayer = replayerOf(machine, {
    change: (path, before, after) => changeOf(scope, path, before, after),
    describe: (k) => describe(scope, k),
  });
  return Object.assign(machine, {
    spec,
    summary: summaryOf(scenario),
    replayer,
    dependencies:
      'requests of minix-vm all count down the same budgets and take from the same frames, so ' +
      'none is independent of another; --merge compresses the steps inside a request',
    symmetry:
      'minix-vm gives objects and frames canonical names between requests anyway, and nothing ' +
      'else is interchangeable; search without symmetry',
  });
}

const scenarios = readLibrary('minix-vm', library, form.parse);

export const minixVm: System = {
  name: 'minix-vm',
  title: 'MINIX 3 VM',
  revision: 'cb176df60f',
  sentence: 'servers/vm/map_mem.c of MINIX 3: memory shared between processes, by COW and safemap.',
  defaultScenario: scenarios[0].name,
  scenarios,
  invariants: invariants.map(({ name, sentence, when, group }) => ({
    name,
    sentence,
    when,
    group,
  })),
  operations: operationInfos(asWritten, sentences),
  fixes,
  hardware: profiles,
  defaultHardware: profiles[0].name,
  options,
  scenarioFields: form.names,
  scenarioSchema: form.schema,
  parseScenario: form.parse,
  build: (spec) => buildMinix(spec),
  run: (script) => runScript(script, (scope) => machineOf(scope, asWritten, new Set()), optionsOf),
  scripts: { family: 'minix', layout: layoutKeys },
  defects,
};
