/** The reporter for people; each thing it tells has a file in `text/`. */

import type { Reporter } from './reporter.ts';
import { checkLines, checksEndLines } from './text/checks.ts';
import { explorationLines } from './text/exploration.ts';
import { listingLines } from './text/listing.ts';
import { showingLines } from './text/saved-trace.ts';
import { surveyEndLines, surveyLines } from './text/summary.ts';

export const text: Reporter = {
  name: 'text',
  sentence: 'for people',
  searches: {
    each: (result, page, planned) => {
      const alone = planned === 1 ? result.exploration : undefined;
      const lines = alone === undefined ? surveyLines(result, page) : explorationLines(alone, page);
      return written(lines);
    },
    end: (run, page) => (run.planned === 1 ? '' : written(surveyEndLines(run, page))),
  },
  checks: {
    each: (check, page) => written(checkLines(check, page)),
    end: (run, page) => written(checksEndLines(run, page)),
  },
  listing: ({ systems }, page) => written(listingLines(systems, page)),
  savedTrace: (told, page) => written(showingLines(told, page)),
};

function written(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
