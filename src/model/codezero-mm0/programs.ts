/**
 * What the threads of a scenario do: their steps, numbered, and the contents that pages may get.
 */

import { InputError } from '../../errors.ts';
import type { Pool, Ref } from '../../state/pool.ts';
import type { Mm0Scenario, UserStep } from './scenario.ts';

/** Values of a cell that every scenario has; those of files and writes follow. */
export const ZERO = 0;
/** What a file server gives for a page beyond the end of a file: nothing that anybody agreed to. */
export const BEYOND = 1;
/** The most values that there are: six threads, sixteen places, eight writes each, fit. */
export const TOKENS = 1024;

/** Something shared page by page: a file of the server, a segment, an anonymous shared mapping. */
interface Group {
  readonly name: string;
  readonly kind: 'vfs' | 'segment' | 'anon';
  /** At first: a file may grow up to `room`. */
  readonly pages: number;
  readonly room: number;
  /** Its first page among `Scope.source`. */
  readonly first: number;
}

interface ThreadInfo {
  readonly name: string;
  readonly space: Ref<'space'>;
  /** The first thread of its space, which a fork brings to life. */
  readonly main: boolean;
  /** Alternatives at each place of the program, as indexes into `Scope.userSteps`. */
  readonly program: readonly (readonly number[])[];
}

export interface Programs {
  readonly groups: readonly Group[];
  /** Group of the mapping that an anonymous shared mmap makes, by index of the step; else -1. */
  readonly groupOfStep: readonly number[];
  readonly threads: readonly ThreadInfo[];
  readonly userSteps: readonly UserStep[];
  /** Token that a write step stores, by index of the step; -1 for other steps. */
  readonly tokenOfStep: readonly number[];
  readonly tokens: readonly string[];
}

export function programsOf(scenario: Mm0Scenario, space: Pool<'space'>): Programs {
  const tokens = ['0', 'beyond the end'];
  const groups: Group[] = [];
  const addGroup = (name: string, kind: Group['kind'], pages: number, room = pages): number =>
    groups.push({ name, kind, pages, room, first: sourcesOf(groups) }) - 1;
  for (const { name, pages, room } of scenario.files) {
    addGroup(name, 'vfs', pages, room);
    for (let page = 0; page < pages; page++) tokens.push(`${name}.${page}a`, `${name}.${page}b`);
  }
  for (const { name, pages } of scenario.segments) addGroup(name, 'segment', pages);
  const initial = tokens.length;
  const spaceNames = scenario.spaces.map(({ name }) => name);
  const userSteps: UserStep[] = [];
  const tokenOfStep: number[] = [];
  const groupOfStep: number[] = [];
  const tokenOf = (name: string): number => {
    const known = tokens.indexOf(name);
    return known >= 0 ? known : tokens.push(name) - 1;
  };
  const number = (step: UserStep): number => {
    const index = userSteps.push(step) - 1;
    const write = step.do === 'write';
    tokenOfStep.push(write ? tokenOf(step.value ?? `w${tokens.length - initial + 1}`) : -1);
    const anon = step.do === 'mmap' && step.kind === 'shared-anon';
    groupOfStep.push(anon ? addGroup(`anon${index}`, 'anon', step.pages) : -1);
    return index;
  };
  const threads = scenario.threads.map((spec, t): ThreadInfo => {
    const program = spec.program.map((place) =>
      [place].flat().map((one) => number(one as UserStep)),
    );
    const own = scenario.threads.filter((other, i) => other.space === spec.space && i < t).length;
    const name = `${spec.space}/t${own}`;
    return { name, space: space.at(spaceNames.indexOf(spec.space)), main: own === 0, program };
  });
  if (tokens.length > TOKENS) {
    const most = `${TOKENS} different values are the most, with those of files`;
    throw new InputError(`${scenario.name}: ${most}`);
  }
  return { groups, groupOfStep, threads, userSteps, tokenOfStep, tokens };
}

/** Pages of all groups. */
export function sourcesOf(groups: readonly Group[]): number {
  return groups.reduce((sum, { room }) => sum + room, 0);
}
