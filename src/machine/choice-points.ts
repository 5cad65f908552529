/** The context of a step, and the odometer over the answers of its `pick`s. */

import { ModelError } from '../errors.ts';
import type { Ref } from '../state/pool.ts';
import { described } from '../explorer/checks/model-errors.ts';
import { left } from './vocabulary.ts';
import type { Context, Control, Result } from './vocabulary.ts';

type Report = (check: number, a: Result, b: Result, c: Result) => void;

export class ChoicePoints<S> implements Context<S> {
  readonly scope: S;
  thread = 0 as Ref<'thread'>;
  result: Result = null;
  /** The last `leave` was that of a void function. */
  isVoid = false;
  checked = 0;
  /** What `passes` does; the machine knows. */
  pass: (statement: unknown) => void = () => undefined;
  private readonly report: Report;
  private readonly ignored: readonly boolean[];
  private notes: string[] | undefined;
  /** The first `held` of these are answers and how many there are of each. */
  private readonly digits: number[] = [];
  private readonly radices: number[] = [];
  private held = 0;
  /** Answers of this step. */
  private used = 0;
  /** Replay: what is left of the choice that fixes the answers; -1 in the search. */
  private rest = -1;

  constructor(scope: S, ignored: readonly boolean[], report: Report) {
    this.scope = scope;
    this.ignored = ignored;
    this.report = report;
  }

  restart(): void {
    this.held = 0;
    this.rest = -1;
  }

  replay(choice: number): void {
    this.restart();
    this.rest = choice;
  }

  exhausted(): boolean {
    return this.rest === 0;
  }

  begin(notes: string[] | undefined): void {
    this.used = 0;
    this.checked = 0;
    this.result = null;
    this.notes = notes;
  }

  pick(count: number): number {
    if (count >>> 0 !== count || count === 0) throw noCount(count);
    if (this.rest >= 0) {
      const digit = this.rest % count;
      this.rest = (this.rest - digit) / count;
      return digit;
    }
    const i = this.used++;
    if (i === this.held) {
      this.held += 1;
      this.digits[i] = 0;
      this.radices[i] = count;
    }
    return this.digits[i];
  }

  /** The answers, as one number: the first pick is the lowest digit. */
  choice(): number {
    let code = 0;
    for (let i = this.used - 1; i >= 0; i--) code = code * this.radices[i] + this.digits[i];
    return code;
  }

  /** Turns to the next combination of answers; false when there are no more. */
  advance(): boolean {
    const { digits, radices } = this;
    for (let last = Math.min(this.held, this.used) - 1; last >= 0; last--) {
      digits[last] += 1;
      if (digits[last] < radices[last]) {
        this.held = last + 1;
        return true;
      }
    }
    this.held = 0;
    return false;
  }

  leave(result?: Result): Control {
    this.isVoid = result === undefined;
    this.result = result === undefined ? 0 : result;
    return left;
  }

  check(check: number, ok: boolean, a: Result = null, b: Result = null, c: Result = null): boolean {
    const ignored = this.ignored[check];
    if (ignored === undefined) throw noCheck(check, this.ignored.length);
    if (ok !== true && ok !== false) throw noTruth(ok);
    if (ignored) return ok;
    this.checked |= 1 << check;
    if (!ok) this.report(check, a, b, c);
    return ok;
  }

  note(text: () => string): void {
    this.notes?.push(text());
  }

  passes(statement: unknown): void {
    this.pass(statement);
  }
}

function noCount(count: unknown): ModelError {
  return new ModelError(
    `pick: needs a whole number of outcomes from 1 up, found ${described(count)}`,
  );
}

function noCheck(check: unknown, count: number): ModelError {
  const there = count === 0 ? 'there are none' : `they are counted from 0 to ${count - 1}`;
  return new ModelError(
    `check: ${described(check)} is not the number of a step invariant: ${there}`,
  );
}

function noTruth(ok: unknown): ModelError {
  return new ModelError(`check: its second argument must be true or false, found ${described(ok)}`);
}
