/**
 * Compares the records of a counterexample with the present run: source, options, violation, and
 * the effects of each step. These records do not determine what runs, so a difference is only a
 * remark; but a file that was edited, or belongs to another model, always gets one.
 */

import type { Change, Replayed, Scenario, Spec, Subject, System } from '../system.ts';
import { type Counterexample, type SavedStep, locationOf } from './file.ts';
import { enumerate } from '../suggest.ts';
import { type Trace, statementText } from '../core/trace.ts';

/** Differences that are known before the run. */
export function sourceRemarks(saved: Counterexample, system: System, spec: Spec): string[] {
  const remarks: string[] = [];
  if (saved.revision !== system.revision) {
    remarks.push(`recorded at ${saved.revision}, but the model is of ${system.revision}`);
  }
  const missing = system.options
    .map(({ name }) => name)
    .filter((name) => !Object.hasOwn(saved.options, name));
  if (missing.length > 0) {
    const values = missing.length === 1 ? 'its default is taken' : 'their defaults are taken';
    remarks.push(`recorded without option ${enumerate(missing)}: ${values}`);
  }
  const { name } = spec.scenario;
  const own = system.scenarios.find((scenario) => scenario.name === name);
  if (own !== undefined && scopeOf(own) !== scopeOf(spec.scenario)) {
    remarks.push(`its scenario ${name} is not the one that ${system.name} has by this name`);
  }
  return remarks;
}

/** The content of a scenario without descriptions and derived fields, in a fixed order. */
function scopeOf(scenario: Scenario): string {
  const found = ['purpose', 'about', 'yields', 'shared'];
  const scope = Object.fromEntries(
    Object.entries(scenario).filter(([field]) => !found.includes(field)),
  );
  return JSON.stringify(scope, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** Differences in the run: `trace` is the present trace. */
export function runRemarks(
  subject: Subject,
  saved: Counterexample,
  replayed: readonly Replayed<unknown>[],
  { sentence, earlier }: Trace,
): string[] {
  const remarks: string[] = [];
  if (sentence !== saved.breach) {
    remarks.push(`the violation now reads "${sentence}", recorded "${saved.breach}"`);
  }
  if (earlier?.step !== saved.earlier?.step || earlier?.sentence !== saved.earlier?.breach) {
    const when = earlier === undefined ? 'only at the end' : `already ${after(earlier.step)}`;
    remarks.push(`${saved.invariant} is violated ${when}`);
  }
  for (const [differs, remark] of STEP_REMARKS) {
    const at = saved.steps.findIndex((step, i) => differs(step, replayed[i], subject));
    if (at >= 0) remarks.push(`step ${at + 1} ${remark}: save it again to refresh it`);
  }
  return remarks;
}

function after(steps: number): string {
  return steps === 0 ? 'in the initial state' : `after step ${steps}`;
}

type Differs = (step: SavedStep, now: Replayed<unknown>, subject: Subject) => boolean;

/** Each kind of difference is reported once, for the first step that has it. */
const STEP_REMARKS: readonly (readonly [Differs, string])[] = [
  [
    ({ changes }, now) => inWords(changes) !== inWords(now.changes.map(inOrder)),
    'now changes other fields than recorded',
  ],
  [
    ({ notes = [] }, now) => JSON.stringify(notes) !== JSON.stringify(now.notes),
    'now enters or leaves other functions than recorded',
  ],
  [
    ({ fix }, { statement }, { statements }) => fix !== statements[statement].fix,
    'is now a line of other fixes than recorded',
  ],
  [
    ({ through }, { statement }, { statements }) => through !== statements[statement].through,
    'now ends at another line than recorded',
  ],
];

/** In any order. */
function inWords(changes: readonly (readonly [string, string, string])[]): string {
  return changes
    .map((change) => JSON.stringify(change))
    .sort()
    .join();
}

function inOrder({ path, from, to }: Change): [string, string, string] {
  return [path, from, to];
}

/** Explains why no statement matches a saved step: lists those that differ in one thing only. */
export function noSuchStatement({ statements }: Subject, saved: SavedStep): string {
  const near = statements.filter((statement) => {
    const { operation, token } = statement;
    const same = [
      operation === saved.operation,
      token === saved.token,
      locationOf(statement) === saved.at,
    ];
    return same.filter((agrees) => agrees).length === 2;
  });
  const none = 'the model has no such statement';
  if (near.length === 0) return none;
  const texts = near.map((statement) => `${statementText(statement)} (${statement.operation})`);
  return `${none}; the nearest is ${enumerate(texts, 3)}`;
}
