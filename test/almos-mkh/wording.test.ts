/**
 * Each field that a step changes has a line in the trace, except for ghost fields: checked on
 * random walks through every scenario, as written and fixed.
 */

import { describe, expect, test } from 'vitest';
import { explore } from '../../src/explore.ts';
import { describeTrace } from '../../src/core/trace.ts';
import { options } from '../../src/model/almos-mkh/options.ts';
import type { Options } from '../../src/model/almos-mkh/options.ts';
import type { AlmosScenario } from '../../src/model/almos-mkh/scenario.ts';
import { scopeOf } from '../../src/model/almos-mkh/scope.ts';
import type { Kernel } from '../../src/model/almos-mkh/state.ts';
import { changeOf } from '../../src/model/almos-mkh/format.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';
import { draws } from '../draws.ts';
import { build } from './build.ts';

/**
 * Ghost fields, and fields that change together with another one of the same row: `owner` with
 * `free`.
 */
const untold = new RegExp(
  `^(${[
    'threads.N.(frames|descriptors|forks|pages|slots|cut|locks|exhausted)',
    'processes.N.(want|unmapped|forkedBy)',
    'mapper.N.word[01]',
    'vsegs.N.origin',
    'frames.N.owner',
    'budgets',
  ]
    .join('|')
    .replaceAll('.', '\\.')
    .replaceAll('N', '\\d+')})\\b`,
);

type Path = readonly (string | number)[];

/**
 * The fields in which two values differ, as paths; call stacks are left out, a list is one field.
 */
function differences(before: unknown, after: unknown, path: Path = []): Path[] {
  if (before === after || path.at(-1) === 'stack') return [];
  const lists = [before, after].filter(Array.isArray).flat();
  const isList = Array.isArray(before) && lists.every((one) => typeof one !== 'object');
  if (isList) return JSON.stringify(before) === JSON.stringify(after) ? [] : [path];
  if (typeof before !== 'object' || before === null) return [path];
  return Object.keys(before).flatMap((key) => {
    const step = /^\d+$/.test(key) ? Number(key) : key;
    return differences((before as Row)[key], (after as Row)[key], [...path, step]);
  });
}

type Row = Record<string, unknown>;

const standard = Object.fromEntries(options.map(({ name, default: usual }) => [name, usual]));

/** Fields that change without a line, as `vsegs.vpn_base at vmm.c:1527`. */
function hidden(scenario: AlmosScenario, fixes: readonly string[]): string[] {
  const scope = scopeOf(scenario, standard as unknown as Options);
  const { replayer, statements } = build(scenario, { fixes });
  const found = new Set<string>();
  for (const seed of [1, 2, 3]) {
    const draw = draws(seed);
    let [state] = replayer.initial();
    for (let n = 0; n < 150; n++) {
      const possible = replayer.possible(state);
      if (possible.length === 0) break;
      const after = replayer.step(state, possible[draw(possible.length)])!;
      for (const path of differences(state, after.state)) {
        if (untold.test(path.join('.'))) continue;
        const change = changeOf(scope, path, state as Kernel, after.state as Kernel);
        const told = change !== undefined && after.changes.some((one) => one.path === change.path);
        const { file, line } = statements[after.statement];
        if (!told)
          found.add(
            `${path.filter((key) => typeof key === 'string').join('.')} at ${file}:${line}`,
          );
      }
      state = after.state;
    }
  }
  return [...found];
}

const all = almosMkh.fixes.map(({ name }) => name);

test.each(almosMkh.scenarios)('every step of $name lists its changes', (scenario) => {
  expect(hidden(scenario as AlmosScenario, [])).toEqual([]);
  expect(hidden(scenario as AlmosScenario, all)).toEqual([]);
});

describe('a trace shows', () => {
  const told = (name: string, invariant: string, fixes: readonly string[] = []) => {
    const scenario = almosMkh.scenarios.find((one) => one.name === name)!;
    const subject = build(scenario, { fixes, invariants: [invariant] });
    return describeTrace(subject, explore(subject, {}).violations[0]).steps;
  };

  test('the page range of a vseg that is cut', () => {
    const steps = told('munmap-middle', 'failed-op-is-neutral');
    const cut = steps.find(({ statement }) => statement.line === 1577);
    expect(cut?.changes).toEqual([{ path: 'vseg 0.0 vpn_size', from: '4', to: '1' }]);
  });

  test('that a void function returns nothing, and which vseg or frame another one returns', () => {
    const notes = told('munmap-two-clusters', 'no-free-frame-mapped').flatMap((step) => step.notes);
    expect(notes).toContain('return 0 with vseg 1.0 from vmm_get_vseg');
    expect(notes).toContain('return frame 0.0 from vmm_page_allocate');
    expect(notes).toContain('return EXCP_NON_FATAL from vmm_handle_page_fault');
    const destroyed = told('anon-fork-exit', 'refcount-exact').flatMap((step) => step.notes);
    expect(destroyed).toContain('return from vmm_set_cow');
  });

  test('which lines are those of a fix', () => {
    const but = all.filter((name) => name !== 'unmap-copies-before-reference');
    const steps = told('cow-two-clusters', 'gpt-copy-coherence', but);
    const written = steps.find(
      ({ statement }) => statement.fix === undefined && statement.file !== '',
    );
    const added = steps.find(({ statement }) =>
      statement.fix?.includes('cow-keeps-share-until-unmapped'),
    );
    expect([written, added].map((step) => step !== undefined)).toEqual([true, true]);
  });
});
