/** `vmcheck show`: prints a saved counterexample. */

import { resolve } from 'node:path';

import { type Counterexample, recordedTrace } from '../../counterexample/file.ts';
import { load, loadWithModule, readSaved } from '../../counterexample/load.ts';
import { recordedSubject } from '../../counterexample/recorded-system.ts';
import { runSchedule } from '../../counterexample/replay.ts';
import { build } from '../../core/spec.ts';
import { quote, wayOut } from '../../suggest.ts';
import { InputError } from '../../errors.ts';
import {
  type Command,
  chosenReporter,
  outputOptions,
  reportersOf,
  stdoutTerminal,
} from '../command.ts';
import { EXIT } from '../exit.ts';
import { withSourcesOf } from '../options/source.ts';
import type { Args } from '../args.ts';
import { checkView } from '../options/rules.ts';
import { toolVersion } from '../../core/version.ts';
import type { Subject } from '../../system.ts';
import type { Host } from '../host.ts';
import { inFolder } from '../known-systems.ts';

const able = reportersOf('savedTrace');

export const show: Command = {
  name: 'show',
  usage: 'show <file>',
  sentence: 'print a saved counterexample',
  positionals: { file: { describe: 'the counterexample' } },
  options: {
    view: {
      kind: 'value',
      group: 'Output:',
      byDefault: 'compact',
      describe: 'compact, or full (with the whole state after each step)',
    },
    thread: { kind: 'value', group: 'Output:', describe: 'only the steps of this thread' },
    ...outputOptions(able),
  },
  examples: [['$0 show trace.json --format markdown', 'for a mail to the maintainer']],
  run,
};

async function run(args: Args, bareHost: Host): Promise<number> {
  const reporter = chosenReporter(args, able);
  const terminal = stdoutTerminal(args, bareHost);
  const view = args.choice('view', ['compact', 'full'], 'compact');
  checkView(view, reporter);
  const shown = args.positional('file') ?? '';
  const path = resolve(bareHost.cwd, shown);
  const saved = readSaved(path, shown);
  const host = await withSourcesOf([shown], await known(bareHost, view));
  const isKnown = host.systems.some(({ name }) => name === saved.system);
  const file =
    view === 'full'
      ? await loadWithModule(path, shown, host.systems)
      : isKnown
        ? load(path, shown, host.systems)
        : undefined;
  const subject = file && build(file.system, file.spec);
  const { system, spec, summary, threads } =
    file && subject ? { ...file, ...partsOf(subject) } : recordedSubject(saved);
  const thread = args.one('thread');
  if (thread !== undefined && !threads.includes(thread)) {
    throw new InputError(`--thread: unknown thread ${quote(thread)}: ${wayOut(thread, threads)}`);
  }
  const states = subject && view === 'full' ? statesOf(subject, saved, shown) : undefined;
  const trace = recordedTrace(saved);
  const { revision } = saved;
  const savedTrace = {
    toolVersion,
    system,
    spec,
    summary,
    revision,
    trace,
    thread,
    threads,
    states,
  };
  host.stdout.write(reporter.savedTrace?.(savedTrace, terminal) ?? '');
  return EXIT.fine;
}

/** What is in the file is shown whether or not the modules of the folder can be loaded. */
async function known(host: Host, view: 'compact' | 'full'): Promise<Host> {
  try {
    return await inFolder(host);
  } catch (error) {
    if (view === 'full' || !(error instanceof InputError)) throw error;
    return host;
  }
}

function partsOf({ summary, threads }: Subject): Pick<Subject, 'summary' | 'threads'> {
  return { summary, threads };
}

/** The state before the first step, and after each. */
function statesOf(subject: Subject, saved: Counterexample, shown: string): string[][] {
  const walked = runSchedule(subject, saved);
  if (walked.divergence !== undefined) {
    throw new InputError(`${shown}: --view full replays it, but ${walked.divergence}`);
  }
  return walked.states.map((state) => [...subject.replayer.describe(state)]);
}
