/** The reporter for programs: one JSON object per command; `json/shapes.ts` documents it. */

import { variantOf } from '../core/spec.ts';
import { jsonText } from '../safe-text.ts';
import { jsonRun, jsonTrace } from './json/run.ts';
import {
  type JsonCitations,
  type JsonDoctor,
  type JsonListing,
  type JsonSavedTrace,
  VERSION,
} from './json/shapes.ts';
import type { FixInfo } from '../system.ts';
import type { CheckedCitations, Examined, Listing, Reporter, SavedTrace } from './reporter.ts';

function jsonSavedTrace(saved: SavedTrace): JsonSavedTrace {
  const { toolVersion, spec, system, revision, summary, trace, thread, states } = saved;
  const whole = jsonTrace(trace);
  const steps = whole.steps
    .map((step, at) => ({ ...step, ...(states !== undefined && { state: states[at + 1] }) }))
    .filter((step) => thread === undefined || step.thread === thread);
  const variant = variantOf(system, spec);
  const header = { format: 'vmcheck-show', version: VERSION, toolVersion } as const;
  const subject = { spec, revision, variant, summary };
  return { ...header, ...subject, ...whole, thread: thread ?? null, steps };
}

function jsonCitations(checked: CheckedCitations): JsonCitations {
  const { toolVersion, system, source, cited, drifts } = checked;
  return {
    format: 'vmcheck-cite',
    version: VERSION,
    toolVersion,
    verdict: drifts.length === 0 ? 'as-expected' : 'not-as-expected',
    system: system.name,
    revision: system.revision,
    source,
    cited,
    drifts: drifts.map(({ operation, file, line, token, sentence }) => {
      return { operation, at: `${file}:${line}`, token, sentence };
    }),
  };
}

function jsonDoctor({ toolVersion, system, settings, laws, ...counts }: Examined): JsonDoctor {
  const broken = laws.some((law) => law.broken !== undefined);
  const complete = counts.scenarios === counts.planned;
  return {
    format: 'vmcheck-doctor',
    version: VERSION,
    toolVersion,
    verdict: broken ? 'wrong-model' : complete ? 'lawful' : 'interrupted',
    system: system.name,
    ...settings,
    ...counts,
    laws: laws.map(({ name, sentence, states, missing, broken: where }) => ({
      name,
      sentence,
      states,
      notChecked: missing ?? null,
      broken: where ?? null,
    })),
  };
}

function jsonListing({ toolVersion, systems }: Listing): JsonListing {
  return {
    format: 'vmcheck-list',
    version: VERSION,
    toolVersion,
    systems: systems.map((system) => ({
      name: system.name,
      title: system.title,
      revision: system.revision,
      sentence: system.sentence,
      defaultScenario: system.defaultScenario,
      scenarios: system.scenarios,
      // A system may keep further fields, which are not published.
      operations: system.operations.map(({ name, sentence, file, lines }) => {
        return { name, sentence, file, lines };
      }),
      invariants: system.invariants.map(({ name, sentence, when, group }) => {
        return { name, sentence, when, group };
      }),
      fixes: jsonFixes(system.fixes),
      hardware: system.hardware.map(({ name, sentence, fixes }) => {
        return { name, sentence, ...(fixes !== undefined && { fixes: jsonFixes(fixes) }) };
      }),
      defaultHardware: system.defaultHardware,
      options: system.options.map(({ name, sentence, values, default: byDefault }) => {
        return { name, sentence, values, default: byDefault };
      }),
    })),
  };
}

function jsonFixes(fixes: readonly FixInfo[]) {
  return fixes.map(({ name, sentence, diff }) => {
    return { name, sentence, ...(diff !== undefined && { diff }) };
  });
}

function written(json: object): string {
  return `${jsonText(json, 2)}\n`;
}

export const json: Reporter = {
  name: 'json',
  sentence: 'for programs: one object',
  searches: { each: () => '', end: (run) => written(jsonRun(run)) },
  checks: { each: () => '', end: (run) => written(jsonRun(run)) },
  citations: (checked) => written(jsonCitations(checked)),
  examination: (examined) => written(jsonDoctor(examined)),
  listing: (listing) => written(jsonListing(listing)),
  savedTrace: (saved) => written(jsonSavedTrace(saved)),
};
