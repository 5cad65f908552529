/** Phrases that several parts of the text reporter share. */

import { allInvariants, variantOf } from '../../core/spec.ts';
import type { Earlier, Trace } from '../../core/trace.ts';
import type { Limit } from '../../explorer/verdict.ts';
import type { Spec, System } from '../../system.ts';
import { doubtSentence } from '../doubts.ts';
import { chance, counted, duration } from '../numbers.ts';
import type { Format } from '../terminal.ts';
import type { ReportedSearch, ResultOutcome } from '../run.ts';

export const OUTCOME_FORMAT: Readonly<Record<ResultOutcome, Format>> = {
  holds: ['green', 'bold'],
  violated: ['red', 'bold'],
  limited: ['yellow', 'bold'],
  'not-reproduced': ['red', 'bold'],
  cited: ['green', 'bold'],
  drifted: ['red', 'bold'],
  refused: ['yellow', 'bold'],
  'wrong-model': ['red', 'bold'],
  failed: ['red', 'bold'],
};

/**
 * `almos-mkh r632 as written · anon-fork-exit: 1 cluster × 3 frames, 2 processes · tsar`; the
 * summary is missing if the scenario could not be built, and empty if nothing was built.
 */
export function headline(
  system: System,
  spec: Spec,
  summary: string | undefined,
  revision = system.revision,
): string {
  const { name } = spec.scenario;
  return [
    `${system.name} ${revision} ${variantOf(system, spec)}`,
    summary === undefined || summary === '' ? name : `${name}: ${summary}`,
    spec.hardware,
    ...unusual(system, spec),
  ].join(' · ');
}

/**
 * `almos-mkh as written · anon-fork-exit · tsar · frameOrder=any`: a search,
 * and what distinguishes it.
 */
export function searchName(system: System, spec: Spec, reductions: readonly string[]): string {
  return [
    `${system.name} ${variantOf(system, spec)}`,
    spec.scenario.name,
    spec.hardware,
    ...unusual(system, spec),
    ...(reductions.length > 0 ? [`with ${reductions.join(' and ')}`] : []),
  ].join(' · ');
}

/** Non-default options, and the number of checked invariants if not all are checked. */
function unusual(system: System, spec: Spec): string[] {
  const options = system.options
    .filter(({ name, default: byDefault }) => spec.options[name] !== byDefault)
    .map(({ name }) => `${name}=${spec.options[name]}`);
  const checked = spec.invariants.length;
  const all = allInvariants(system).length;
  return [...options, ...(checked < all ? [`${checked} of ${all} invariants`] : [])];
}

/** `1,204 states, 2,310 transitions, depth 24, 0.08 s`. */
export function countsOf({ verdict, seconds }: ReportedSearch): string {
  const { states, transitions, depth, collisions, reductions } = verdict;
  const less = reductions.length > 0 ? ` with ${reductions.join(' and ')}` : '';
  const sizes = `${counted(states, 'state')}${less}, ${counted(transitions, 'transition')}`;
  const counts = `${sizes}, depth ${depth}, ${duration(seconds)}`;
  if (collisions === undefined) return counts;
  return `${counts}, probability of a lost state ${chance(collisions.probability)}`;
}

/** A `holds` that proves little looks like a limit; one that covers too little, like a failure. */
export function formatOf(search: ReportedSearch): Format {
  const { outcome } = search.verdict;
  if (search.required?.enough === false) return OUTCOME_FORMAT.failed;
  return OUTCOME_FORMAT[doubtSentence(search) === undefined ? outcome : 'limited'];
}

/**
 * `violated, no-free-frame-mapped, 9 steps`, `holds, 1,204 states`, `holds, 2 states, but proves
 * little: no run ever ends`.
 */
export function shortVerdict(search: ReportedSearch): string {
  const sentence = search.required?.sentence;
  const verdict = verdictInShort(search);
  return sentence === undefined ? verdict : `${verdict}, ${sentence}`;
}

function verdictInShort(search: ReportedSearch): string {
  const { verdict, traces } = search;
  const [trace] = traces;
  if (trace !== undefined) return `violated, ${trace.invariant}, ${stepsOf(trace)}`;
  const states = counted(verdict.states, 'state');
  if (verdict.outcome === 'limited') return `limited by ${verdict.limit} after ${states}`;
  const doubts = doubtSentence(search);
  return [verdict.outcome, states, ...(doubts === undefined ? [] : [doubts])].join(', ');
}

export function stepsOf({ steps }: Trace): string {
  return steps.length === 0 ? 'in the initial state' : counted(steps.length, 'step');
}

/** `already violated at step 27: ...`, for a trace whose invariant an earlier step violated. */
export function earlierText({ step, sentence }: Earlier): string {
  return `already violated ${step === 0 ? 'in the initial state' : `at step ${step}`}: ${sentence}`;
}

export function violationCount(count: number): string {
  return counted(count, 'distinct violation', 'distinct violations');
}

/** The limit that ended the search, and what to do about it. */
export const LIMITS: Readonly<Record<Limit, readonly [string, string]>> = {
  depth: ['the depth limit was reached', 'raise --depth'],
  states: ['the state limit was reached', 'raise --max-states'],
  time: ['the time limit was reached', 'raise --time-limit'],
  memory: ['the memory limit was reached', 'raise --memory-limit, or choose a smaller scenario'],
  disk: ['the disk is full', 'free some space, and --resume a checkpoint if there is one'],
  interrupted: ['interrupted', ''],
  walks: ['random walks explore only some states', 'use --strategy bfs for a proof'],
};

/** What a limited verdict claims, and how to get a complete one; empty without a limit. */
export function limitSentence({ verdict }: ReportedSearch): string {
  const { limit, frontier, violations } = verdict;
  if (limit === undefined) return '';
  // A violation is valid whatever ended the search; after a limit there may be others.
  const claim = violations.length > 0 ? 'not complete' : 'nothing is proved';
  const left = frontier > 0 ? `, ${counted(frontier, 'state')} not expanded` : '';
  const [reached, wayOut] = LIMITS[limit];
  return `${claim}: ${reached}${left}${wayOut === '' ? '' : ` (${wayOut})`}`;
}
