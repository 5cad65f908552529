/**
 * The guards of MINIX's callers: for each guard there is a request that only this guard refuses.
 * The guards that must be off as well are listed here and in `docs/minix-vm.md`.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { guardNames, type Guards } from '../../src/model/minix-vm/scenario.ts';
import { resolveSpec } from '../../src/core/spec.ts';
import { minixVm } from '../../src/systems/minix-vm.ts';
import type { Scenario } from '../../src/system.ts';
import { InputError } from '../../src/errors.ts';

type Guard = keyof Guards;

/** A request, and the actions before it, each once and in this order. */
interface Witness {
  readonly processes: readonly object[];
  readonly before?: readonly object[];
  readonly request: object;
  /** Guards that must be off as well, because they refuse the same request. */
  readonly needs?: readonly Guard[];
}

const safemap = (from: string, to: string, more: object = {}) => ({
  do: 'safemap',
  from,
  to,
  flag: 1,
  ...more,
});
const [S, D, E] = ['S', 'D', 'E'].map((name) => ({ name, region: { pages: 2 } }));

const witnesses: Readonly<Record<Guard, Witness>> = {
  insideRegions: {
    processes: [S!, { name: 'D', region: { pages: 1 } }],
    request: safemap('S', 'D', { pages: 2 }),
  },
  twoProcesses: {
    processes: [{ name: 'S', regions: [{ pages: 1 }, { page: 1, pages: 1 }] }],
    request: safemap('S', 'S', { at: 1 }),
  },
  twoRegions: {
    processes: [S!],
    request: safemap('S', 'S', { at: 1 }),
    needs: ['twoProcesses'],
  },
  writableRegions: {
    processes: [S!, { name: 'D', region: { writable: false } }],
    request: safemap('S', 'D'),
  },
  anonRegions: {
    processes: [{ name: 'S', region: { direct: true } }, D!],
    request: safemap('S', 'D'),
  },
  wholePages: { processes: [S!, D!], request: safemap('S', 'D', { pages: 0.5 }) },
  plainFlags: { processes: [S!, D!], request: { do: 'cowmap', from: 'S', to: 'D' } },
  liveEndpoints: {
    processes: [S!, D!],
    before: [{ do: 'exit', process: 'S' }],
    request: safemap('S', 'D'),
  },
  recordedUnmaps: {
    processes: [S!, D!],
    request: { do: 'unmap', from: 'S', to: 'D' },
  },
  ownRights: {
    processes: [S!, D!, E!],
    before: [{ do: 'write', process: 'S', value: 1 }, safemap('S', 'D', { flag: 0 })],
    request: safemap('D', 'E'),
  },
  recordedStay: {
    processes: [S!, D!],
    before: [safemap('S', 'D')],
    request: { do: 'munmap', process: 'D', pages: 1 },
  },
};

/** True if the request happens after the actions before it, with these guards off. */
function happens({ processes, before = [], request }: Witness, off: readonly Guard[]): boolean {
  const actions = [...before, request];
  const guards = Object.fromEntries(off.map((name) => [name, false]));
  const json = { name: 'w', pages: 2, frames: 8, processes, actions, guards, records: 4 };
  let scenario: Scenario;
  try {
    scenario = minixVm.parseScenario(json);
  } catch (error) {
    // Some guards refuse the scenario when it is read.
    if (error instanceof InputError && error.message.includes('while the guard')) return false;
    throw error;
  }
  const { replayer, threads } = minixVm.build(resolveSpec(minixVm, { scenario, invariants: [] }));
  const asked = (state: unknown): number =>
    (state as { stack: readonly { action: number }[] }).stack[0].action;
  let state = replayer.initial()[0];
  for (let index = 0; index < actions.length; index++) {
    const next = replayer
      .possible(state)
      .map((step) => replayer.step(state, step)!.state)
      .find((after) => asked(after) === index + 1);
    if (next === undefined) return false;
    if (index === before.length) return true;
    state = next;
    // Runs to the end of the request, because no other process moves before.
    while (asked(state) !== 0) state = replayer.step(state, replayer.possible(state)[0])!.state;
  }
  expect(threads.length).toBeGreaterThan(0);
  return false;
}

describe.each(guardNames)('the guard %s', (guard) => {
  const witness = witnesses[guard];
  const needs = witness.needs ?? [];

  test('refuses a request that happens once it is off', () => {
    expect(happens(witness, [])).toBe(false);
    expect(happens(witness, [guard, ...needs])).toBe(true);
  });

  test.each(guardNames.filter((other) => other !== guard))('is not lifted with %s', (other) => {
    expect(happens(witness, [other, ...needs])).toBe(false);
    expect(happens(witness, [other, guard, ...needs])).toBe(true);
  });

  test.each(needs)('has no effect while %s is on', (other) => {
    const rest = needs.filter((name) => name !== other);
    expect(happens(witness, [guard, ...rest])).toBe(false);
  });

  test('is documented with the guards that must be off with it', () => {
    const text = readFileSync(new URL('../../docs/minix-vm.md', import.meta.url), 'utf8');
    const row = text.split('\n').find((line) => line.startsWith(`| \`${guard}\` |`)) ?? '';
    expect(row).not.toBe('');
    for (const other of needs) expect(row).toContain(`with \`${other}\` off`);
  });
});

test('a page in no region is not WRITABLE', () => {
  const outside: Witness = {
    processes: [S!, { name: 'D', region: { pages: 1 } }],
    request: safemap('S', 'D', { at: 1 }),
  };
  expect(happens(outside, ['insideRegions'])).toBe(false);
  expect(happens(outside, ['writableRegions'])).toBe(false);
  expect(happens(outside, ['insideRegions', 'writableRegions'])).toBe(true);
});

test('a right that the region does not give is one that its process does not have', () => {
  const readOnly: Witness = {
    processes: [{ name: 'S', region: { writable: false } }, D!],
    request: safemap('S', 'D'),
  };
  const beyond: Witness = {
    processes: [{ name: 'S', region: { pages: 1 } }, D!],
    request: safemap('S', 'D', { pages: 2 }),
  };
  const pairs = [
    ['writableRegions', readOnly],
    ['insideRegions', beyond],
  ] as const;
  for (const [guard, witness] of pairs) {
    expect(happens(witness, [guard])).toBe(false);
    expect(happens(witness, ['ownRights'])).toBe(false);
    expect(happens(witness, [guard, 'ownRights'])).toBe(true);
    const reading = { ...witness, request: { ...witness.request, flag: 0 } };
    expect(happens(reading, [guard])).toBe(true);
  }
});
