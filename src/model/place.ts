/**
 * Reads plain JSON from outside, one place at a time: each question it is asked either answers with
 * a checked value or throws an InputError that names the place in the file.
 */

import { InputError } from '../errors.ts';

export type Json = Record<string, unknown>;

export class Place {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  fail(expected: string, found: unknown): never {
    const text = found === undefined ? 'nothing' : JSON.stringify(found);
    throw new InputError(`scenario: ${this.path}: expected ${expected}, found ${text}`);
  }

  in(key: string | number): Place {
    const step = typeof key === 'number' ? `[${key}]` : this.path === '' ? key : `.${key}`;
    return new Place(this.path + step);
  }

  object(value: unknown, keys: readonly string[]): Json {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.fail('an object', value);
    }
    for (const key of Object.keys(value)) {
      if (!keys.includes(key)) {
        throw new InputError(
          `scenario: ${this.in(key).path}: there is no such field; known here: ${keys.join(', ')}`,
        );
      }
    }
    return value as Json;
  }

  whole(value: unknown, min: number, max: number): number {
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
      this.fail(`a whole number from ${min} to ${max}`, value);
    }
    return value as number;
  }

  text(value: unknown): string {
    if (typeof value !== 'string' || value === '') this.fail('a text', value);
    return value;
  }

  flag(value: unknown): boolean {
    if (typeof value !== 'boolean') this.fail('true or false', value);
    return value;
  }

  name(value: unknown, known: readonly string[], what: string): string {
    if (!known.includes(value as string)) {
      this.fail(`${what}: ${known.length === 0 ? 'there are none' : known.join(', ')}`, value);
    }
    return value as string;
  }

  list<T>(value: unknown, min: number, max: number, each: (value: unknown, at: Place) => T): T[] {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      const found = Array.isArray(value) ? `${value.length} of them` : value;
      this.fail(`a list of ${min} to ${max}`, found);
    }
    return value.map((element, i) => each(element, this.in(i)));
  }
}
