/** `vmcheck show`: prints a saved counterexample. */

import { resolve } from 'node:path';

import { recordedTrace } from '../../counterexample/file.ts';
import { load } from '../../counterexample/load.ts';
import { runSchedule } from '../../counterexample/replay.ts';
import { build } from '../../core/spec.ts';
import { quote, wayOut } from '../../core/suggest.ts';
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
import type { Host } from '../host.ts';

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
  const host = await withSourcesOf([shown], bareHost);
  const { saved, system, spec } = load(resolve(host.cwd, shown), shown, host.systems);
  const subject = build(system, spec);
  const { replayer, summary, threads } = subject;
  const thread = args.one('thread');
  if (thread !== undefined && !threads.includes(thread)) {
    throw new InputError(`--thread: unknown thread ${quote(thread)}: ${wayOut(thread, threads)}`);
  }
  let states: string[][] | undefined;
  if (view === 'full') {
    const run = runSchedule(subject, saved);
    if (run.divergence !== undefined) {
      throw new InputError(`${shown}: --view full replays it, but ${run.divergence}`);
    }
    states = run.states.map((state) => [...replayer.describe(state)]);
  }
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
