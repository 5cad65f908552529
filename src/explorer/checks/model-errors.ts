/**
 * What is wrong with a model, as a model error: which operation, which statement, which trace. An
 * error of this kind is never a verdict about the system under check.
 */

import { authorsError } from '../../author-errors.ts';
import { ModelError } from '../../errors.ts';
import { quote } from '../../safe-text.ts';
import type { Model, StateInvariant } from '../model.ts';
import type { Step } from '../statement.ts';
import { differs } from '../state-words.ts';

/** Bits of `checked` and `violated` that are positive. */
const MOST_STEP_INVARIANTS = 31;

type Running = Pick<Step, 'thread' | 'statement'>;

/** Errors of a whole model, which no trace leads to. */
const whole = new WeakSet<ModelError>();

/** Steps from an initial state on. */
interface Schedule {
  readonly initial: number;
  readonly trace: readonly Step[];
}

/** Schedules of errors, in the steps of the model that was searched. */
const schedules = new WeakMap<ModelError, Schedule>();
/** Errors whose message says what is wrong: not the statement that ran last. */
const named = new WeakSet<ModelError>();

/** Something has written that may only read, or only before it waits. */
export function wroteInstead(who: string, cells: readonly string[], should: string): ModelError {
  const what = cells.length === 0 ? 'the state' : cells.slice(0, 3).join(', ');
  return naming(`${who}: writes ${what}, which it must not: it ${should}.`);
}

/** Something has answered what it may not; `expected` says what it answers: `true or false`. */
export function wrongAnswer(who: string, answer: unknown, expected: string): ModelError {
  return naming(`${who}: returns ${described(answer)}, but must return ${expected}.`);
}

/** The answer itself, which must be true or false. */
export function truth(answer: unknown, who: string): boolean {
  if (answer === true) return true;
  if (answer === false) return false;
  throw wrongAnswer(who, answer, 'true or false');
}

/** A value in a sentence, whatever it is. */
export function described(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return value instanceof Promise ? 'a promise' : quote(value);
}

/** A model does not keep one of the laws of models. */
export function brokenLaw(message: string): ModelError {
  return naming(`${message}.`);
}

/** What an invariant threw, as an error that names it and not the statement that ran last. */
export function thrownBy(invariant: string, thrown: unknown): unknown {
  const error = authorsError(thrown);
  if (!(error instanceof ModelError) || named.has(error)) return error;
  const about = naming(`The invariant ${invariant}: ${error.message}`);
  about.cause = error.cause ?? error;
  return about;
}

/** An error whose message says what is wrong: no statement is added to it. */
function naming(message: string): ModelError {
  const error = new ModelError(message);
  named.add(error);
  return error;
}

/**
 * Why the state in scratch breaks an invariant, which must be said as a sentence; undefined if it
 * does not. The state must be what it was before the question.
 */
export function sentenceOf(model: Model, check: StateInvariant): string | undefined {
  const before = model.scratch.slice();
  const sentence: unknown = check.violation();
  if (differs(model.scratch, before)) throw wroteInvariant(check);
  if (sentence === undefined || typeof sentence === 'string') return sentence;
  throw noSentence(check, sentence);
}

/** An invariant of states answered something else than a sentence or undefined. */
export function noSentence({ name }: Pick<StateInvariant, 'name'>, answer: unknown): ModelError {
  return naming(
    `The invariant ${name} returns ${described(answer)}: ` +
      'it must return a sentence that says why the state violates it, or undefined if it holds.',
  );
}

/** The sentence of an invariant of steps, which must be one. */
export function stepSentence({ name }: Pick<StateInvariant, 'name'>, sentence: unknown): string {
  if (typeof sentence === 'string') return sentence;
  throw naming(
    `The invariant ${name} returns ${described(sentence)}: ` +
      'it must return a sentence that says why the step violates it.',
  );
}

/** Refuses more invariants of steps than the bits of `violated` can tell apart. */
export function demandBits(count: number): void {
  if (count <= MOST_STEP_INVARIANTS) return;
  throw naming(
    `A model has at most ${MOST_STEP_INVARIANTS} step invariants, found ${count}: ` +
      'declare fewer of them, and the others in a second model.',
  );
}

/** One of the invariants has changed the state that it was asked about: finds out which. */
export function writingCheck(model: Model, state: Int32Array): ModelError {
  for (const check of model.stateInvariants) {
    model.scratch.set(state);
    check.applies();
    check.violation();
    if (differs(model.scratch, state)) return wroteInvariant(check);
  }
  return naming('An invariant writes the state, but not each time: it must only read it.');
}

function wroteInvariant({ name }: StateInvariant): ModelError {
  return wroteInstead(`the invariant ${name}`, [], 'may only read');
}

/** The factory makes another model than the one that is searched; in what it differs. */
export function otherModel(difference: string): ModelError {
  const error = naming(
    `The factory builds a different model: its ${difference} differ. ` +
      'It must build the model that is searched, in whatever thread it runs.',
  );
  whole.add(error);
  return error;
}

/** The factory makes no model in another thread. */
export function notMade(why: string): ModelError {
  const error = naming(`A thread that is to help cannot make the model: ${why}`);
  whole.add(error);
  return error;
}

/** Adds to an error the trace that leads to it. */
export function traced(error: ModelError, model: Model, schedule: Schedule): ModelError {
  if (whole.has(error)) return error;
  schedules.set(error, schedule);
  error.trace = traceLines(model, schedule.trace);
  return error;
}

/** Adds to the message of an error at which statement it was met, unless it says so itself. */
export function placed(error: ModelError, model: Model, running: Running | undefined): void {
  if (running === undefined || named.has(error)) return;
  error.message = `${placeOf(model, running)}: ${error.message}`;
}

/** The trace that was added to an error, as steps. */
export function scheduleOf(error: ModelError): Schedule | undefined {
  return schedules.get(error);
}

/** A line for each step: `1  P/t1  vmm_get_vseg, vmm.c:1642 vseg_alloc`. */
export function traceLines(model: Model, trace: readonly Step[]): string[] {
  return trace.map((step, at) => `${at + 1}  ${placeOf(model, step)}`);
}

type Places = Pick<Model, 'statements' | 'threads'>;

/** `P/t1  vmm_get_vseg, vmm.c:1642 vseg_alloc`. */
export function placeOf({ statements, threads }: Places, { thread, statement }: Running): string {
  const { operation, file, line, token } = statements[statement];
  const place = file !== '' && line > 0 ? `${file}:${line} ${token}` : token;
  return `${threads[thread]}  ${[...new Set([operation, place])].join(', ')}`;
}

/** An invariant that answers differently when it is asked again. */
export function unstable(invariant: string): ModelError {
  return new ModelError(
    `The invariant ${invariant} was violated in a state and holds when checked again: ` +
      'an invariant must read nothing but the state.',
  );
}
