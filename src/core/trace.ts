/**
 * A schedule described step by step: which thread ran which statement, and what that changed.
 * Reports are written from it, and saved counterexamples consist of it.
 */

import type { Step, Statement } from '../explorer/statement.ts';
import type { Violation } from '../explorer/verdict.ts';
import { ModelError } from '../errors.ts';
import type { ViolatedInvariant, Change, Replayer, Subject } from '../system.ts';
import { DEADLOCK } from './spec.ts';

export interface TraceStep {
  readonly thread: string;
  readonly statement: Statement;
  readonly choice: number;
  readonly changes: readonly Change[];
  /** Functions entered (`vmm_handle_page_fault(4)`) and left (`return 0`). */
  readonly notes: readonly string[];
}

/** The way to one violation. */
export interface Trace {
  readonly invariant: string;
  readonly sentence: string;
  /** Which initial state it starts from. */
  readonly initial: number;
  readonly steps: readonly TraceStep[];
  /** Where the same invariant was broken first, if that was before the end. */
  readonly earlier?: Earlier;
}

/** A violation of the invariant on the way to the one that is described. */
export interface Earlier {
  /** The step that breaks it; 0: the initial state is broken. */
  readonly step: number;
  readonly sentence: string;
}

/**
 * `vmm.c:1941`, `vmm.c:1653-1659` for a section, or nothing for a statement without a
 * source. Fractions, which tell apart steps of one line, are left out. A line that a fix
 * added or changed is marked as in a diff: `+vmm.c:1941`, or `+vmm_remove_copies:3` in a
 * function that only the fix has.
 */
export function citation({ operation, file, line, through, fix }: Statement): string {
  const first = Math.floor(line);
  const lines = through === undefined ? first : `${first}-${through}`;
  if (fix !== undefined) return `+${file === '' ? operation : file}:${lines}`;
  return file !== '' && line > 0 ? `${file}:${lines}` : '';
}

/** What the mark of lines of fixes means, where there are any. */
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

/** All that is broken in a state reached by a step, deadlock included. */
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

/**
 * The first violation of an invariant in the states before the last, with what their steps raised.
 */
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

/** Runs a trace found by the search on immutable values, to learn what each step changed. */
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
          `${statementText(statements[step.statement])}, choice ${step.choice}) is not possible in ` +
          `replay: the view and the immutable state of ${subject.spec.system} disagree`,
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
