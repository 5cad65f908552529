/**
 * The file that says what is explored: sources, the C that stands for the rest of the kernel,
 * threads, invariants. Every key is known, or the file is refused.
 */

import { quote, wayOut } from '../suggest.ts';
import { InputError } from '../errors.ts';
import { type Grain, grains } from './machine.ts';

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

/** Names of targets, and the triple that clang is told. */
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

/** A key that is misspelt is told before what is missing for it. */
const KEYS = (
  'name title sentence sources environment include defines flags target threads scenarios ' +
  'initialise invariants finished show yield fixes hardware overflow uninitialised ' +
  'memory symbols bounds'
).split(' ');

export function parseHarness(json: unknown, shown: string): Harness {
  const top = new Reader(json, shown);
  top.only(KEYS);
  const name = top.text('name');
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    top.refuse('name', 'consists of letters, digits, dots, dashes and underscores');
  }
  const sources = top.texts('sources');
  if (sources.length === 0) top.refuse('sources', 'names at least one C file');
  const target = top.oneOf('target', Object.keys(TARGETS), 'ilp32');
  const threads = threadsOf(top, 'threads');
  const scenarios = top.list('scenarios').map((one): HarnessScenario => {
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
  const sentence = top.text('sentence', `explores ${sources.join(', ')}`);
  if (scenarios.length === 0) {
    if (threads.length === 0) top.refuse('threads', 'names at least one thread');
    scenarios.push({ name: 'default', purpose: sentence, defines: [], threads });
  }
  const bounds = top.part('bounds');
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
    invariants: top.list('invariants').map((one) => {
      const invariant: HarnessInvariant = {
        name: one.text('name'),
        sentence: one.text('sentence'),
        function: one.text('function'),
        when: one.oneOf('when', ['always', 'finished'], 'always') as 'always' | 'finished',
        group: one.text('group', 'c'),
      };
      one.end();
      return invariant;
    }),
    finished: top.optional('finished'),
    show: top.texts('show'),
    yield: top.oneOf('yield', grains, 'adaptive') as Grain,
    fixes: variantsOf(top, 'fixes'),
    hardware: variantsOf(top, 'hardware'),
    overflow: top.oneOf('overflow', ['trap', 'wrap'], 'trap') as 'trap' | 'wrap',
    uninitialised: top.oneOf('uninitialised', ['zero', 'poison'], 'zero') as 'zero' | 'poison',
    memory: top.list('memory').map((one) => {
      const region = {
        name: one.text('name'),
        at: one.address('at'),
        bytes: one.number('bytes', 4096),
      };
      one.end();
      return region;
    }),
    symbols: top.addresses('symbols'),
    bounds: {
      stack: bounds.number('stack', 8192),
      frames: bounds.number('frames', 8192),
      steps: bounds.number('steps', 100_000),
    },
  };
  bounds.end();
  top.end();
  unique(top, 'invariants', harness.invariants);
  unique(top, 'scenarios', harness.scenarios);
  unique(top, 'fixes', harness.fixes);
  for (const scenario of harness.scenarios) unique(top, 'threads', scenario.threads);
  for (const { threads: own } of harness.scenarios) {
    if (own.length > 16) top.refuse('threads', 'names at most 16 threads');
  }
  return harness;
}

function unique(top: Reader, key: string, named: readonly { readonly name: string }[]): void {
  const names = named.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) top.refuse(key, `has ${quote(twice)} twice`);
}

function threadsOf(top: Reader, key: string): HarnessThread[] {
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

function variantsOf(top: Reader, key: string): HarnessVariant[] {
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

/** Reads an object key by key, and knows which keys it has not been asked for. */
class Reader {
  private readonly object: Readonly<Record<string, unknown>>;
  private readonly where: string;
  private readonly asked = new Set<string>();

  constructor(json: unknown, where: string) {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw new InputError(`${where} is not an object`);
    }
    this.object = json as Readonly<Record<string, unknown>>;
    this.where = where;
  }

  refuse(key: string, should: string): never {
    throw new InputError(`${this.where}: ${key} ${should}`);
  }

  private value(key: string): unknown {
    this.asked.add(key);
    return Object.hasOwn(this.object, key) ? this.object[key] : undefined;
  }

  optional(key: string): string | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || value === '') this.refuse(key, 'is a text');
    return value;
  }

  text(key: string, usual?: string): string {
    return this.optional(key) ?? usual ?? this.refuse(key, 'is missing');
  }

  texts(key: string): string[] {
    const value = this.value(key) ?? [];
    if (!Array.isArray(value) || value.some((one) => typeof one !== 'string')) {
      this.refuse(key, 'is a list of texts');
    }
    return value as string[];
  }

  oneOf(key: string, names: readonly string[], usual: string): string {
    const value = this.text(key, usual);
    if (!names.includes(value)) {
      this.refuse(key, `is one of ${names.join(', ')}, found ${quote(value)}`);
    }
    return value;
  }

  number(key: string, usual: number): number {
    const value = this.value(key) ?? usual;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
      this.refuse(key, 'is a whole number');
    }
    return value;
  }

  address(key: string): bigint {
    return this.addressIn(this.value(key), key);
  }

  private addressIn(value: unknown, key: string): bigint {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)
      return BigInt(value);
    if (typeof value === 'string' && /^(0x[0-9a-fA-F]+|\d+)$/.test(value)) return BigInt(value);
    return this.refuse(key, 'is an address such as "0x80000000"');
  }

  addresses(key: string): Record<string, bigint> {
    const value = this.value(key) ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) this.refuse(key, 'is an object');
    return Object.fromEntries(
      Object.entries(value).map(([name, at]) => [name, this.addressIn(at, `${key}.${name}`)]),
    );
  }

  list(key: string): Reader[] {
    const value = this.value(key) ?? [];
    if (!Array.isArray(value)) this.refuse(key, 'is a list');
    return value.map((one, i) => new Reader(one, `${this.where}: ${key}[${i}]`));
  }

  part(key: string): Reader {
    return new Reader(this.value(key) ?? {}, `${this.where}: ${key}`);
  }

  /** Refuses keys that nobody has asked for. */
  end(): void {
    this.only([...this.asked]);
  }

  only(keys: readonly string[]): void {
    const unknown = Object.keys(this.object).find((key) => !keys.includes(key));
    if (unknown === undefined) return;
    throw new InputError(`${this.where}: unknown key ${quote(unknown)}: ${wayOut(unknown, keys)}`);
  }
}
