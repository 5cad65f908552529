/**
 * Runs a saved schedule. Only the thread, the statement and the choice of each step decide what
 * runs; statements are found by operation, file, line and token, so renumbering a model breaks no
 * file. What else was recorded is compared, and where the schedule no longer applies is said
 * exactly.
 */

import type { Step } from '../explorer/statement.ts';
import type { ViolatedInvariant, Replayed, Subject } from '../system.ts';
import { type Counterexample, type SavedStep, locationOf, citedStatement } from './file.ts';
import type { Loaded } from './load.ts';
import { noSuchStatement, runRemarks, sourceRemarks } from './recorded.ts';
import { build, fixesFor } from '../core/spec.ts';
import { enumerate } from '../suggest.ts';
import { type Trace, violatedAt, earlierViolation, statementText } from '../core/trace.ts';

/** A trace, run as far as it applies. */
interface ScheduleRun {
  /** The states on the way, starting with the initial one. */
  readonly states: readonly unknown[];
  readonly replayed: readonly Replayed<unknown>[];
  /** Why the next step does not apply; undefined if all steps did. */
  readonly divergence: string | undefined;
  /** What is violated where the schedule ends. */
  readonly broken: readonly ViolatedInvariant[];
}

export function runSchedule(subject: Subject, saved: Counterexample): ScheduleRun {
  const { replayer } = subject;
  const initial = replayer.initial();
  if (saved.initial >= initial.length) {
    const divergence = `initial state ${saved.initial} does not exist: there are ${initial.length}`;
    return { states: [], replayed: [], divergence, broken: [] };
  }
  const states = [initial[saved.initial]];
  const replayed: Replayed<unknown>[] = [];
  let divergence: string | undefined;
  for (const [at, step] of saved.steps.entries()) {
    const state = states[at];
    const next = candidates(subject, step)
      .map((candidate) => replayer.step(state, candidate))
      .find((result) => result !== undefined);
    if (next === undefined) {
      divergence = `step ${at + 1} no longer applies: ${explain(subject, state, step)}`;
      break;
    }
    replayed.push(next);
    states.push(next.state);
  }
  const raised = replayed.at(-1)?.violated ?? [];
  return { states, replayed, divergence, broken: violatedAt(replayer, states.at(-1), raised) };
}

/** The steps of the model that match a saved step: several only if the model repeats a token. */
function candidates({ threads, statements }: Subject, saved: SavedStep): Step[] {
  const thread = threads.indexOf(saved.thread);
  if (thread < 0) return [];
  return statements.flatMap((candidate, index) =>
    candidate.operation === saved.operation &&
    candidate.token === saved.token &&
    locationOf(candidate) === saved.at
      ? [{ thread, statement: index, choice: saved.choice }]
      : [],
  );
}

/** Describes the expected step and the steps that are possible instead. */
function explain(subject: Subject, state: unknown, saved: SavedStep): string {
  const { threads, statements, replayer } = subject;
  const cited = statementText(citedStatement(saved));
  const expected = `${saved.thread} at ${cited} (${saved.operation}, choice ${saved.choice})`;
  if (!threads.includes(saved.thread)) {
    return `it is of thread ${saved.thread}, but there is only ${enumerate(threads)}`;
  }
  if (candidates(subject, saved).length === 0) {
    return `expected ${expected}, but ${noSuchStatement(subject, saved)}`;
  }
  const possible = replayer.possible(state).map(({ thread, statement, choice }) => {
    const outcome = choice === 0 ? '' : ` (choice ${choice})`;
    return `${threads[thread]} at ${statementText(statements[statement])}${outcome}`;
  });
  const instead = possible.length === 0 ? 'no step is possible' : enumerate(possible, 5);
  return `expected ${expected}; possible instead: ${instead}`;
}

/** The result of a replayed counterexample. */
export interface Replay {
  readonly ok: boolean;
  readonly sentence: string;
  /** Differences from the record that do not change the outcome. */
  readonly remarks: readonly string[];
  /** The run, if it still violates the invariant. */
  readonly reproduced: ReproducedTrace | undefined;
}

/** The present run of a counterexample. */
export interface ReproducedTrace {
  readonly summary: string;
  readonly trace: Trace;
}

/**
 * Checks that a counterexample still violates its invariant in its variant, and does not with all
 * fixes.
 */
export function replay({ saved, system, spec }: Loaded): Replay {
  const { invariant } = saved;
  const subject = build(system, spec);
  const found = runSchedule(subject, saved);
  const remarks = sourceRemarks(saved, system, spec);
  if (found.divergence !== undefined) {
    return { ok: false, sentence: found.divergence, remarks, reproduced: undefined };
  }

  const steps = count(saved.steps.length);
  const violation = found.broken.find((broken) => broken.invariant === invariant);
  if (violation === undefined) {
    const others = found.broken.map((broken) => broken.invariant);
    const instead = others.length === 0 ? 'no invariant is' : `${enumerate(others)} is`;
    const sentence = `all ${steps} apply, but ${invariant} is not violated at the end: ${instead}`;
    return { ok: false, sentence, remarks, reproduced: undefined };
  }
  const trace = describeReplay(subject, saved, violation, found);
  remarks.push(...runRemarks(subject, saved, found.replayed, trace));

  const fixed = onFixed({ saved, system, spec });
  const sentence = `violates ${invariant} after ${steps}; ${fixed.sentence}`;
  return { ok: fixed.ok, sentence, remarks, reproduced: { summary: subject.summary, trace } };
}

function describeReplay(
  { statements, replayer }: Subject,
  { initial, steps }: Counterexample,
  { invariant, sentence }: ViolatedInvariant,
  { states, replayed }: ScheduleRun,
): Trace {
  const described = replayed.map(({ statement, changes, notes }, at) => {
    const { thread, choice } = steps[at];
    return { thread, statement: statements[statement], choice, changes, notes };
  });
  const raised = replayed.map((step) => step.violated);
  const earlier = earlierViolation(replayer, invariant, states, raised);
  return {
    invariant,
    sentence,
    initial,
    steps: described,
    ...(earlier !== undefined && { earlier }),
  };
}

/** The same trace with all fixes. */
function onFixed({ saved, system, spec }: Pick<Loaded, 'saved' | 'system' | 'spec'>) {
  const fixes = fixesFor(system, spec.hardware);
  if (fixes.length === 0) {
    return { ok: true, sentence: `${system.name} has no fixes to compare with` };
  }
  if (spec.fixes.length === fixes.length) {
    return {
      ok: true,
      sentence: 'recorded with all fixes applied, so there is nothing to compare with',
    };
  }
  const subject = build(system, { ...spec, fixes });
  const found = runSchedule(subject, saved);
  const at = found.states.findIndex((state, index) =>
    violatedAt(subject.replayer, state, found.replayed[index - 1]?.violated ?? []).some(
      ({ invariant }) => invariant === saved.invariant,
    ),
  );
  if (at >= 0) return { ok: false, sentence: `but also with all fixes, at step ${at}` };
  if (found.divergence === undefined) return { ok: true, sentence: 'with all fixes it does not' };
  const step = found.replayed.length + 1;
  return { ok: true, sentence: `with all fixes step ${step} is not possible` };
}

function count(steps: number): string {
  return steps === 1 ? '1 step' : `${steps} steps`;
}
