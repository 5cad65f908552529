/**
 * The names of the search options and what kind of value each takes. JavaScript checks neither, and
 * an option with a misspelt name, or a bound that is a text, would be
 * ignored or mean something else.
 */

import { InputError } from '../errors.ts';
import { quote, shortName } from '../safe-text.ts';
import type { SearchOptions } from './options.ts';

interface Kind {
  /** What it is, for the refusal. */
  readonly is: string;
  takes(value: unknown): boolean;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text: Kind = { is: 'a string', takes: (value) => typeof value === 'string' };
const truth: Kind = { is: 'true or false', takes: (value) => typeof value === 'boolean' };
const callback: Kind = { is: 'a function', takes: (value) => typeof value === 'function' };
const integer: Kind = { is: 'a whole number', takes: Number.isSafeInteger };

const amount: Kind = {
  is: 'a number from 0 up',
  takes: (value) => typeof value === 'number' && value >= 0,
};

const count: Kind = {
  is: 'a whole number from 0 up',
  takes: (value) => amount.takes(value) && (value === Infinity || Number.isInteger(value)),
};

const texts: Kind = {
  is: 'a list of strings',
  takes: (value) => Array.isArray(value) && value.every(text.takes),
};

const spill: Kind = {
  is: 'an object with a function open',
  takes: (value) => isObject(value) && callback.takes(value['open']),
};

const reader: Kind = {
  is: 'an object with a head and a function read',
  takes: (value) => isObject(value) && isObject(value['head']) && callback.takes(value['read']),
};

const factory: Kind = {
  is: 'an object with strings module and name and a list args',
  takes: (value) =>
    isObject(value) &&
    texts.takes([value['module'], value['name']]) &&
    Array.isArray(value['args']),
};

const KINDS: Readonly<Record<keyof SearchOptions, Kind>> = {
  strategy: text,
  depth: count,
  maxStates: count,
  timeLimit: amount,
  memoryLimit: amount,
  storage: text,
  spill,
  collect: callback,
  keepGoing: truth,
  defer: texts,
  deadlock: truth,
  seed: integer,
  walks: count,
  now: callback,
  onProgress: callback,
  onLevel: callback,
  resume: reader,
  workers: count,
  factory,
  workerHeap: count,
  onWorkerLost: callback,
  checkModel: text,
  reductions: texts,
};

/**
 * Refuses names that no option has, and values of another kind; undefined is an option left out.
 */
export function checkKinds(options: SearchOptions): void {
  if (!isObject(options)) {
    throw new InputError(`The search options must be an object, found ${quote(options)}.`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(KINDS, name)) {
      const known = Object.keys(KINDS).join(', ');
      throw new InputError(`There is no search option ${shortName(name)}: choose one of ${known}.`);
    }
    const { is, takes } = KINDS[name as keyof SearchOptions];
    if (value === undefined || takes(value)) continue;
    throw new InputError(`The search option ${name} must be ${is}, found ${shown(value)}.`);
  }
}

/** JSON has no word for NaN. */
function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : quote(value);
}
