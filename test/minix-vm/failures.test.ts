/**
 * Every allocation, copy and page table that VM asks for may fail, by itself or as the first of
 * many: the searches below meet each failure point by name, each in every mode that it has.
 */

import { expect, test } from 'vitest';
import { explore } from '../../src/explore.ts';
import type { MinixScenario } from '../../src/model/minix-vm/scenario.ts';
import { build, scenarioNamed } from './build.ts';

/** What is told of failures while a scenario is explored. */
function failuresIn(name: string, changes: Partial<MinixScenario>, all: boolean): Set<string> {
  const scenario = { ...scenarioNamed(name), ...changes };
  const options = { pteWriteMayFail: all, copyBytesMayFail: all };
  const machine = build(scenario, { options, invariants: [] });
  const seen = new Set<string>();
  const push = (text: string) => (text.startsWith('fail ') ? seen.add(text.slice(5)).size : 0);
  machine.notes = { push } as unknown as string[];
  expect(explore(machine, { keepGoing: true }).outcome).toBe('holds');
  return seen;
}

/** Objects of the slab, whose failure may be the first of many. */
const objects = [
  'split.newpb',
  'split.newpr[0]',
  'split.newpr[1]',
  ...['map', 'touch', 'check'].flatMap((what) => [`${what}.fill.physr`, `${what}.fill.pb`]),
  'map.newphysr',
  'fault.new.physr',
  'fault.new.pb',
  ...['map.srccopy', 'map.dstcopy', 'unmap.copy', 'fault.copy', 'fork.smapcopy', 'munmap.copy'].map(
    (copy) => `${copy}.pb`,
  ),
  'check.copy.pb',
  'fork.region',
  'fork.tree',
  'fork.pr',
];

const frames = objects
  .filter((point) => point.endsWith('.pb') && !point.startsWith('split'))
  .map((point) => point.replace(/pb$/, 'frames'));

const bytes = objects
  .filter((point) => point.endsWith('copy.pb'))
  .map((point) => point.replace(/pb$/, 'bytes'));

const tables = ['fault.new', 'map.fill', 'touch.fill', 'check.fill', 'fork', 'munmap', 'copy'].map(
  (what) => `${what}.pte`,
);

test('every failure point is reached, once and from then on', () => {
  const short = { limit: 3, persistent: true };
  const seen = new Set([
    ...failuresIn('cut-fails', short, false),
    ...failuresIn('check-fails', short, false),
    ...failuresIn('unmap-of-two-fails', short, false),
    ...failuresIn('munmap-fails', short, false),
    ...failuresIn('cowmap-fails', short, false),
    ...failuresIn('fork-of-mapped-fails', short, false),
  ]);
  const once = [...objects, ...frames, 'fork.pt'];
  expect(once.filter((point) => !seen.has(point))).toEqual([]);
  expect(objects.filter((point) => !seen.has(`${point}, and all later ones`))).toEqual([]);
  // What is tried again fails again.
  for (const point of ['split.newpb', 'map.newphysr', 'unmap.copy.pb', 'map.srccopy.pb']) {
    expect(seen, point).toContain(`${point} again`);
  }
  // And nothing else fails: no page table, and no copy of bytes.
  expect([...seen].filter((text) => /pte|bytes|ptsrc|ptdst/.test(text))).toEqual([]);
});

test('page tables and copies of bytes fail where the options say so', () => {
  const short = { limit: 3, persistent: false };
  const cowmap = { do: 'cowmap', times: 1, page: 0, at: 0, pages: 1, flag: -1 } as const;
  // The entries of the source exist, unless it is a child without a page table.
  const ofChild = {
    failures: 2,
    processes: [...(scenarioNamed('cowmap-fails') as MinixScenario).processes, { name: 'C' }],
    actions: [
      { do: 'write', times: 1, process: 'S', page: 0, value: 1 } as const,
      { do: 'fork', times: 1, process: 'S', child: 'C' } as const,
      { ...cowmap, from: 'C', to: 'D' },
    ],
  } satisfies Partial<MinixScenario>;
  const seen = new Set([
    ...failuresIn('cut-fails', short, true),
    ...failuresIn('check-fails', short, true),
    ...failuresIn('unmap-fails', short, true),
    ...failuresIn('munmap-fails', short, true),
    ...failuresIn('cowmap-fails', short, true),
    ...failuresIn('fork-of-mapped-fails', short, true),
    ...failuresIn('cowmap-fails', { ...short, ...ofChild }, true),
  ]);
  const points = [...bytes, ...tables, 'map.ptsrc', 'map.ptdst'];
  expect(points.filter((point) => !seen.has(point))).toEqual([]);
});

test('budgets bound the failures of a run and of a request', () => {
  const most = (changes: Partial<MinixScenario>): number => {
    const scenario = { ...scenarioNamed('cut-fails'), limit: 2, persistent: false, ...changes };
    const machine = build(scenario, { invariants: [] });
    const { request } = machine.parts.layout.view;
    let found = 0;
    const applies = (): boolean => {
      found = Math.max(found, request.failed);
      return false;
    };
    const counts = { name: 'counts', applies, violation: () => undefined };
    explore(Object.assign(machine, { stateInvariants: [counts] }));
    return found;
  };
  expect(most({ failures: 0 })).toBe(0);
  expect(most({ failures: 1 })).toBe(1);
  expect(most({ failures: 2, failuresPerRequest: 1 })).toBe(1);
  expect(most({ failures: 2, failuresPerRequest: 2 })).toBe(2);
});
