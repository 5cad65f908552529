/** A search without the command line: any program with a host can run one. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { SearchHost } from '../../src/core/host.ts';
import { runSearch } from '../../src/core/run-search.ts';
import { resolveSpec } from '../../src/core/spec.ts';
import type { Progress } from '../../src/explorer/verdict.ts';
import { systems } from '../../src/systems.ts';
import { counters, refcount } from '../cli/toys.ts';

/**
 * A host with nothing but a clock, as a page in a browser could be: no
 * files, no threads, no process.
 */
function pageHost(more: Partial<SearchHost> = {}): SearchHost {
  return {
    now: () => performance.now(),
    memory: 2 ** 30,
    memoryInUse: () => 0,
    addressSpace: () => Infinity,
    collectGarbage: () => undefined,
    cores: 1,
    onInterrupt: () => () => undefined,
    pause: () => new Promise((resume) => setTimeout(resume)),
    ...more,
  };
}

test('a spec becomes a verdict with described traces', async () => {
  const spec = resolveSpec(refcount, { fixes: ['lock-refs'] });
  const result = await runSearch({ system: refcount, spec }, pageHost());
  expect(result.verdict).toMatchObject({ outcome: 'violated', limit: undefined, states: 17 });
  expect(result.spec.scenario.name).toBe('two');
  expect(result.traces).toHaveLength(1);
  const [trace] = result.traces;
  expect(trace).toMatchObject({
    invariant: 'no-double-free',
    sentence: 'the frame is freed a second time',
  });
  expect(trace?.steps[1]).toMatchObject({
    thread: 'P2',
    changes: [{ path: 'frame.refs', from: '2', to: '1' }, { path: 'lock' }, { path: 'P2.n' }],
  });
});

test.each(systems.map((system) => [system.name, system] as const))(
  'the default scenario of %s is searched',
  async (_, system) => {
    const settings = { keepGoing: true, maxStates: 20_000 };
    const spec = resolveSpec(system, {});
    const { verdict, traces } = await runSearch({ system, spec, settings }, pageHost());
    expect(verdict.states).toBeGreaterThan(100);
    expect(traces).toHaveLength(verdict.violations.length);
  },
);

test('a listener sees progress until the search ends, and an interrupt ends it', async () => {
  const seen: Progress[] = [];
  const order: string[] = [];
  let interrupt = (): void => undefined;
  const host = pageHost({
    onInterrupt: (callback) => {
      interrupt = callback;
      return () => order.push('forgotten');
    },
  });
  const spec = resolveSpec(counters, {});
  const { verdict } = await runSearch({ system: counters, spec }, host, {
    onProgress: (progress) => {
      seen.push(progress);
      if (seen.length === 3) interrupt();
    },
    onEnd: () => order.push('ended'),
  });
  expect(verdict).toMatchObject({ outcome: 'limited', limit: 'interrupted' });
  expect(seen).toHaveLength(3);
  expect(verdict.states).toBe(seen[2]?.states);
  expect(order).toEqual(['ended', 'forgotten']);
});

test('the memory of the host is a limit, and a remark says if it is too small', async () => {
  const remarks: string[] = [];
  const spec = resolveSpec(counters, {});
  const { verdict } = await runSearch({ system: counters, spec }, pageHost({ memory: 1 }), {
    onRemark: (remark) => remarks.push(remark),
  });
  expect(verdict).toMatchObject({ outcome: 'limited', limit: 'memory', states: 0 });
  expect(remarks).toEqual(['the memory limit is too small for even the initial state: raise it']);
});

/** The modules that a module loads, by its value imports. */
function loadedWith(module: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(module)) return loaded;
  loaded.add(module);
  if (!module.endsWith('.ts')) return loaded;
  const imports = /^(?:im|ex)port ([^;]*?)from '([^']+)'/gms;
  for (const [, names = '', from = ''] of readFileSync(module, 'utf8').matchAll(imports)) {
    const values = names.replaceAll(/^type |\btype \w+/g, '');
    const isType = names.startsWith('type ') || !/\w/.test(values);
    if (!isType) loadedWith(from.startsWith('.') ? join(module, '..', from) : from, loaded);
  }
  return loaded;
}

test('no file, stream or process is within its reach', () => {
  const loaded = loadedWith(join(import.meta.dirname, '../../src/core/run-search.ts'));
  expect(loaded.size).toBeGreaterThan(100);
  const packages = [...loaded].filter((module) => !/\.(ts|json)$/.test(module));
  expect(packages.sort()).toEqual(['immer', 'node:worker_threads']);
});
