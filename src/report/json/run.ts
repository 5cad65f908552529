/** `explore`, `gate` and `replay` as one JSON object. */

import { variantOf } from '../../core/spec.ts';
import type { TraceStep, Trace } from '../../core/trace.ts';
import { distinctViolations } from '../distinct.ts';
import type { RequiredCoverage } from '../required-coverage.ts';
import type { ReportedSearch } from '../run.ts';
import { type Result, type Run, searchesOf, verdictOf } from '../run.ts';
import {
  type JsonViolation,
  type JsonCoverage,
  type JsonDistinct,
  type JsonMeasured,
  type JsonResult,
  type JsonRun,
  type JsonStep,
  VERSION,
} from './shapes.ts';

function jsonStep({ thread, statement, choice, changes, notes }: TraceStep, at: number): JsonStep {
  const { operation, file, line, through = null, token, fix = null } = statement;
  const source = { operation, file, line, through, token, fix };
  return { number: at + 1, thread, ...source, choice, changes, notes };
}

function jsonViolations({ verdict, traces, saved }: ReportedSearch): JsonViolation[] {
  return traces.map((trace, index) => {
    const { shortest, alreadyViolated } = verdict.violations[index];
    return { ...jsonTrace(trace), shortest, after: alreadyViolated, saved: saved[index] ?? null };
  });
}

export function jsonTrace({ invariant, sentence, initial, steps, earlier }: Trace) {
  return { invariant, sentence, initial, earlier: earlier ?? null, steps: steps.map(jsonStep) };
}

function jsonCoverage({ subject, verdict }: ReportedSearch): JsonCoverage {
  const { unreached, neverStarted, vacuous, ended } = verdict.coverage;
  return {
    statements: subject.statements.length,
    unreached: unreached.map((index) => {
      const { operation, file, line, token, fix = null } = subject.statements[index];
      return { operation, file, line, token, fix };
    }),
    neverStarted,
    vacuous,
    ended,
  };
}

/** The fields that only a search has. */
function jsonSearch(search: ReportedSearch) {
  const { outcome: _, limit, strategy, reductions, collisions, ...verdict } = search.verdict;
  const { states, transitions, depth, frontier } = verdict;
  return {
    summary: search.subject.summary,
    limit: limit ?? null,
    strategy,
    storage: collisions ?? ('exact' as const),
    reductions,
    counts: { states, transitions, depth, frontier },
    breaches: jsonViolations(search),
    coverage: jsonCoverage(search),
  };
}

function jsonResult(result: Result): JsonResult {
  const { name, entry, outcome, ok, sentence, remarks, spec, system, search, reproduced } = result;
  const violation = reproduced && {
    ...jsonTrace(reproduced.trace),
    shortest: null,
    after: [],
    saved: name,
  };
  return {
    name,
    entry: entry ?? null,
    outcome,
    ok: ok ?? null,
    sentence,
    remarks,
    spec,
    revision: system.revision,
    variant: variantOf(system, spec),
    summary: reproduced?.summary ?? null,
    limit: null,
    strategy: null,
    storage: null,
    reductions: [],
    counts: null,
    breaches: violation === undefined ? [] : [violation],
    coverage: null,
    ...(search !== undefined && jsonSearch(search)),
  };
}

function jsonDistinct(all: readonly ReportedSearch[]): JsonDistinct[] {
  return distinctViolations(all).map(({ trace, violation, search }) => {
    const statement = trace.steps.at(-1)?.statement;
    return {
      invariant: trace.invariant,
      scenario: search.spec.scenario.name,
      operation: statement?.operation ?? null,
      file: statement?.file ?? null,
      line: statement?.line ?? null,
      token: statement?.token ?? null,
      fix: statement?.fix ?? null,
      steps: trace.steps.length,
      after: violation.alreadyViolated,
    };
  });
}

export function jsonRun(run: Run): JsonRun {
  const { command, toolVersion, results, planned, seconds, required } = run;
  const asExpected = results.filter(({ ok }) => ok === true).length;
  const expecting = command !== 'explore';
  return {
    format: `vmcheck-${command}`,
    version: VERSION,
    toolVersion,
    verdict: verdictOf(run),
    planned,
    ...(expecting && { asExpected, notAsExpected: results.length - asExpected }),
    results: results.map(jsonResult),
    ...(!expecting && { distinct: jsonDistinct(searchesOf(results)) }),
    ...(required !== undefined && { requiredCoverage: jsonRequired(required) }),
    measured: { seconds, results: results.map(measured) },
  };
}

function jsonRequired({ percent, statements, ran, enough }: RequiredCoverage) {
  return { percent, statements, ran, enough: enough ?? null };
}

function measured({ seconds, search }: Result): JsonMeasured {
  const { bytes = null, spilled = null } = search?.verdict ?? {};
  return { seconds, bytes, spilled };
}
