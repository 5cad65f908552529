/** The text reporter; each kind of report has a file in `text/`. */

import type { Reporter } from './reporter.ts';
import { checkLines, checksEndLines } from './text/checks.ts';
import { searchLines } from './text/search.ts';
import { citationLines } from './text/citations.ts';
import { doctorLines } from './text/doctor.ts';
import { listingLines } from './text/listing.ts';
import { savedTraceLines } from './text/saved-trace.ts';
import { summaryLines, scenarioLines } from './text/summary.ts';

export const text: Reporter = {
  name: 'text',
  sentence: 'for people',
  searches: {
    each: (result, terminal, planned) => {
      const alone = planned === 1 ? result.search : undefined;
      const lines =
        alone === undefined ? scenarioLines(result, terminal) : searchLines(alone, terminal);
      return written(lines);
    },
    end: (run, terminal) => (run.planned === 1 ? '' : written(summaryLines(run, terminal))),
  },
  checks: {
    each: (check, terminal) => written(checkLines(check, terminal)),
    end: (run, terminal) => written(checksEndLines(run, terminal)),
  },
  citations: (checked, terminal) => written(citationLines(checked, terminal)),
  examination: (examined, terminal) => written(doctorLines(examined, terminal)),
  listing: ({ systems }, terminal) => written(listingLines(systems, terminal)),
  savedTrace: (saved, terminal) => written(savedTraceLines(saved, terminal)),
};

function written(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
