/**
 * Is it a system? TypeScript says so of what it compiles, and of nothing that is loaded at run
 * time: here each field is looked at, and what is missing is named.
 */

import { InputError } from '../errors.ts';
import type { System } from '../system.ts';
import { quote } from '../suggest.ts';

type Fields = Readonly<Record<string, unknown>>;
type Kind = readonly [is: string, takes: (value: unknown) => boolean];

const text: Kind = ['a text', (value) => typeof value === 'string'];
const callback: Kind = ['a function', (value) => typeof value === 'function'];
const list: Kind = ['a list', Array.isArray];
const optionValue: Kind = [
  'a text, a number, true or false',
  (value) => ['string', 'number', 'boolean'].includes(typeof value),
];

const OWN: Readonly<Record<string, Kind>> = {
  title: text,
  revision: text,
  sentence: text,
  defaultScenario: text,
  scenarios: list,
  invariants: list,
  operations: list,
  fixes: list,
  hardware: list,
  defaultHardware: text,
  options: list,
  parseScenario: callback,
  build: callback,
};

const NAMED = { name: text, sentence: text };

/** The lists of a system: what is in each. */
const LISTS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  scenarios: { name: text, purpose: text },
  invariants: { ...NAMED, when: text, group: text },
  operations: { ...NAMED, file: text, lines: list },
  fixes: NAMED,
  hardware: NAMED,
  options: { ...NAMED, values: list, default: optionValue },
};

/** Throws InputError naming the field that is not one of a system; `shown` is the module. */
export function demandSystem(value: unknown, shown: string): System {
  if (!isObject(value)) throw noSystem(shown, value);
  const { name } = value;
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9._-]*$/i.test(name)) {
    const found = name === undefined ? 'found none' : `found ${quote(name)}`;
    throw new InputError(
      `${shown}: the name of a system consists of letters, digits and - . _, ${found}`,
    );
  }
  const who = `${shown}: the system ${name}`;
  demandFields(value, OWN, who);
  for (const [key, fields] of Object.entries(LISTS)) {
    demandList(value[key] as readonly unknown[], fields, `${who}: ${key}`);
  }
  const system = value as unknown as System;
  if (system.scenarios.length === 0) throw new InputError(`${who} has no scenarios: give it one`);
  demandMember(system.scenarios, system.defaultScenario, `${who}: defaultScenario`);
  if (system.hardware.length === 0) throw new InputError(`${who} has no hardware: give it one`);
  demandMember(system.hardware, system.defaultHardware, `${who}: defaultHardware`);
  return system;
}

function noSystem(shown: string, value: unknown): InputError {
  return new InputError(
    `${shown} exports ${typeof value === 'function' ? 'a function' : quote(value)} as default, ` +
      'which is no system: defineSystem makes one',
  );
}

function demandFields(value: Fields, kinds: Readonly<Record<string, Kind>>, who: string): void {
  for (const [key, [is, takes]] of Object.entries(kinds)) {
    if (takes(value[key])) continue;
    const found = value[key] === undefined ? 'is missing' : `is ${quote(value[key])}`;
    throw new InputError(`${who}: ${key} must be ${is}, and ${found}`);
  }
}

/** Each thing has its fields, and a name of its own. */
function demandList(
  things: readonly unknown[],
  fields: Readonly<Record<string, Kind>>,
  who: string,
): void {
  const names = new Set<string>();
  for (const [i, thing] of things.entries()) {
    if (!isObject(thing)) {
      throw new InputError(`${who}[${i}] must be an object, and is ${quote(thing)}`);
    }
    demandFields(thing, fields, `${who}[${i}]`);
    const name = String(thing['name']);
    if (names.has(name)) throw new InputError(`${who} has two of the name ${quote(name)}`);
    names.add(name);
  }
}

function demandMember(things: readonly { readonly name: string }[], name: string, who: string) {
  if (things.some((thing) => thing.name === name)) return;
  throw new InputError(`${who} is ${quote(name)}, which there is not`);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
