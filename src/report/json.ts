/**
 * The reporter for programs: one JSON object per run. The interfaces below are its documentation;
 * fields are added, never renamed.
 */

import { variantOf } from '../counterexample/spec.ts';
import type { ToldStep, ToldTrace } from '../counterexample/trace.ts';
import type { Collisions, Coverage, Limit, Outcome } from '../explorer/verdict.ts';
import { jsonText } from '../safe-text.ts';
import type { Change, Spec, System } from '../system.ts';
import { distinctBreaches } from './distinct.ts';
import type { Check, Exploration, Reporter, Showing } from './reporter.ts';

/** `explore`: one verdict. */
export interface JsonVerdict {
  readonly toolVersion: string;
  /** System, scenario, fixes, hardware, options, invariants: all that decides the verdict. */
  readonly spec: Spec;
  /** Revision of the source under check. */
  readonly revision: string;
  /** `as written`, `fixed`, `fixed without x`. */
  readonly variant: string;
  readonly summary: string;
  readonly outcome: Outcome;
  /** What ended the search early; null if nothing did. */
  readonly limit: Limit | null;
  readonly strategy: string;
  /** `exact`, or what fingerprints left to luck. */
  readonly storage: 'exact' | Collisions;
  /** What was searched in place of all states: `symmetry`, ... */
  readonly reductions: readonly string[];
  readonly counts: {
    readonly states: number;
    readonly transitions: number;
    readonly depth: number;
    /** States found and not expanded. */
    readonly frontier: number;
    readonly bytes: number;
    /** States that lay on the disk when the search ended. */
    readonly spilled: number;
  };
  readonly seconds: number;
  readonly breaches: readonly JsonBreach[];
  readonly coverage: JsonCoverage;
}

export interface JsonBreach {
  readonly invariant: string;
  readonly sentence: string;
  /** Is there no trace with fewer steps? */
  readonly shortest: boolean;
  /** Invariants broken earlier on the same trace. */
  readonly after: readonly string[];
  readonly initial: number;
  readonly steps: readonly JsonStep[];
  /** The file it was saved to; null if it was not. */
  readonly saved: string | null;
}

export interface JsonStep {
  readonly number: number;
  readonly thread: string;
  readonly operation: string;
  readonly file: string;
  readonly line: number;
  readonly token: string;
  /** The fixes that added or changed the line; null: as written. */
  readonly fix: string | null;
  readonly choice: number;
  readonly changes: readonly Change[];
  readonly notes: readonly string[];
}

export interface JsonCoverage {
  readonly statements: number;
  readonly unreached: readonly {
    readonly operation: string;
    readonly file: string;
    readonly line: number;
    readonly token: string;
    readonly fix: string | null;
  }[];
  readonly neverStarted: Coverage['neverStarted'];
  readonly vacuous: Coverage['vacuous'];
}

/** `explore --scenario all`. */
export interface JsonSurvey {
  readonly toolVersion: string;
  readonly explorations: readonly JsonVerdict[];
  /** Each breach once, with the scenario where its trace is the shortest. */
  readonly distinct: readonly {
    readonly invariant: string;
    readonly scenario: string;
    readonly operation: string | null;
    readonly file: string | null;
    readonly line: number | null;
    readonly token: string | null;
    readonly fix: string | null;
    readonly steps: number;
    readonly after: readonly string[];
  }[];
}

/** `gate` and `replay`. */
export interface JsonChecks {
  readonly asExpected: number;
  readonly notAsExpected: number;
  readonly checks: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly seconds: number;
    readonly sentence: string;
    readonly remarks: readonly string[];
    /** The search; null for a counterexample replayed. */
    readonly verdict: JsonVerdict | null;
  }[];
}

/** `show`. */
export interface JsonShowing {
  readonly toolVersion: string;
  readonly spec: Spec;
  readonly revision: string;
  readonly variant: string;
  readonly summary: string;
  readonly invariant: string;
  readonly sentence: string;
  readonly initial: number;
  readonly thread: string | null;
  readonly steps: readonly (JsonStep & { readonly state?: readonly string[] })[];
}

/** `list`: systems as `System` declares them, without what is not text. */
export interface JsonListing {
  readonly systems: readonly Omit<System, 'parseScenario' | 'build'>[];
}

function jsonStep({ thread, place, choice, changes, notes }: ToldStep, at: number): JsonStep {
  const { operation, file, line, token, fix = null } = place;
  return { number: at + 1, thread, operation, file, line, token, fix, choice, changes, notes };
}

function jsonBreach(told: Exploration, trace: ToldTrace, index: number): JsonBreach {
  const { shortest, after } = told.verdict.breaches[index];
  const { invariant, sentence, initial } = trace;
  const steps = trace.steps.map(jsonStep);
  return { invariant, sentence, shortest, after, initial, steps, saved: told.saved[index] ?? null };
}

export function jsonVerdict(told: Exploration): JsonVerdict {
  const { toolVersion, spec, system, subject, verdict, traces, seconds } = told;
  const { outcome, limit, strategy, states, transitions, depth, frontier, bytes } = verdict;
  const { spilled, collisions, reductions } = verdict;
  const { unreached, neverStarted, vacuous } = verdict.coverage;
  return {
    toolVersion,
    spec,
    revision: system.revision,
    variant: variantOf(system, spec.fixes),
    summary: subject.summary,
    outcome,
    limit: limit ?? null,
    strategy,
    storage: collisions ?? 'exact',
    reductions,
    counts: { states, transitions, depth, frontier, bytes, spilled },
    seconds,
    breaches: traces.map((trace, index) => jsonBreach(told, trace, index)),
    coverage: {
      statements: subject.statements.length,
      unreached: unreached.map((index) => {
        const { operation, file, line, token, fix = null } = subject.statements[index];
        return { operation, file, line, token, fix };
      }),
      neverStarted,
      vacuous,
    },
  };
}

function jsonSurvey(all: readonly Exploration[]): JsonSurvey {
  const distinct = distinctBreaches(all).map(({ trace, breach, exploration }) => {
    const place = trace.steps.at(-1)?.place;
    return {
      invariant: trace.invariant,
      scenario: exploration.spec.scenario.name,
      operation: place?.operation ?? null,
      file: place?.file ?? null,
      line: place?.line ?? null,
      token: place?.token ?? null,
      fix: place?.fix ?? null,
      steps: trace.steps.length,
      after: breach.after,
    };
  });
  return { toolVersion: all[0]?.toolVersion ?? '', explorations: all.map(jsonVerdict), distinct };
}

function jsonChecks(all: readonly Check[]): JsonChecks {
  const asExpected = all.filter((check) => check.ok).length;
  const checks = all.map(({ name, ok, seconds, sentence, remarks, exploration }) => {
    const verdict = exploration === undefined ? null : jsonVerdict(exploration);
    return { name, ok, seconds, sentence, remarks, verdict };
  });
  return { asExpected, notAsExpected: all.length - asExpected, checks };
}

function jsonShowing(told: Showing): JsonShowing {
  const { toolVersion, spec, system, revision, summary, trace, thread, states } = told;
  const { invariant, sentence, initial } = trace;
  const steps = trace.steps
    .map((step, at) => ({
      ...jsonStep(step, at),
      ...(states !== undefined && { state: states[at + 1] }),
    }))
    .filter((step) => thread === undefined || step.thread === thread);
  const variant = variantOf(system, spec.fixes);
  return {
    toolVersion,
    spec,
    revision,
    variant,
    summary,
    invariant,
    sentence,
    initial,
    thread: thread ?? null,
    steps,
  };
}

function jsonListing(systems: readonly System[]): JsonListing {
  return {
    systems: systems.map((system) => ({
      name: system.name,
      title: system.title,
      revision: system.revision,
      sentence: system.sentence,
      defaultScenario: system.defaultScenario,
      scenarios: system.scenarios,
      operations: system.operations,
      invariants: system.invariants,
      fixes: system.fixes,
      hardware: system.hardware,
      defaultHardware: system.defaultHardware,
      options: system.options,
    })),
  };
}

function written(json: object): string {
  return `${jsonText(json, 2)}\n`;
}

export const json: Reporter = {
  name: 'json',
  sentence: 'for programs: one object',
  exploration: (told) => written(jsonVerdict(told)),
  survey: { each: () => '', end: (all) => written(jsonSurvey(all)) },
  checks: { each: () => '', end: (all) => written(jsonChecks(all)) },
  listing: (systems) => written(jsonListing(systems)),
  showing: (told) => written(jsonShowing(told)),
};
