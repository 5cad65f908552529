/** Codezero mm0 put together: a scenario, the rules of a profile (with fixes), the invariants. */

import { fixedRules, fixes } from '../actions/codezero-mm0/fixes.ts';
import { rangesOf } from '../actions/codezero-mm0/ranges.ts';
import { requestSource } from '../actions/codezero-mm0/user/labels.ts';
import { startFrame, user } from '../actions/codezero-mm0/user.ts';
import { reconstructed } from '../actions/codezero-mm0/reconstruction.ts';
import { callStack } from '../machine/thread-stacks.ts';
import { Machine } from '../machine/machine.ts';
import type { AnyOperation } from '../machine/vocabulary.ts';
import { symmetryOf } from '../machine/symmetry.ts';
import { replayerOf } from '../machine/replay.ts';
import {
  invariants,
  stateInvariants,
  stepInvariants,
  tell,
} from '../invariants/codezero-mm0/index.ts';
import { defects } from '../model/codezero-mm0/defects.ts';
import { library } from '../model/codezero-mm0/library.ts';
import { options } from '../model/codezero-mm0/options.ts';
import { profileNames, rulesOf } from '../model/codezero-mm0/profiles.ts';
import type { Choices } from '../model/codezero-mm0/options.ts';
import type { Profile } from '../model/codezero-mm0/profiles.ts';
import type { Rules } from '../model/codezero-mm0/rules.ts';
import { form } from '../model/codezero-mm0/parse-scenario.ts';
import type { Mm0Scenario } from '../model/codezero-mm0/scenario.ts';
import { scopeOf } from '../model/codezero-mm0/scope.ts';
import type { Scope } from '../model/codezero-mm0/scope.ts';
import { kernelLayout } from '../model/codezero-mm0/state.ts';
import { startState } from '../model/codezero-mm0/start-state.ts';
import type { Kernel } from '../model/codezero-mm0/state.ts';
import * as symmetry from '../model/codezero-mm0/symmetry.ts';
import { threadFinished } from '../model/codezero-mm0/threads.ts';
import { changeOf, describe } from '../model/codezero-mm0/format.ts';
import { layoutKeys } from '../script/codezero-mm0/layout.ts';
import { runScript } from '../script/codezero-mm0/run.ts';
import { readLibrary } from '../model/read-library.ts';
import type { Spec, Subject, System } from '../system.ts';
import {
  checkedInvariants,
  findProfile,
  operationInfos,
  optionValues,
} from '../model/spec-checks.ts';

const sentences: Readonly<Record<string, string>> = {
  user: 'The program of a thread: accesses, and requests to mm0.',
  access: 'An access through the page table, with its faults.',
  page_fault_handler: 'Handles a fault with the entry seen when it was raised.',
  page_read_fault: 'Maps the page that the chain shows, read-only.',
  page_write_fault: 'Maps the page of the top object, writable.',
  copy_on_write: 'Copies a page into a writable shadow in front.',
  vm_freeze_shadows: 'Makes the private memory of the parent read-only before a fork.',
  vma_drop_merge_delete: 'Drops a link; merges, deletes or keeps its object.',
  vma_merge_object: 'Moves the pages of an object into its only shadow.',
  vm_object_delete: 'Frees an object with its pages.',
  page_in: 'Asks the pager of an object for a page.',
  insert_page_olist: 'Puts a page into a cache.',
  sys_mmap: 'The system call: which file, which flags, which offset.',
  do_mmap: 'Creates an area with its chain of objects.',
  find_unmapped_area: 'Chooses an address.',
  do_munmap: 'Splits, shrinks and destroys areas, and removes entries.',
  sys_shmget: 'Finds or creates a segment.',
  do_shmat: 'Attaches a segment at its address.',
  shm_new_address: 'Takes an address from the pool of segments.',
  sys_shmdt: 'Detaches a segment.',
  vfs_receive_sys_open: 'Opens a file of the server and fills a descriptor.',
  file_open: 'Asks the file server about a descriptor that mm0 does not know.',
  sys_close: 'Closes a descriptor.',
  sys_read: 'read and write: copies between a page of a file and a buffer.',
  sys_fork: 'Creates a child with copies of areas, links, page table and descriptors.',
  sys_clone: 'Creates another thread, or a child.',
  sys_exit: 'Ends a task: releases descriptors, links and page table.',
};

function summaryOf(scenario: Mm0Scenario): string {
  const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
  const { pages, spaces, threads, files, segments } = scenario;
  return [
    count(spaces.length, 'space'),
    count(threads.length, 'thread'),
    count(pages, 'page'),
    ...(files.length > 0 ? [count(files.length, 'file')] : []),
    ...(segments.length > 0 ? [count(segments.length, 'segment')] : []),
  ].join(', ');
}

/**
 * The profile is an option and not a set of fixes: a revision is not `reference` with faults put
 * in, and three of them are as written. Fixes are the way from any of them to `reference`, so that
 * `--variant fixed`, `--fix` and `--without` mean what they mean elsewhere.
 */
function chosen(given: Readonly<Record<string, unknown>>): Choices & { readonly profile: Profile } {
  return optionValues('codezero-mm0', options, given) as unknown as Choices & { profile: Profile };
}

const hardware = [
  {
    name: 'arm-v5',
    sentence: 'A write to a page without an entry faults twice: first as a read, then as a write.',
  },
] as const;

/** Rules that no revision has may lead to places of several: then all of them count. */
function isProfile(rules: Rules): boolean {
  const text = JSON.stringify(Object.entries(rules).sort());
  return profileNames.some((name) => JSON.stringify(Object.entries(rulesOf[name]).sort()) === text);
}

export type Program = AnyOperation<Kernel, Scope>;

/** What differs from the profile: tests use it to break a model on purpose. */
interface Changed {
  readonly program?: Program;
  readonly rules?: Partial<Rules>;
}

export const asWritten: Program = user as Program;

export function buildCodezero(spec: Spec, changed: Changed = {}): Subject {
  const { program = asWritten } = changed;
  const scenario = form.parse(spec.scenario);
  findProfile(hardware, spec.hardware);
  const checked = checkedInvariants('codezero-mm0', invariants, spec.invariants);
  const { profile, ...choices } = chosen(spec.options);
  const rules = { ...fixedRules(profile, spec.fixes), ...changed.rules };
  const scope = scopeOf(scenario, rules, choices);
  const machine = machineOf(scope, profile, program, checked, spec.fixes);
  const replayer = replayerOf(machine, {
    change: (path, before, after) => changeOf(scope, path, before, after),
    describe: (k) => describe(scope, k),
  });
  const { what, interchangeable, nameOf } = symmetry;
  const { layout } = machine.parts;
  return Object.assign(machine, {
    spec,
    summary: summaryOf(scenario),
    replayer,
    dependencies:
      'mm0 answers each request in one step, and any request may touch any object or page, so ' +
      'none is independent of another',
    symmetry: symmetryOf(layout, what, interchangeable(layout.view, scope), nameOf),
  });
}

/** The machine of a scope: the search and the scripts run the same one. */
function machineOf(
  scope: Scope,
  profile: Profile,
  program: Program,
  checked: ReadonlySet<string>,
  fixes: readonly string[] = [],
): Machine<Kernel, Scope> {
  const { rules } = scope;
  const layout = kernelLayout(scope, callStack([program], scope, 1));
  const start = startState(scope, layout.blank(), (thread) => startFrame(scope, thread));
  return new Machine<Kernel, Scope>({
    scope,
    operations: [
      { ...program, sourceOf: requestSource(profile) },
      ...reconstructed(isProfile(rules) ? rules : undefined, profile, fixes),
    ],
    threads: scope.threads.map(({ name }) => name),
    layout,
    stackOf: (k, thread) => k.threads[thread as never].stack,
    start: [start],
    stateInvariants: (k) =>
      stateInvariants
        .filter(({ name }) => checked.has(name))
        .map(({ name, applies, violation }) => ({
          name,
          // A halt leaves a request half done: nothing is claimed of such a state.
          applies: () => k.halt === 'no' && applies(k, scope),
          violation: () => (k.halt === 'no' && applies(k, scope) ? violation(k, scope) : undefined),
        })),
    stepInvariants: stepInvariants.map(({ name }, i) => ({
      name,
      ignored: !checked.has(name),
      sentence: (s, a, b) => tell(s, i, a, b),
    })),
    finished: (k) => scope.thread.all.every((t) => threadFinished(k, t, scope)),
    halted: (k) => k.halt !== 'no',
  });
}

const scenarios = readLibrary('codezero-mm0', library, form.parse);

export const codezeroMm0: System = {
  name: 'codezero-mm0',
  title: 'Codezero mm0',
  revision: '63e9d05, b20fda9, 61751a8, 6fa4884',
  sentence: 'The pager of a microkernel: stacks of shadow objects, with links, over files.',
  defaultScenario: scenarios[0].name,
  scenarios,
  invariants: invariants.map(({ name, sentence, when, group }) => {
    return { name, sentence, when, group };
  }),
  operations: operationInfos(
    [user as Program, ...reconstructed()].map(({ name, file, lines }) => {
      return { name, file, lines, revisions: rangesOf(name) };
    }),
    sentences,
  ),
  fixes,
  hardware,
  defaultHardware: hardware[0].name,
  options,
  scenarioFields: form.names,
  scenarioSchema: form.schema,
  parseScenario: form.parse,
  build: (spec) => buildCodezero(spec),
  scripts: { family: 'codezero', layout: layoutKeys },
  run: (script) =>
    runScript(script, (scenario, given, port) => {
      const { profile, ...choices } = chosen(given);
      const scope = scopeOf(scenario, rulesOf[profile], choices, port);
      return machineOf(scope, profile, asWritten, new Set());
    }),
  defects,
};
