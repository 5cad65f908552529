/** `vmcheck gate`: is every verdict, and every saved counterexample, what it is expected to be? */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { variantOf } from '../counterexample/spec.ts';
import { InputError } from '../errors.ts';
import { counted } from '../report/numbers.ts';
import type { Check, Exploration } from '../report/reporter.ts';
import { stepsOf } from '../report/text/words.ts';
import { type PlannedCheck, runChecks } from './checking.ts';
import { type Command, chosenReporter, outputOptions, reportersOf, stdoutPage } from './command.ts';
import { type Expected, type Planned, readConfig } from './config.ts';
import { runExploration } from './exploration.ts';
import type { Given } from './given.ts';
import { defaultMemoryLimit } from './limits.ts';
import { replayCheck } from './replay.ts';
import { type Shard, partOf, shardOf } from './shard.ts';
import type { World } from './world.ts';

const able = reportersOf('checks');

const CONFIG = 'vmcheck.config.json';

export const gate: Command = {
  name: 'gate',
  usage: 'gate',
  sentence: `run the matrix of ${CONFIG} and replay the counterexamples it names`,
  positionals: {},
  options: {
    config: { kind: 'value', usual: CONFIG, describe: 'the file with the matrix' },
    shard: { kind: 'value', describe: 'run only the i-th of n parts, as i/n' },
    ...outputOptions(able),
  },
  examples: [['$0 gate --shard 1/4', 'the first quarter, on the first of four machines']],
  run,
};

async function run(given: Given, world: World): Promise<number> {
  const reporter = chosenReporter(given, able);
  const page = stdoutPage(given, world);
  const shard = shardOf(given);
  const file = given.one('config') ?? CONFIG;
  if (given.one('config') === undefined && !existsSync(resolve(world.cwd, CONFIG))) {
    throw new InputError(`there is no ${CONFIG} here: name one with --config`);
  }
  const { matrix, counterexamples } = readConfig(file, world.cwd, world.systems);
  const planned: PlannedCheck[] = [
    ...matrix.map((plan) => () => searchCheck(plan, world)),
    ...counterexamples.map((loaded) => async () => replayCheck(loaded, world.now)),
  ];
  return runChecks(mineOf(planned, shard), reporter, page, world);
}

function mineOf<T>(planned: readonly T[], shard: Shard | undefined): readonly T[] {
  if (shard === undefined) return planned;
  const mine = partOf(planned, shard);
  if (mine.length > 0) return mine;
  const sum = counted(planned.length, 'check');
  throw new InputError(`--shard ${shard.part}/${shard.of} is empty: the whole is ${sum}`);
}

/** One search of the matrix as a line of a report; undefined if it was interrupted. */
async function searchCheck(plan: Planned, world: World): Promise<Check | undefined> {
  const { system, spec, limits, reductions, expected } = plan;
  const memoryLimit = limits.memoryLimit ?? defaultMemoryLimit(world.memory);
  const saving = { folder: undefined, command: undefined };
  const told = await runExploration(system, spec, { ...limits, reductions, memoryLimit }, world, saving);
  if (told.verdict.limit === 'interrupted') return undefined;
  const difference = differenceOf(expected, told);
  const variant = variantOf(system, spec.fixes);
  return {
    name: `${system.name} ${variant} · ${spec.scenario.name} · ${spec.hardware}`,
    ok: difference === undefined,
    seconds: told.seconds,
    sentence: difference ?? verdictOf(told),
    remarks: [],
    exploration: told,
  };
}

/** `violated no-free-frame-mapped in 9 steps`, `holds in 1,204 states`. */
function verdictOf({ verdict, traces }: Exploration): string {
  const [trace] = traces;
  if (trace !== undefined) return `violated, ${trace.invariant}, ${stepsOf(trace)}`;
  const states = counted(verdict.states, 'state');
  if (verdict.outcome === 'limited') return `limited by ${verdict.limit} after ${states}`;
  return `${verdict.outcome}, ${states}`;
}

/** How the verdict differs from the expected one, as a sentence; undefined if it does not. */
function differenceOf(expected: Expected, told: Exploration): string | undefined {
  const { verdict, traces } = told;
  const found = verdictOf(told);
  if (verdict.outcome !== expected.outcome) return `expected ${expected.outcome}, found ${found}`;
  const trace = traces.find(
    ({ invariant }) => expected.invariant === undefined || invariant === expected.invariant,
  );
  if (expected.invariant !== undefined && trace === undefined) {
    return `expected ${expected.invariant} to be violated, found ${found}`;
  }
  if (expected.steps !== undefined && trace?.steps.length !== expected.steps) {
    return `expected ${counted(expected.steps, 'step')}, found ${found}`;
  }
  if (expected.states !== undefined && verdict.states !== expected.states) {
    const [wanted, states] = [expected.states, verdict.states].map((n) => counted(n, 'state'));
    return `${verdict.outcome} as expected, but expected ${wanted} and found ${states}`;
  }
  return undefined;
}
