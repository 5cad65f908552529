/**
 * Reads and checks the options of a command. The parser supplies strings only, because its own
 * conversions silently turn `--depth abc` into NaN and a repeated option into a list.
 */

import { enumerate, quote, wayOut } from '../suggest.ts';
import { InputError } from '../errors.ts';
import { shortName } from '../safe-text.ts';

const UNITS: Readonly<Record<string, number>> = {
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
};

export class Args {
  private readonly values: Readonly<Record<string, unknown>>;
  /** The words after the command's name, as typed. */
  readonly words: readonly string[];

  constructor(values: Readonly<Record<string, unknown>>, words: readonly string[] = []) {
    this.values = values;
    this.words = words;
  }

  flag(name: string): boolean {
    return this.values[name] === true;
  }

  /** All values of a repeatable option; undefined if it was not given. */
  many(name: string): string[] | undefined {
    const value = this.values[name];
    if (value === undefined) return undefined;
    const values = [value].flat().map(String);
    if (values.some((each) => each.trim() === '')) {
      throw new InputError(`${name === 'files' ? name : `--${name}`} is given an empty value`);
    }
    return values.length === 0 ? undefined : values;
  }

  one(name: string): string | undefined {
    const values = this.many(name);
    if (values !== undefined && values.length > 1) {
      throw new InputError(`--${name} is given ${times(values.length)}: give it once`);
    }
    return values?.[0];
  }

  /** A word that is not an option, such as the system. */
  positional(name: string): string | undefined {
    const value = this.values[name];
    if (value === undefined) return undefined;
    if (String(value).trim() === '') throw new InputError(`the ${name} is an empty word`);
    return String(value);
  }

  choice<Name extends string>(name: string, names: readonly Name[], byDefault: Name): Name {
    const value = this.one(name);
    if (value === undefined) return byDefault;
    const found = names.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    throw new InputError(`--${name} cannot be ${quote(value)}: ${wayOut(value, names)}`);
  }

  /** A whole number from `least` to `most`. */
  whole(name: string, least: number, most: number): number | undefined {
    const value = this.one(name);
    if (value === undefined) return undefined;
    const plain = value.replaceAll('_', '');
    const number = Number(plain);
    if (!/^-?\d+$/.test(plain) || number < least || number > most) {
      throw new InputError(
        `--${name} must be a whole number from ${least} to ${most}, but is ${quote(value)}`,
      );
    }
    return number;
  }

  /** A percentage above 0, fractions allowed. */
  percent(name: string): number | undefined {
    const value = this.one(name);
    if (value === undefined) return undefined;
    const number = Number(value.replace(/ ?%$/, ''));
    if (!/^\d+(\.\d+)?( ?%)?$/.test(value) || number <= 0 || number > 100) {
      throw new InputError(
        `--${name} must be a percentage above 0 and at most 100, such as 80 or 99.5, ` +
          `but is ${quote(value)}`,
      );
    }
    return number;
  }

  /** Seconds, fractions allowed. */
  seconds(name: string): number | undefined {
    const value = this.one(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (!/^\d+(\.\d+)?$/.test(value) || number <= 0 || number > 1e8) {
      throw new InputError(
        `--${name} must be a number of seconds above 0, such as 90 or 0.5, but is ${quote(value)}`,
      );
    }
    return number;
  }

  /** An amount of memory such as 512M or 4G, in bytes. */
  bytes(name: string): number | undefined {
    const value = this.one(name);
    if (value === undefined) return undefined;
    const found = /^(\d+(?:\.\d+)?)([KMGT])(?:i?B)?$/i.exec(value);
    const bytes = found === null ? 0 : Math.floor(Number(found[1]) * UNITS[found[2].toUpperCase()]);
    if (bytes < UNITS['M'] || bytes > 64 * UNITS['T']) {
      throw new InputError(
        `--${name} must be an amount of memory such as 512M or 4G, at least 1M, ` +
          `but is ${quote(value)}`,
      );
    }
    return bytes;
  }

  /** Parses `--option NAME=VALUE`; each name may occur once. */
  assignments(name: string): Map<string, string> {
    const found = new Map<string, string>();
    for (const value of this.many(name) ?? []) {
      const equals = value.indexOf('=');
      if (equals <= 0) {
        throw new InputError(`--${name} must have the form NAME=VALUE, but is ${quote(value)}`);
      }
      const key = value.slice(0, equals);
      if (found.has(key))
        throw new InputError(`--${name} ${shortName(key)} is given twice: give it once`);
      found.set(key, value.slice(equals + 1));
    }
    return found;
  }
}

function times(count: number): string {
  return count === 2 ? 'twice' : `${count} times`;
}

/** `bfs, dfs or random`. */
export function either(names: readonly string[]): string {
  return names.length < 2
    ? enumerate(names)
    : `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}`;
}
