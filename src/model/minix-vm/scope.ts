/**
 * What the operations and invariants know of their scenario: pools, constants, options, and the
 * actions that user programs may take, worked out once. What changes is in `state.ts`.
 */

import { pool } from '../../state/pool.ts';
import type { Pool, Ref } from '../../state/pool.ts';
import type { Options } from './options.ts';
import { regionsOfSpec } from './scenario.ts';
import type { MinixScenario, UserAction } from './scenario.ts';
import type { ScriptPort } from './script-port.ts';

export type ProcessRef = Ref<'process'>;
export type PageRef = Ref<'page'>;
export type FrameRef = Ref<'frame'>;
export type PbRef = Ref<'pb'>;
export type PrRef = Ref<'pr'>;
export type RegionRef = Ref<'region'>;
export type RecordRef = Ref<'record'>;

/** An action with its processes looked up. */
export interface Action {
  readonly given: UserAction;
  /** The process that acts. */
  readonly process: ProcessRef;
  readonly source: ProcessRef;
  readonly dest: ProcessRef;
}

export interface Scope {
  readonly scenario: MinixScenario;
  readonly options: Options;
  readonly process: Pool<'process'>;
  /** Virtual pages of a process. */
  readonly page: Pool<'page'>;
  /**
   * Frame f of the pool is frame f + 1 of the machine; 0 is no frame. Those of devices come last.
   */
  readonly frame: Pool<'frame'>;
  /** Pages of each page table that may be missing; 0 while all are there. */
  readonly tables: number;
  /** Lengths are multiples of 1 / grain pages. */
  readonly grain: 1 | 2;
  /** Is there a SHARED region? */
  readonly shared: boolean;
  /** Frames of devices. */
  readonly devices: number;
  readonly pb: Pool<'pb'>;
  readonly pr: Pool<'pr'>;
  readonly region: Pool<'region'>;
  readonly record: Pool<'record'>;
  readonly action: Pool<'action'>;
  readonly actions: readonly Action[];
  readonly processNames: readonly string[];
  /** Contents are 0 (the zero page) to this. */
  readonly values: number;
  /** An action maps a region onto itself: the shapes of the trees are visible. */
  readonly shapes: boolean;
  /** Present when a script runs instead of a search. */
  readonly script: ScriptPort | undefined;
}

/** A range ends at the page behind its last one, for which pt_writemap wants a table too. */
function missingTables(
  { pages, tablePages }: MinixScenario,
  { pteWriteMayFail }: Options,
  script: ScriptPort | undefined,
): number {
  return pteWriteMayFail && script === undefined ? Math.floor(pages / tablePages) + 1 : 0;
}

export function scopeOf(scenario: MinixScenario, options: Options, script?: ScriptPort): Scope {
  const processNames = scenario.processes.map(({ name }) => name);
  const process = pool('process', processNames.length);
  const named = (name: string): ProcessRef => process.at(processNames.indexOf(name));
  const actions = scenario.actions.map((given): Action => {
    switch (given.do) {
      case 'safemap':
      case 'cowmap':
      case 'unmap':
      case 'remap': {
        const source = named(given.from);
        const dest = named(given.to);
        return { given, process: dest, source, dest };
      }
      case 'fork': {
        const source = named(given.process);
        return { given, process: source, source, dest: named(given.child) };
      }
      default: {
        const own = named(given.process);
        return { given, process: own, source: own, dest: own };
      }
    }
  });
  const devices = scenario.processes.reduce(
    (sum, spec) =>
      regionsOfSpec(spec).reduce((more, { direct, pages }) => more + (direct ? pages : 0), sum),
    0,
  );
  return {
    scenario,
    options,
    process,
    page: pool('page', scenario.pages),
    frame: pool('frame', scenario.frames + devices),
    devices,
    shared: scenario.processes.some((spec) => regionsOfSpec(spec).some(({ shared }) => shared)),
    tables: missingTables(scenario, options, script),
    grain: actions.some(({ given }) => 'pages' in given && given.pages % 1 !== 0) ? 2 : 1,
    pb: pool('pb', scenario.blocks),
    pr: pool('pr', scenario.physRegions),
    region: pool('region', scenario.regions),
    record: pool('record', scenario.records),
    action: pool('action', Math.max(1, actions.length)),
    actions,
    processNames,
    values: Math.max(1, ...scenario.actions.map((a) => (a.do === 'write' ? a.value : 0))),
    shapes:
      script !== undefined ||
      actions.some(
        ({ given, source, dest }) =>
          (given.do === 'safemap' || given.do === 'cowmap') && source === dest,
      ),
    script,
  };
}
