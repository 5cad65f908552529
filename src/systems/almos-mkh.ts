/** ALMOS-MKH put together: a scenario, the operations (as written or patched), the invariants. */

import { fixes, patchedBy } from '../actions/almos-mkh/fixes.ts';
import type { Fix } from '../actions/almos-mkh/fixes/edit.ts';
import { tlbFixes } from '../actions/almos-mkh/fixes/tlbs.ts';
import { process_make_fork } from '../actions/almos-mkh/process.ts';
import { user } from '../actions/almos-mkh/user.ts';
import * as vmm from '../actions/almos-mkh/vmm.ts';
import { callStack, startFrame } from '../machine/thread-stacks.ts';
import { Machine } from '../machine/machine.ts';
import type { MachineParts } from '../machine/parts.ts';
import { dependenciesOf } from '../machine/dependencies.ts';
import type { AnyOperation } from '../machine/vocabulary.ts';
import { symmetryOf } from '../machine/symmetry.ts';
import { replayerOf } from '../machine/replay.ts';
import type { StateInvariant } from '../explorer/model.ts';
import { profiles } from '../hw/profiles.ts';
import {
  invariants,
  stateInvariants,
  stepInvariants,
  tell,
} from '../invariants/almos-mkh/index.ts';
import { defects, unmended } from '../model/almos-mkh/defects.ts';
import { pages, vsls } from '../invariants/almos-mkh/invariant.ts';
import type { Invariant } from '../invariants/almos-mkh/invariant.ts';
import { library } from '../model/almos-mkh/library.ts';
import { options } from '../model/almos-mkh/options.ts';
import type { Options } from '../model/almos-mkh/options.ts';
import { form } from '../model/almos-mkh/parse-scenario.ts';
import type { AlmosScenario } from '../model/almos-mkh/scenario.ts';
import { scopeOf } from '../model/almos-mkh/scope.ts';
import type { Scope } from '../model/almos-mkh/scope.ts';
import { kernelLayout } from '../model/almos-mkh/state.ts';
import { startState } from '../model/almos-mkh/start-state.ts';
import type { Kernel } from '../model/almos-mkh/state.ts';
import * as access from '../model/almos-mkh/access.ts';
import * as symmetry from '../model/almos-mkh/symmetry.ts';
import { standsAt, threadFinished } from '../model/almos-mkh/threads.ts';
import { changeOf, describe } from '../model/almos-mkh/format.ts';
import { layoutKeys } from '../script/almos-mkh/layout.ts';
import { runScript } from '../script/almos-mkh/run.ts';
import { readLibrary } from '../model/read-library.ts';
import type { Layout, Part } from '../state/layout.ts';
import type { FixInfo, Spec, Subject, System } from '../system.ts';
import {
  checkedInvariants,
  findProfile,
  operationInfos,
  optionValues,
} from '../model/spec-checks.ts';

type AlmosOperation = AnyOperation<Kernel, Scope>;

/** user first: it is the bottom frame of every thread. Then fork, then vmm.c in its own order. */
export const asWritten: readonly AlmosOperation[] = [user, process_make_fork, ...Object.values(vmm)]
  .filter((operation): operation is AlmosOperation => typeof operation === 'object')
  .sort((a, b) => a.lines[0] - b.lines[0]);

/** Deepest nesting: user, fork, fork_copy, destroy, remove_vseg, mmap_free. */
const DEPTH = 6;

const sentences: Readonly<Record<string, string>> = {
  user: 'The user program of a thread: reads, writes, system calls.',
  process_make_fork: 'fork: copies the address space, then marks the parent copy-on-write.',
  vmm_stack_alloc: 'Allocates a slot of the stack zone.',
  vmm_stack_free: 'Frees a slot of the stack zone.',
  vmm_mmap_alloc: 'Allocates pages of the mmap zone, from a zombi list or from the free rest.',
  vmm_mmap_free: 'Parks a descriptor in a zombi list.',
  vmm_detach_vseg_from_vsl: 'Unlinks a vseg from its VSL.',
  vmm_user_init: 'Creates the args and envs areas and both allocators.',
  vmm_user_reset: 'exec: removes all vsegs of the local copy except those of the kernel.',
  vmm_global_update_pte: 'Writes an entry in all copies of a process.',
  vmm_set_cow: 'Marks the parent copy-on-write at a fork, and counts the copies owed.',
  vmm_fork_copy: 'Copies vsegs and entries of the parent to the child.',
  vmm_destroy: 'Removes everything from the address space of one copy.',
  vmm_check_conflict: 'Searches the local VSL for a vseg that intersects a range of pages.',
  vmm_create_vseg: 'Creates a vseg and links it into the local VSL.',
  vmm_remove_vseg: 'Unmaps the pages of a vseg and frees its frames and its descriptor.',
  vmm_delete_vseg: 'Finds a vseg by address and removes it.',
  vmm_vseg_from_vaddr: 'Finds the vseg of an address in one VSL.',
  vmm_resize_vseg: 'munmap: removes or cuts a vseg.',
  vmm_get_vseg: 'Finds the vseg of an address; copies it from the reference if needed.',
  vmm_page_allocate: 'Allocates a frame for a page in the cluster that its vseg determines.',
  vmm_get_one_ppn: 'Allocates a frame for a missing page and fills it.',
  vmm_handle_page_fault: 'Handles a page fault.',
  vmm_handle_cow: 'Handles a write to a copy-on-write page.',
};

const fixInfo = ({ name, sentence, diff }: Fix): FixInfo => ({ name, sentence, diff });

function summaryOf({ clusters, frames, processes, threads }: AlmosScenario): string {
  const count = (n: number, what: string, more = `${what}s`): string =>
    `${n} ${n === 1 ? what : more}`;
  return [
    `${count(clusters, 'cluster')} × ${count(frames, 'frame')}`,
    count(processes.length, 'process', 'processes'),
    count(threads.length, 'thread'),
  ].join(', ');
}

function optionsOf(given: Spec['options']): Options {
  return optionValues('almos-mkh', options, given) as unknown as Options;
}

function stateCheck(
  { name, gated, reads, applies, violation }: Invariant,
  whole: Kernel,
  scope: Scope,
  parts: ReadonlyMap<Invariant['reads'], Part<Kernel>>,
): StateInvariant {
  const part = parts.get(reads);
  const k = part?.view ?? whole;
  return {
    name,
    reads: part?.mask,
    applies: () => applies(k, scope),
    violation: () => {
      if (gated && !applies(k, scope)) return undefined;
      const found = violation(k, scope);
      return found === undefined || applies(k, scope) ? found : undefined;
    },
  };
}

/**
 * Calls of the mapper: with option mapperBlocks false, nobody else runs while a thread stands here.
 */
function mapperCalls(operations: readonly AlmosOperation[]): ReadonlySet<number> {
  const { statements } = operations.find(({ name }) => name === CALLS_MAPPER) as AlmosOperation;
  return new Set(statements.flatMap(({ line }, i) => (line === 1760 || line === 1800 ? [i] : [])));
}

const CALLS_MAPPER = 'vmm_get_one_ppn';

/** What the machine is made of, over one of the layouts of the state. */
function partsOf(
  scope: Scope,
  operations: readonly AlmosOperation[],
  layout: Layout<Kernel>,
  start: Kernel,
  checked: ReadonlySet<string>,
): MachineParts<Kernel, Scope> {
  const parts = new Map<Invariant['reads'], Part<Kernel>>(
    [pages, vsls].map((reads) => [reads, layout.part(reads)]),
  );
  const mapper = mapperCalls(operations);
  return {
    scope,
    operations,
    threads: scope.threads.map(({ name }) => name),
    layout,
    stackOf: (k, thread) => k.threads[thread as never].stack,
    start: [start],
    stateInvariants: (k) =>
      stateInvariants
        .filter(({ name }) => checked.has(name))
        .map((invariant) => stateCheck(invariant, k, scope, parts)),
    stepInvariants: stepInvariants.map(({ name }, i) => ({
      name,
      ignored: !checked.has(name),
      sentence: (s, a, b, c) => tell(s, i, a, b, c),
    })),
    finished: (k) => scope.thread.all.every((t) => threadFinished(k, t, scope)),
    halted: (k) => k.halted,
    ...(!scope.options.mapperBlocks && {
      exclusive: (k) => standsAt(k, scope, CALLS_MAPPER, mapper),
    }),
  };
}

/**
 * Operations given in place of those of the same name: tests use them to break a model on purpose.
 */
export function buildAlmos(spec: Spec, replaced: readonly AlmosOperation[] = []): Subject {
  const scenario = form.parse(spec.scenario);
  const profile = findProfile<(typeof profiles)[number]>(profiles, spec.hardware);
  const checked = checkedInvariants('almos-mkh', invariants, spec.invariants);
  const scope = scopeOf(scenario, optionsOf(spec.options), undefined, profile.staleTlb);
  const operations = patchedBy(asWritten, spec.fixes).map(
    (operation) => replaced.find(({ name }) => name === operation.name) ?? operation,
  );
  const layout = kernelLayout(scope, callStack(operations, scope, DEPTH));
  const start = startState(scope, layout.blank(), startFrame(user, scope));
  const machineOf = (of: Layout<Kernel>): Machine<Kernel, Scope> =>
    new Machine(partsOf(scope, operations, of, start, checked));
  const machine = machineOf(layout);
  const replayer = replayerOf(machine, {
    change: (path, before, after) => changeOf(scope, path, before, after),
    describe: (k) => describe(scope, k),
  });
  const classes = symmetry.interchangeable(layout.view, scope);
  const { what, nameOf } = symmetry;
  return Object.assign(machine, {
    spec,
    summary: summaryOf(scenario),
    replayer,
    dependencies:
      access.undeclared(scope.options) ??
      (() =>
        dependenciesOf(machine, machineOf, {
          regions: (k) => access.partsOf(k, scope),
          live: (k, thread) => access.live(k, scope, scope.thread.all[thread]),
          isStop: access.isStop,
        })),
    symmetry: symmetryOf(layout, what, classes, (pool, index) => nameOf(scope, pool, index)),
  });
}

const scenarios = readLibrary('almos-mkh', library, form.parse);

export const almosMkh: System = {
  name: 'almos-mkh',
  title: 'ALMOS-MKH',
  revision: 'r632',
  sentence: 'kernel/mm/vmm.c of a many-core kernel: one page-table copy per process and cluster.',
  defaultScenario: scenarios[0].name,
  scenarios,
  invariants: invariants.map(({ name, sentence, when, group }) => ({
    name,
    sentence,
    when,
    group,
  })),
  operations: operationInfos(asWritten, sentences),
  fixes: fixes.map(fixInfo),
  defects,
  ...(unmended && { unmended }),
  hardware: profiles.map(({ name, sentence, staleTlb }) => {
    return { name, sentence, ...(staleTlb && { fixes: tlbFixes.map(fixInfo) }) };
  }),
  defaultHardware: profiles[0].name,
  options,
  scenarioFields: form.names,
  scenarioSchema: form.schema,
  parseScenario: form.parse,
  build: (spec) => buildAlmos(spec),
  scripts: { family: 'almos', layout: layoutKeys },
  run: (script) =>
    runScript(
      script,
      asWritten.filter((one) => one !== user),
      DEPTH,
    ),
};
