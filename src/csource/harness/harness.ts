/**
 * The file that says what is explored: sources, the C that stands for the rest of the kernel,
 * threads, invariants. Every key is known, or the file is refused.
 */

import { quote } from '../../suggest.ts';
import { HarnessReader } from './harness-reader.ts';
import { type Grain, grains } from '../machine/plan.ts';

interface HarnessThread {
  readonly name: string;
  readonly function: string;
  readonly argument: number;
}

interface HarnessInvariant {
  readonly name: string;
  readonly sentence: string;
  readonly function: string;
  readonly when: 'always' | 'finished';
  readonly group: string;
}

interface HarnessVariant {
  readonly name: string;
  readonly sentence: string;
  readonly defines: readonly string[];
}

export interface HarnessScenario {
  readonly name: string;
  readonly purpose: string;
  readonly defines: readonly string[];
  readonly threads: readonly HarnessThread[];
}

export interface Harness {
  readonly name: string;
  readonly title: string;
  readonly sentence: string;
  readonly sources: readonly string[];
  readonly environment: readonly string[];
  readonly include: readonly string[];
  readonly defines: readonly string[];
  readonly flags: readonly string[];
  readonly target: string;
  readonly scenarios: readonly HarnessScenario[];
  readonly initialise: string | undefined;
  readonly invariants: readonly HarnessInvariant[];
  /** C function that answers whether a state without successors may be the last one. */
  readonly finished: string | undefined;
  readonly show: readonly string[];
  readonly yield: Grain;
  readonly fixes: readonly HarnessVariant[];
  readonly hardware: readonly HarnessVariant[];
  readonly overflow: 'trap' | 'wrap';
  readonly uninitialised: 'zero' | 'poison';
  readonly memory: readonly {
    readonly name: string;
    readonly at: bigint;
    readonly bytes: number;
  }[];
  readonly symbols: Readonly<Record<string, bigint>>;
  readonly bounds: { readonly stack: number; readonly frames: number; readonly steps: number };
}

/** Names of targets, and the triple that clang is called with. */
export const TARGETS: Readonly<Record<string, string>> = {
  ilp32: 'riscv32-unknown-elf',
  lp64: 'riscv64-unknown-elf',
  riscv32: 'riscv32-unknown-elf',
  riscv64: 'riscv64-unknown-elf',
  i386: 'i386-unknown-none-elf',
  x86_64: 'x86_64-unknown-none-elf',
  arm: 'armv7-unknown-none-eabi',
  aarch64: 'aarch64-unknown-none-elf',
  mips: 'mipsel-unknown-elf',
};

/** A misspelt key is reported before what is missing for it. */
const KEYS = (
  'name title sentence sources environment include defines flags target threads scenarios ' +
  'initialise invariants finished show yield fixes hardware overflow uninitialised ' +
  'memory symbols bounds'
).split(' ');

export function parseHarness(json: unknown, shown: string): Harness {
  const top = new HarnessReader(json, shown);
  top.only(KEYS);
  const name = top.text('name');
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    top.refuse('name', 'consists of letters, digits, dots, dashes and underscores');
  }
  const sources = top.texts('sources');
  if (sources.length === 0) top.refuse('sources', 'names at least one C file');
  const target = top.oneOf('target', Object.keys(TARGETS), 'ilp32');
  const threads = threadsOf(top, 'threads');
  const given = scenariosOf(top, threads);
  const sentence = top.text('sentence', `explores ${sources.join(', ')}`);
  const scenarios = given.length > 0 ? given : [onlyScenario(top, threads, sentence)];
  const harness: Harness = {
    name,
    title: top.text('title', name),
    sentence,
    sources,
    environment: top.texts('environment'),
    include: top.texts('include'),
    defines: top.texts('defines'),
    flags: top.texts('flags'),
    target,
    scenarios,
    initialise: top.optional('initialise'),
    invariants: invariantsOf(top),
    finished: top.optional('finished'),
    show: top.texts('show'),
    yield: top.oneOf('yield', grains, 'adaptive') as Grain,
    fixes: variantsOf(top, 'fixes'),
    hardware: variantsOf(top, 'hardware'),
    overflow: top.oneOf('overflow', ['trap', 'wrap'], 'trap') as 'trap' | 'wrap',
    uninitialised: top.oneOf('uninitialised', ['zero', 'poison'], 'zero') as 'zero' | 'poison',
    memory: memoryOf(top),
    symbols: top.addresses('symbols'),
    bounds: boundsOf(top),
  };
  top.end();
  checkNames(top, harness);
  return harness;
}

/** Scenarios without threads of their own have those of the file. */
function scenariosOf(top: HarnessReader, threads: readonly HarnessThread[]): HarnessScenario[] {
  return top.list('scenarios').map((one): HarnessScenario => {
    const own = threadsOf(one, 'threads');
    const scenario = {
      name: one.text('name'),
      purpose: one.text('purpose'),
      defines: one.texts('defines'),
      threads: own.length > 0 ? own : threads,
    };
    if (scenario.threads.length === 0) one.refuse('threads', 'names at least one thread');
    one.end();
    return scenario;
  });
}

/** The scenario of a file that lists none. */
function onlyScenario(
  top: HarnessReader,
  threads: readonly HarnessThread[],
  purpose: string,
): HarnessScenario {
  if (threads.length === 0) top.refuse('threads', 'names at least one thread');
  return { name: 'default', purpose, defines: [], threads };
}

function invariantsOf(top: HarnessReader): HarnessInvariant[] {
  return top.list('invariants').map((one) => {
    const invariant: HarnessInvariant = {
      name: one.text('name'),
      sentence: one.text('sentence'),
      function: one.text('function'),
      when: one.oneOf('when', ['always', 'finished'], 'always') as 'always' | 'finished',
      group: one.text('group', 'c'),
    };
    one.end();
    return invariant;
  });
}

function memoryOf(top: HarnessReader): Harness['memory'] {
  return top.list('memory').map((one) => {
    const region = {
      name: one.text('name'),
      at: one.address('at'),
      bytes: one.number('bytes', 4096),
    };
    one.end();
    return region;
  });
}

function boundsOf(top: HarnessReader): Harness['bounds'] {
  const given = top.part('bounds');
  const bounds = {
    stack: given.number('stack', 8192),
    frames: given.number('frames', 8192),
    steps: given.number('steps', 100_000),
  };
  given.end();
  return bounds;
}

/** What is listed has names of its own, and a state has room for the threads. */
function checkNames(top: HarnessReader, harness: Harness): void {
  unique(top, 'invariants', harness.invariants);
  unique(top, 'scenarios', harness.scenarios);
  unique(top, 'fixes', harness.fixes);
  for (const scenario of harness.scenarios) unique(top, 'threads', scenario.threads);
  for (const { threads } of harness.scenarios) {
    if (threads.length > 16) top.refuse('threads', 'names at most 16 threads');
  }
}

function unique(
  top: HarnessReader,
  key: string,
  named: readonly { readonly name: string }[],
): void {
  const names = named.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) top.refuse(key, `has ${quote(twice)} twice`);
}

function threadsOf(top: HarnessReader, key: string): HarnessThread[] {
  return top.list(key).map((one, i) => {
    const thread = {
      name: one.text('name', `t${i}`),
      function: one.text('function'),
      argument: one.number('argument', i),
    };
    one.end();
    return thread;
  });
}

function variantsOf(top: HarnessReader, key: string): HarnessVariant[] {
  return top.list(key).map((one) => {
    const variant = {
      name: one.text('name'),
      sentence: one.text('sentence'),
      defines: one.texts('defines'),
    };
    one.end();
    return variant;
  });
}
