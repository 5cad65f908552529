/**
 * The format of a saved counterexample: JSON with one step per line, so that it can be read,
 * reviewed as a diff, and replayed by a test. `docs/counterexample.schema.json` publishes it.
 */

import type { Statement } from '../explorer/statement.ts';
import type { OptionValue, Scenario, Subject } from '../system.ts';
import type { TraceStep, Trace } from '../core/trace.ts';

export const FORMAT = 'vmcheck-counterexample';
export const VERSION = 1;

/** The maximum width of a line, except for steps. */
const WIDTH = 100;

/** A step of a saved trace; statements are found by what they cite, not by their index. */
export interface SavedStep {
  readonly thread: string;
  /** `file:line`, empty for a step without a source. */
  readonly at: string;
  /** The last line, if a section of several lines is one step. */
  readonly through?: number;
  readonly operation: string;
  readonly token: string;
  /** The fixes that added or changed the line; absent if it is as written. */
  readonly fix?: string;
  readonly choice: number;
  /** Path, old value, new value. */
  readonly changes: readonly (readonly [string, string, string])[];
  readonly notes?: readonly string[];
}

/** A saved counterexample, as `docs/counterexample.schema.json` describes it. */
export interface Counterexample {
  readonly format: 'vmcheck-counterexample';
  readonly version: 1;
  readonly toolVersion: string;
  readonly system: string;
  /** The module that exports the system: a file, seen from the folder of this one, or a package. */
  readonly module?: string;
  readonly revision: string;
  readonly fixes: readonly string[];
  readonly hardware: string;
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly scenario: Scenario;
  readonly invariant: string;
  readonly breach: string;
  /** The first violation of the same invariant before the last step, if any. */
  readonly earlier?: { readonly step: number; readonly breach: string };
  readonly initial: number;
  readonly steps: readonly SavedStep[];
}

/** Converts a trace for saving. */
export function toCounterexample(
  { spec }: Subject,
  revision: string,
  trace: Trace,
  toolVersion: string,
  module?: string,
): Counterexample {
  const { earlier } = trace;
  return {
    format: FORMAT,
    version: VERSION,
    toolVersion,
    system: spec.system,
    ...(module !== undefined && { module }),
    revision,
    fixes: spec.fixes,
    hardware: spec.hardware,
    options: spec.options,
    scenario: spec.scenario,
    invariant: trace.invariant,
    breach: trace.sentence,
    ...(earlier !== undefined && { earlier: { step: earlier.step, breach: earlier.sentence } }),
    initial: trace.initial,
    steps: trace.steps.map(saveStep),
  };
}

function saveStep({ thread, statement, choice, changes, notes }: TraceStep): SavedStep {
  return {
    thread,
    at: locationOf(statement),
    ...(statement.through !== undefined && { through: statement.through }),
    operation: statement.operation,
    token: statement.token,
    ...(statement.fix !== undefined && { fix: statement.fix }),
    choice,
    changes: changes.map(({ path, from, to }) => [path, from, to]),
    ...(notes.length > 0 && { notes }),
  };
}

/** The citation of a saved step; a step of a program may have a number without a file: `:4`. */
export function locationOf({ file, line }: Statement): string {
  return file === '' && line === 0 ? '' : `${file}:${line}`;
}

/** The statement that a saved step cites. */
export function citedStatement({ at, through, operation, token, fix }: SavedStep): Statement {
  const colon = at.lastIndexOf(':');
  return {
    operation,
    token,
    ...(fix !== undefined && { fix }),
    ...(through !== undefined && { through }),
    file: at.slice(0, Math.max(colon, 0)),
    line: colon < 0 ? 0 : Number(at.slice(colon + 1)),
  };
}

/** The recorded trace, for showing it without running it. */
export function recordedTrace(saved: Counterexample): Trace {
  const steps = saved.steps.map((step) => ({
    thread: step.thread,
    statement: citedStatement(step),
    choice: step.choice,
    changes: step.changes.map(([path, from, to]) => ({ path, from, to })),
    notes: step.notes ?? [],
  }));
  const { invariant, breach: sentence, initial, earlier } = saved;
  const before = earlier && { step: earlier.step, sentence: earlier.breach };
  return { invariant, sentence, initial, steps, ...(before !== undefined && { earlier: before }) };
}

/** The text of the file. */
export function format(saved: Counterexample): string {
  const lines = Object.entries(saved)
    .filter(([field]) => field !== 'steps')
    .map(([field, value]) => `  ${JSON.stringify(field)}: ${spread(value, '  ', WIDTH)},`);
  const steps = saved.steps.map((step) => `    ${inLine(step)}`);
  const list = steps.length === 0 ? '[]' : `[\n${steps.join(',\n')}\n  ]`;
  return `{\n${lines.join('\n')}\n  "steps": ${list}\n}\n`;
}

/** JSON on one line, with a space after each comma and colon. */
function inLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = fieldsOf(value).map(([name, part]) => `${JSON.stringify(name)}: ${inLine(part)}`);
  return `{${fields.join(', ')}}`;
}

/** JSON on one line if it fits, otherwise one line per part. */
function spread(value: unknown, indent: string, width: number): string {
  const short = inLine(value);
  if (typeof value !== 'object' || value === null || short.length + indent.length <= width - 16) {
    return short;
  }
  const deeper = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((part) => spread(part, deeper, width))
    : fieldsOf(value).map(
        ([name, part]) => `${JSON.stringify(name)}: ${spread(part, deeper, width)}`,
      );
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${parts.map((part) => deeper + part).join(',\n')}\n${indent}${close}`;
}

function fieldsOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, part]) => part !== undefined);
}
