/** A defined system of operations, with a scenario and a variant: machine, replayer and wording. */

import { ModelError } from '../errors.ts';
import { callStack } from '../machine/thread-stacks.ts';
import { Machine } from '../machine/machine.ts';
import { replayerOf } from '../machine/replay.ts';
import { markedBy } from '../machine/marked.ts';
import type { AnyOperation } from '../machine/vocabulary.ts';
import { layout as layoutOf } from '../state/layout.ts';
import { pool, type Ref } from '../state/pool.ts';
import { demandNoPromise } from '../state/demand.ts';
import { record } from '../state/record.ts';
import { table } from '../state/table.ts';
import type { Fields as StateFields, FieldValues } from '../state/record.ts';
import type { Stack } from '../state/stack-view.ts';
import type { Spec, Subject } from '../system.ts';
import type { OperationsDefinition } from './definition.ts';
import type { Fields } from '../scenario/field.ts';
import { quote, wayOut } from '../suggest.ts';
import { stateInvariants, stepInvariants } from './invariants.ts';
import { firstPlace, kindsOf, PROGRAM, programOperation } from './program.ts';
import { wordingOf } from './wording.ts';

/** The field of the state in which the call stacks are. */
const STACKS = 'stacks';

type WithStacks<K> = K & object & { readonly stacks: readonly Stack<{ readonly in: string }>[] };

export function operationsSubject<F extends Fields, S, T extends StateFields>(
  system: OperationsDefinition<F, S, T>,
  spec: Spec,
  scope: S,
  summary: string,
): Subject {
  type K = WithStacks<FieldValues<T>>;
  const { name, ready, finished, exclusive } = system;
  const threads = system.threads(scope);
  const patched: readonly AnyOperation<K, S>[] = patchedBy(system, spec.fixes, scope);
  const kinds = kindsOf(name, threads, patched, scope);
  const isReady = (k: K, thread: Ref<'thread'>): boolean => ready?.(k, thread, scope) ?? true;
  const operations = [programOperation(threads, kinds, patched, isReady), ...patched];
  const thread = pool('thread', threads.length);
  const stacks = callStack(operations, scope, system.depth ?? depthOf(name, operations));
  const fields = { ...fieldsOf(system, scope), [STACKS]: table(thread, stacks) };
  const layout = layoutOf(record(fields) as never);
  const idle = (k: K, t: Ref<'thread'>): boolean =>
    k.stacks[t]!.length === 0 || (k.stacks[t]!.length === 1 && !isReady(k, t));
  const isFinished = (k: K): boolean => finished?.(k, scope) ?? thread.all.every((t) => idle(k, t));
  const atRest = (k: K): boolean => thread.all.every((t) => k.stacks[t]!.length < 2);
  const asked = { always: undefined, 'at rest': atRest, 'at the end': isFinished };
  const invariants = stateInvariants(system, spec, scope, asked);
  const machine = new Machine<K, S>({
    scope,
    operations,
    threads: threads.map((one) => one.name),
    layout: layout as never,
    stackOf: (k, t) => k.stacks[t]!,
    start: [startOf()],
    stateInvariants: (k) => invariants(k, (paths) => layout.part(paths) as never),
    stepInvariants: stepInvariants(system, spec),
    finished: isFinished,
    halted: (k) => system.halted?.(k, scope) ?? false,
    ...(exclusive && { exclusive: (k) => exclusive(k, scope) }),
  });
  return Object.assign(machine, {
    spec,
    summary,
    replayer: replayerOf(machine, wordingOf<K>(layout.schema as never, [STACKS])),
    symmetry:
      system.symmetry?.(layout as never, scope) ??
      `${name} does not say what of it is interchangeable; search without symmetry`,
    dependencies: `${name} does not say which thread can access what`,
  });

  /** Blank, but for the stacks and what the system writes. */
  function startOf(): K {
    layout.scratch.fill(0);
    const k = layout.view as K;
    for (const t of thread.all) {
      const pc = firstPlace(threads[t]!.program, kinds);
      if (pc !== undefined) k.stacks[t]!.push({ in: PROGRAM, pc, done: 0 } as never);
    }
    demandNoPromise(`${name}: start`, system.start?.(k, scope));
    return layout.unpack(layout.scratch.slice()) as K;
  }
}

function fieldsOf<F extends Fields, S, T extends StateFields>(
  { name, state }: OperationsDefinition<F, S, T>,
  scope: S,
): T {
  const fields = state(scope);
  if (!Object.hasOwn(fields, STACKS)) return fields;
  throw new ModelError(`${name}: the field ${STACKS} of the state is that of the call stacks`);
}

/** Fixes are applied in the order of the system, whatever the order in which they are named. */
function patchedBy<F extends Fields, S, T extends StateFields>(
  { name: system, operations: given, fixes = [] }: OperationsDefinition<F, S, T>,
  names: readonly string[],
  scope: S,
): readonly AnyOperation<FieldValues<T>, S>[] {
  let operations = typeof given === 'function' ? given(scope) : given;
  for (const fix of fixes) {
    if (!names.includes(fix.name)) continue;
    const before = operations;
    const get = (wanted: string): AnyOperation<FieldValues<T>, S> => {
      const found = before.find(({ name }) => name === wanted);
      if (found !== undefined) return found;
      const way = wayOut(
        wanted,
        before.map(({ name }) => name),
      );
      throw new ModelError(
        `${system}: fix ${fix.name}: there is no operation ${quote(wanted)}: ${way}`,
      );
    };
    const changed = fix.patch({ get }, scope);
    const kept = before.map(({ name }) => changed.find((one) => one.name === name));
    const added = changed.filter(({ name }) => !before.some((one) => one.name === name));
    operations = markedBy(fix.name, before, [...kept.map((one, i) => one ?? before[i]!), ...added]);
  }
  return operations;
}

/** The longest chain of calls from the bottom up. */
function depthOf<K, S>(system: string, operations: readonly AnyOperation<K, S>[]): number {
  const depths = new Map<string, number>();
  const below: string[] = [];
  const depth = (operation: AnyOperation<K, S>): number => {
    const { name, statements } = operation;
    if (below.includes(name)) {
      throw new ModelError(
        `${system}: ${[...below, name].join(' calls ')}: say how deep calls nest, with depth`,
      );
    }
    const known = depths.get(name);
    if (known !== undefined) return known;
    below.push(name);
    const callees = statements.flatMap(({ callee }) => {
      if (callee === undefined) return [];
      const called = callee()?.name;
      const found = operations.find((one) => one.name === called);
      if (found !== undefined) return [found];
      throw new ModelError(
        `${system}: ${name} calls ${called}, which is not one of its operations`,
      );
    });
    const found = 1 + Math.max(0, ...callees.map(depth));
    below.pop();
    depths.set(name, found);
    return found;
  };
  return depth(operations[0]!);
}
