/** The verdict of one search: headline, counts, traces, coverage and limits. */

import { doubtSentence } from '../doubts.ts';
import { chance, counted } from '../numbers.ts';
import { type Terminal, hang, wrap } from '../terminal.ts';
import type { ReportedSearch } from '../run.ts';
import { violationLines } from './violation.ts';
import { coverageLines } from './coverage.ts';
import { violationTable } from './table.ts';
import { violationCount, countsOf, formatOf, headline, limitSentence } from './phrases.ts';

export function searchLines(search: ReportedSearch, terminal: Terminal): string[] {
  const { verdict, traces, subject, system, spec } = search;
  const lines = wrap(headline(system, spec, subject.summary), terminal.width);
  const head = `${verdict.outcome}  `;
  const { required } = search;
  const plain = verdict.limit === undefined && required?.sentence === undefined;
  if (traces.length === 1 && plain && !search.keepGoing) {
    lines.push(...violationLines(search, 0, terminal, head, ` · ${countsOf(search)}`));
  } else {
    lines.push(...hang(head, verdictText(search), terminal, formatOf(search)));
    if (traces.length > 0) lines.push('', ...violationTable([search], terminal));
    for (const index of traces.keys()) {
      lines.push('', ...violationLines(search, index, terminal, `${index + 1}. `));
    }
  }
  lines.push(...storageLines(search, terminal));
  // A search that stopped at its first violation is incomplete, so it has no coverage to report.
  if (verdict.outcome !== 'violated' || search.keepGoing)
    lines.push(...coverageLines([search], terminal));
  return [...lines, ...savingLines(search, terminal)];
}

/** The probability of a lost state, and the number of spilled states. */
function storageLines({ verdict }: ReportedSearch, terminal: Terminal): string[] {
  const { collisions, spilled } = verdict;
  const sentences: string[] = [];
  if (collisions !== undefined) {
    const { bits, probability, halves, observedProbability } = collisions;
    sentences.push(
      `stored as ${bits}-bit fingerprints: the probability that a collision hid a state is ` +
        `${chance(probability)}; estimated from the ${counted(halves.observed, 'pair')} found ` +
        `to share ${bits / 2} bits (${halves.expected.toPrecision(3)} expected) it is ` +
        `${chance(observedProbability)}`,
    );
  }
  if (spilled > 0) sentences.push(`${counted(spilled, 'state')} moved to disk`);
  return sentences.flatMap((sentence) => ['', ...hang('  ', sentence, terminal)]);
}

/** What the verdict claims. */
function verdictText(search: ReportedSearch): string {
  const { verdict, traces, spec } = search;
  const first = [search.required?.sentence, doubtSentence(search)];
  const parts = first.filter((part) => part !== undefined);
  if (verdict.outcome === 'holds') {
    parts.push(`${counted(spec.invariants.length, 'invariant')} in every reachable state`);
  }
  if (traces.length > 0) parts.push(violationCount(traces.length));
  if (verdict.limit !== undefined) parts.push(limitSentence(search));
  return [...parts, countsOf(search)].join(' · ');
}

/** The command that replays the saved counterexamples, or the one that saves them. */
function savingLines({ traces, saved, saveWith }: ReportedSearch, terminal: Terminal): string[] {
  if (traces.length === 0) return [];
  const files = saved.filter((file) => file !== undefined);
  const replays = files.flatMap((file) =>
    hang('replay with: ', `vmcheck replay ${file}`, terminal),
  );
  if (files.length > 0) return ['', ...replays];
  if (saveWith === undefined) return [];
  return [
    '',
    ...hang(traces.length === 1 ? 'save it with: ' : 'save them with: ', saveWith, terminal),
  ];
}
