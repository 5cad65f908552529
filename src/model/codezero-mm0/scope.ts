/**
 * What the operations and invariants know of their scenario: pools, constants and rules, worked out
 * once. Everything here is fixed during a search; what changes is in `state.ts`.
 */

import { pool } from '../../state/pool.ts';
import type { Pool, Ref } from '../../state/pool.ts';
import { shadowBit } from './options.ts';
import type { Choices } from './options.ts';
import type { Rules } from './rules.ts';
import type { ScriptPort } from './script-port.ts';
import { programsOf, sourcesOf } from './programs.ts';
import type { Programs } from './programs.ts';
import type { Mm0Scenario } from './scenario.ts';

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

export interface Scope extends Programs {
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
  readonly spaceNames: readonly string[];
  readonly children: readonly boolean[];
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

/** One literal, so that every scope has the same shape: hot loops read it. */
export function scopeOf(
  scenario: Mm0Scenario,
  rules: Rules,
  choices: Choices,
  port?: ScriptPort,
): Scope {
  const { pages, shmPages, bounds, segments } = scenario;
  const space = pool('space', scenario.spaces.length);
  const spaceNames = scenario.spaces.map(({ name }) => name);
  const programs = programsOf(scenario, space);
  const { groups, userSteps } = programs;
  const opens = userSteps.filter((step) => step.do === 'open').length;
  const shared = segments.length + groups.filter(({ kind }) => kind === 'anon').length;
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
    source: pool('source', Math.max(1, sourcesOf(groups))),
    vnode: pool('vnode', Math.max(1, scenario.files.length)),
    descriptors: pool('descriptors', scenario.threads.length),
    fd: pool('fd', 2),
    thread: pool('thread', scenario.threads.length),
    groups,
    groupOfStep: programs.groupOfStep,
    threads: programs.threads,
    spaceNames,
    children: scenario.spaces.map(({ child }) => child === true),
    userSteps,
    tokenOfStep: programs.tokenOfStep,
    tokens: programs.tokens,
    taskEnd: 1 + pages,
    shmEnd: 1 + pages + shmPages,
    mostCached: Math.min(bounds.frames, Math.max(4, pages, ...groups.map((group) => group.room))),
    port,
    spaceIndex: (name) => space.at(spaceNames.indexOf(name)),
    groupIndex: (name) => groups.findIndex((group) => group.name === name),
  };
}
