/**
 * What the operations and invariants know of their scenario: pools, constants and rules, worked out
 * once. Everything here is fixed during a search; what changes is in `state.ts`.
 */

import { InputError } from '../../errors.ts';
import { pool } from '../../state/pool.ts';
import type { Pool, Ref } from '../../state/pool.ts';
import { shadowBit } from './options.ts';
import type { Choices, Rules } from './options.ts';
import type { ScriptPort } from './script-port.ts';
import type { Mm0Scenario, UserStep } from './scenario.ts';

export type FrameRef = Ref<'frame'>;
export type ObjectRef = Ref<'object'>;
export type LinkRef = Ref<'link'>;
export type VmaRef = Ref<'vma'>;
export type FileRef = Ref<'file'>;
export type SpaceRef = Ref<'space'>;
export type PageRef = Ref<'page'>;
export type SourceRef = Ref<'source'>;
export type DescriptorsRef = Ref<'descriptors'>;
export type ThreadRef = Ref<'thread'>;

/** Values of a cell that every scenario has; those of files and writes follow. */
export const ZERO = 0;
/** What a file server gives for a page beyond the end of a file: nothing that anybody agreed to. */
export const BEYOND = 1;
/** The most values that there are: six threads, sixteen places, eight writes each, fit. */
export const TOKENS = 1024;

/** Something shared page by page: a file of the server, a segment, an anonymous shared mapping. */
export interface Group {
  readonly name: string;
  readonly kind: 'vfs' | 'segment' | 'anon';
  /** At first: a file may grow up to `room`. */
  readonly pages: number;
  readonly room: number;
  /** Its first page among `Scope.source`. */
  readonly first: number;
}

export interface ThreadInfo {
  readonly name: string;
  readonly space: SpaceRef;
  /** The first thread of its space, which a fork brings to life. */
  readonly main: boolean;
  /** Alternatives at each place of the program, as indexes into `Scope.userSteps`. */
  readonly program: readonly (readonly number[])[];
}

export interface Scope {
  readonly scenario: Mm0Scenario;
  readonly rules: Rules;
  readonly choices: Choices;
  /** Flags of objects (vm_area.h:51-52). */
  readonly VM_OBJ_SHADOW: number;
  readonly VM_OBJ_FILE: number;
  readonly frame: Pool<'frame'>;
  readonly object: Pool<'object'>;
  readonly link: Pool<'link'>;
  readonly vma: Pool<'vma'>;
  readonly file: Pool<'file'>;
  readonly space: Pool<'space'>;
  readonly page: Pool<'page'>;
  readonly source: Pool<'source'>;
  /** Files of the server, which come first among the groups. */
  readonly vnode: Pool<'vnode'>;
  readonly descriptors: Pool<'descriptors'>;
  readonly fd: Pool<'fd'>;
  readonly thread: Pool<'thread'>;
  readonly groups: readonly Group[];
  /** Group of the mapping that an anonymous shared mmap makes, by index of the step; else -1. */
  readonly groupOfStep: readonly number[];
  readonly threads: readonly ThreadInfo[];
  readonly spaceNames: readonly string[];
  readonly children: readonly boolean[];
  readonly userSteps: readonly UserStep[];
  /** Token that a write step stores, by index of the step; -1 for other steps. */
  readonly tokenOfStep: readonly number[];
  readonly tokens: readonly string[];
  /** First page after the range of a task, where the pool of segments begins; and its end. */
  readonly taskEnd: number;
  readonly shmEnd: number;
  /** Pages that one cache may hold. */
  readonly mostCached: number;
  /** Of a script; undefined in a search. */
  readonly port: ScriptPort | undefined;
  spaceIndex(name: string): SpaceRef;
  groupIndex(name: string): number;
}

export function scopeOf(
  scenario: Mm0Scenario,
  rules: Rules,
  choices: Choices,
  port?: ScriptPort,
): Scope {
  const tokens = ['0', 'beyond the end'];
  const groups: Group[] = [];
  let sources = 0;
  const addGroup = (name: string, kind: Group['kind'], pages: number, room = pages): number => {
    groups.push({ name, kind, pages, room, first: sources });
    sources += room;
    return groups.length - 1;
  };
  for (const { name, pages, room } of scenario.files) {
    addGroup(name, 'vfs', pages, room);
    for (let page = 0; page < pages; page++) tokens.push(`${name}.${page}a`, `${name}.${page}b`);
  }
  for (const { name, pages } of scenario.segments) addGroup(name, 'segment', pages);
  const initial = tokens.length;
  const space = pool('space', scenario.spaces.length);
  const spaceNames = scenario.spaces.map(({ name }) => name);
  const spaceIndex = (name: string): SpaceRef => space.at(spaceNames.indexOf(name));
  const userSteps: UserStep[] = [];
  const tokenOfStep: number[] = [];
  const groupOfStep: number[] = [];
  let opens = 0;
  const tokenOf = (name: string): number => {
    const known = tokens.indexOf(name);
    return known >= 0 ? known : tokens.push(name) - 1;
  };
  const threads = scenario.threads.map((spec, t): ThreadInfo => {
    const program = spec.program.map((place) =>
      [place].flat().map((given) => {
        const step = given as UserStep;
        const index = userSteps.push(step) - 1;
        const write = step.do === 'write';
        tokenOfStep.push(write ? tokenOf(step.value ?? `w${tokens.length - initial + 1}`) : -1);
        const anon = step.do === 'mmap' && step.kind === 'shared-anon';
        groupOfStep.push(anon ? addGroup(`anon${index}`, 'anon', step.pages) : -1);
        if (step.do === 'open') opens += 1;
        return index;
      }),
    );
    const own = scenario.threads.filter((other, i) => other.space === spec.space && i < t).length;
    const name = `${spec.space}/t${own}`;
    return { name, space: spaceIndex(spec.space), main: own === 0, program };
  });
  if (tokens.length > TOKENS) {
    const most = `${TOKENS} different values are the most, with those of files`;
    throw new InputError(`${scenario.name}: ${most}`);
  }
  const { pages, shmPages, bounds } = scenario;
  const shared = scenario.segments.length + groups.filter(({ kind }) => kind === 'anon').length;
  return {
    scenario,
    rules,
    choices,
    VM_OBJ_SHADOW: shadowBit(rules, choices),
    VM_OBJ_FILE: 2 * shadowBit(rules, choices),
    frame: pool('frame', bounds.frames + 1),
    object: pool('object', bounds.objects),
    link: pool('link', bounds.links),
    vma: pool('vma', bounds.vmas),
    // devzero, a file for each open (R0 never finds the one it has), and the segments.
    file: pool('file', 1 + opens + shared),
    space,
    page: pool('page', 1 + pages + shmPages),
    source: pool('source', Math.max(1, sources)),
    vnode: pool('vnode', Math.max(1, scenario.files.length)),
    descriptors: pool('descriptors', scenario.threads.length),
    fd: pool('fd', 2),
    thread: pool('thread', scenario.threads.length),
    groups,
    groupOfStep,
    threads,
    spaceNames,
    children: scenario.spaces.map(({ child }) => child === true),
    userSteps,
    tokenOfStep,
    tokens,
    taskEnd: 1 + pages,
    shmEnd: 1 + pages + shmPages,
    mostCached: Math.min(bounds.frames, Math.max(4, pages, ...groups.map((group) => group.room))),
    port,
    spaceIndex,
    groupIndex: (name) => groups.findIndex((group) => group.name === name),
  };
}
