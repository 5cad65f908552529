/**
 * The only place that refuses combinations of command-line options or of configuration fields.
 * `explorer/option-rules.ts` knows what a search does not allow; this file translates it into the
 * names that users write.
 */

import type { SearchSettings } from '../../core/run-search.ts';
import { canBuildInWorker } from '../../core/worker-model.ts';
import { InputError } from '../../errors.ts';
import { type OptionRule, brokenRule } from '../../explorer/option-rules.ts';
import type { System } from '../../system.ts';

/** The requested variant, by option or by field. */
interface AskedVariant {
  readonly variant: 'as-written' | 'fixed';
  readonly fixes: readonly string[];
  readonly without: readonly string[];
}

/** The options of `explore` that can conflict. */
interface AskedSearch {
  readonly system: System;
  /** The number of scenarios that the options select. */
  readonly scenarios: number;
  readonly settings: SearchSettings;
  /** True if there is a folder for spilled states. */
  readonly spills: boolean;
  /** The option that names a checkpoint, if there is one. */
  readonly checkpoint: '--checkpoint' | '--resume' | undefined;
  /** Seconds from one checkpoint to the next, if given. */
  readonly interval: number | undefined;
}

export function checkVariantOptions(asked: AskedVariant): void {
  const rule = brokenVariantRule(asked);
  if (rule !== undefined) throw new InputError(VARIANT_REFUSALS[rule].options);
}

/** Checks an entry of a configuration; `where` begins the message. */
export function checkVariantFields(asked: AskedVariant, where: string): void {
  const rule = brokenVariantRule(asked);
  if (rule !== undefined) throw new InputError(where + VARIANT_REFUSALS[rule].fields);
}

type VariantRule = 'fixes are added' | 'without takes out of all';

function brokenVariantRule({ variant, fixes, without }: AskedVariant): VariantRule | undefined {
  if (variant === 'fixed' && fixes.length > 0) return 'fixes are added';
  return variant !== 'fixed' && without.length > 0 ? 'without takes out of all' : undefined;
}

const VARIANT_REFUSALS: Readonly<Record<VariantRule, { options: string; fields: string }>> = {
  'fixes are added': {
    options: '--fix adds to the source as written: leave out --variant fixed, or --fix',
    fields: 'fixes are added to the source as written, not to "fixed"',
  },
  'without takes out of all': {
    options: '--without removes a fix from the fixed variant: add --variant fixed',
    fields: 'without removes fixes from the fixed variant: it needs "variant": "fixed"',
  },
};

export function checkSearchOptions(asked: AskedSearch): void {
  const { system, scenarios, settings, spills, checkpoint, interval } = asked;
  if (checkpoint === undefined && interval !== undefined) {
    throw new InputError('--checkpoint-interval needs --checkpoint: name a file');
  }
  if (checkpoint !== undefined && scenarios > 1) {
    throw new InputError(`${checkpoint} works with a single search: name one --scenario`);
  }
  const rule = brokenRule({
    ...settings,
    spills,
    resumable: checkpoint !== undefined,
    hasFactory: canBuildInWorker(system),
    hasClock: true,
  });
  if (rule === undefined || rule === 'a time limit needs a clock') return;
  throw new InputError(SEARCH_REFUSALS[rule](asked));
}

type SearchRule = Exclude<OptionRule, 'a time limit needs a clock'>;

const SEARCH_REFUSALS: Readonly<Record<SearchRule, (asked: AskedSearch) => string>> = {
  'walks are random': ({ settings }) => {
    const name = settings.seed === undefined ? 'walks' : 'seed';
    return `--${name} needs random walks: add --strategy random, or leave it out`;
  },
  'workers search breadth first': () =>
    '--workers needs --strategy bfs: other strategies use one thread',
  'workers make the model again': ({ system, settings }) =>
    `--workers ${settings.workers}: worker threads cannot build ${system.name}`,
  'reductions keep states': ({ settings }) =>
    `--${settings.reductions?.[0]} needs bfs or dfs: random walks store no states`,
  'fingerprints are for breadth first': () =>
    '--storage fingerprint needs --strategy bfs: other strategies return to expanded states',
  'spilling is for breadth first': () => '--spill needs --strategy bfs: leave one of them out',
  'spilling is for one worker': () =>
    '--spill needs a single worker: leave --workers out, or set it to 1',
  'checkpoints are between levels': ({ checkpoint }) =>
    `${checkpoint} needs --strategy bfs: other strategies have no levels`,
  'models are checked in one thread': () =>
    '--check-model checks all states in one thread: leave --workers out, or set it to 1',
  'por starts over': ({ checkpoint }) =>
    `${checkpoint} cannot be combined with --por, which may start over: leave one out`,
};

/** `show`: some formats cannot show the whole state. */
export function checkView(view: string, format: { name: string; noStates?: true }): void {
  if (view !== 'full' || format.noStates !== true) return;
  throw new InputError(
    `--view full cannot be combined with --format ${format.name}: leave one out`,
  );
}

/** `--source`, together with the name of a system. */
export function checkSource(system: string | undefined): void {
  if (system === undefined) return;
  throw new InputError('--source is a system of its own: leave out the name of the other');
}
