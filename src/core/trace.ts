/**
 * Describes a trace step by step: the thread, the statement and the changes. Reports and saved
 * counterexamples are made from it.
 */

import type { Step, Statement } from '../explorer/statement.ts';
import type { Violation } from '../explorer/verdict.ts';
import { ModelError } from '../errors.ts';
import type { ViolatedInvariant, Change, Replayer, Subject } from '../system.ts';
import { DEADLOCK } from './spec.ts';

/** One step of a trace: who ran which statement, and what changed. */
export interface TraceStep {
  readonly thread: string;
  readonly statement: Statement;
  readonly choice: number;
  readonly changes: readonly Change[];
  /** Functions entered (`vmm_handle_page_fault(4)`) and left (`return 0`). */
  readonly notes: readonly string[];
}

/** The trace to one violation. */
export interface Trace {
  readonly invariant: string;
  readonly sentence: string;
  /** The number of the initial state from which it starts. */
  readonly initial: number;
  readonly steps: readonly TraceStep[];
  /** The first violation of the same invariant, if it is before the end. */
  readonly earlier?: Earlier;
}

/** An earlier violation of the same invariant. */
export interface Earlier {
  /** The violating step; 0 is the initial state. */
  readonly step: number;
  readonly sentence: string;
}

/**
 * `vmm.c:1941`, `vmm.c:1653-1659` for a section, or nothing for a statement without a source.
 * Fractions, which distinguish steps of one line, are left out. A line that a fix added or changed
 * is marked as in a diff: `+vmm.c:1941`, or `+vmm_remove_copies:3` in a function that only the fix
 * has.
 */
export function citation({ operation, file, line, through, fix }: Statement): string {
  const first = Math.floor(line);
  const lines = through === undefined ? first : `${first}-${through}`;
  if (fix !== undefined) return `+${file === '' ? operation : file}:${lines}`;
  return file !== '' && line > 0 ? `${file}:${lines}` : '';
}

/** Explains the mark of lines that fixes add or change, if there are any. */
export function fixLegend(steps: readonly TraceStep[]): string | undefined {
  const fixes = new Set(steps.flatMap(({ statement: { fix } }) => fix?.split(', ') ?? []));
  return fixes.size === 0
    ? undefined
    : `+ a line that a fix adds or changes: ${[...fixes].join(', ')}`;
}

/** `vmm.c:1941  hal_gpt_lock_pte`, or the token alone for a statement without a source. */
export function statementText(statement: Statement): string {
  return [citation(statement), statement.token].filter((part) => part !== '').join('  ');
}

/** All violations in the state after a step, including deadlock. */
export function violatedAt(
  replayer: Replayer,
  state: unknown,
  raised: readonly ViolatedInvariant[],
): readonly ViolatedInvariant[] {
  const broken = [...raised, ...replayer.violations(state)];
  const listed = broken.some(({ invariant }) => invariant === DEADLOCK);
  if (!listed && replayer.deadlocked(state)) {
    broken.push({
      invariant: DEADLOCK,
      sentence: 'nothing can move, though not everything has finished',
    });
  }
  return broken;
}

/** The first violation of an invariant before the last step, by states and by steps. */
export function earlierViolation(
  replayer: Replayer,
  invariant: string,
  states: readonly unknown[],
  raised: readonly (readonly ViolatedInvariant[])[],
): Earlier | undefined {
  for (const [step, state] of states.slice(0, -1).entries()) {
    const broken = violatedAt(replayer, state, raised[step - 1] ?? []);
    const own = broken.find((one) => one.invariant === invariant);
    if (own !== undefined) return { step, sentence: own.sentence };
  }
  return undefined;
}

/** Replays a trace on immutable values to determine what each step changed. */
export function describeTrace(subject: Subject, violation: Violation): Trace {
  const { replayer, statements, threads } = subject;
  let state = replayer.initial()[violation.initial];
  const states: unknown[] = [state];
  const raised: (readonly ViolatedInvariant[])[] = [];
  const steps = violation.trace.map((step: Step, at): TraceStep => {
    const replayed = replayer.step(state, step);
    if (replayed === undefined) {
      throw new ModelError(
        `step ${at + 1} of a trace that the search found (${threads[step.thread]} at ` +
          `${statementText(statements[step.statement])}, choice ${step.choice}) is not possible ` +
          `in replay: the view and the immutable state of ${subject.spec.system} disagree`,
      );
    }
    state = replayed.state;
    states.push(state);
    raised.push(replayed.violated);
    return {
      thread: threads[step.thread],
      statement: statements[replayed.statement],
      choice: step.choice,
      changes: replayed.changes,
      notes: replayed.notes,
    };
  });
  const { invariant, sentence, initial } = violation;
  const earlier = earlierViolation(replayer, invariant, states, raised);
  return { invariant, sentence, initial, steps, ...(earlier !== undefined && { earlier }) };
}
