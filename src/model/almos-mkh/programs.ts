/**
 * What the threads of a scenario do: their steps, numbered, and the contents that pages may get.
 */

import { InputError } from '../../errors.ts';
import type { Pool, Ref } from '../../state/pool.ts';
import type { AlmosScenario, UserStep } from './scenario.ts';

/** The content token of zeros. 0 is that of the boot image; those of files and writes follow. */
export const ZERO = 1;

/** A process descriptor: process and cluster. `P@0` in traces. */
export interface CopySpec {
  readonly name: string;
  readonly process: Ref<'process'>;
  readonly cluster: number;
  readonly isReference: boolean;
}

interface ThreadInfo {
  readonly name: string;
  readonly process: Ref<'process'>;
  readonly copy: Ref<'copy'>;
  readonly cluster: number;
  /** Alternatives at each place of the program, as indexes into `Scope.userSteps`. */
  readonly program: readonly (readonly number[])[];
  /** The thread that destroys its copy when the process exits: one per copy. */
  readonly destroysCopy: boolean;
  /** No other thread has the same copy. */
  readonly alone: boolean;
  /** Stack slot + 1; 0: it has no stack. */
  readonly slot: number;
  readonly created: boolean;
}

export interface Programs {
  readonly threads: readonly ThreadInfo[];
  readonly userSteps: readonly UserStep[];
  /** Token that a write step stores, by index of the step; -1 for other steps. */
  readonly tokenOfStep: readonly number[];
  /** The process that a fork step makes, by index of the step; -1 for other steps. */
  readonly childOfStep: readonly number[];
  /** The process that writes a token; -1 for initial contents. */
  readonly writerOfToken: readonly number[];
  readonly tokens: readonly string[];
  /** Mask of the tokens that are initial contents. */
  readonly initialTokens: number;
}

/** The descriptors that processes have, in the order of processes and their clusters. */
export function copiesOf(scenario: AlmosScenario, process: Pool<'process'>): CopySpec[] {
  return scenario.processes.flatMap((spec, p) =>
    spec.clusters.map((cluster, i) => {
      const name = `${spec.name}@c${cluster}`;
      return { name, process: process.at(p), cluster, isReference: i === 0 };
    }),
  );
}

/** With `values`, those that a script writes are contents, too. */
export function programsOf(
  scenario: AlmosScenario,
  copies: readonly CopySpec[],
  copy: Pool<'copy'>,
  values: readonly string[] | undefined,
): Programs {
  const tokens = ['boot', 'zero'];
  for (const file of scenario.files) {
    for (let i = 0; i < file.pages; i++) tokens.push(`${file.name}.${i}`);
  }
  const initial = tokens.length;
  const userSteps: UserStep[] = [];
  const tokenOfStep: number[] = [];
  const writerOfToken = tokens.map(() => -1);
  const threads = scenario.threads.map((spec, t): ThreadInfo => {
    const own = copies.findIndex(
      ({ name, cluster }) => name === `${spec.process}@c${cluster}` && cluster === spec.cluster,
    );
    const { process } = copies[own];
    const number = (step: UserStep): number => {
      const writes = step.do === 'write';
      tokenOfStep.push(writes ? tokens.push(`w${tokens.length - initial + 1}`) - 1 : -1);
      if (writes) writerOfToken.push(process);
      return userSteps.push(step) - 1;
    };
    const program = spec.program.map((place) =>
      [place].flat().map((one) => number(one as UserStep)),
    );
    const before = scenario.threads.slice(0, t).filter((other) => other.process === spec.process);
    const same = scenario.threads.filter(
      (other) => other.process === spec.process && other.cluster === spec.cluster,
    );
    return {
      name: `${spec.process}/t${before.length}@c${spec.cluster}`,
      process,
      copy: copy.at(own),
      cluster: spec.cluster,
      program,
      destroysCopy: same[0] === spec,
      alone: same.length === 1,
      slot: (spec.slot ?? -1) + 1,
      created: spec.created === true,
    };
  });
  if (values !== undefined) tokens.push(...values);
  else if (tokens.length > 30) {
    throw new InputError(
      `scenario: ${tokens.length} different page contents (file pages and writes); at most 30 fit`,
    );
  }
  const names = scenario.processes.map(({ name }) => name);
  const childOfStep = userSteps.map((step) =>
    step.do === 'fork' ? names.indexOf(step.child) : -1,
  );
  const initialTokens = 2 ** initial - 1;
  return { threads, userSteps, tokenOfStep, childOfStep, writerOfToken, tokens, initialTokens };
}
