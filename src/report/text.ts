/** The reporter for people; each thing it tells has a file in `text/`. */

import type { Reporter } from './reporter.ts';
import { checkLines, checksEndLines } from './text/checks.ts';
import { explorationLines } from './text/exploration.ts';
import { listingLines } from './text/listing.ts';
import { showingLines } from './text/showing.ts';
import { surveyEndLines, surveyLines } from './text/survey.ts';

export const text: Reporter = {
  name: 'text',
  sentence: 'for people',
  exploration: (told, page) => written(explorationLines(told, page)),
  survey: {
    each: (told, page) => written(surveyLines(told, page)),
    end: (all, page) => written(surveyEndLines(all, page)),
  },
  checks: {
    each: (check, page) => written(checkLines(check, page)),
    end: (all, page) => written(checksEndLines(all, page)),
  },
  listing: (systems, page) => written(listingLines(systems, page)),
  showing: (told, page) => written(showingLines(told, page)),
};

function written(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
