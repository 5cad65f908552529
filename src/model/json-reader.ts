/** Reads JSON from outside field by field; what does not fit is refused with its place. */

import { InputError } from '../errors.ts';
import { quote, shortName } from '../safe-text.ts';

type Json = Record<string, unknown>;

export class JsonReader {
  /** What is read, as messages name it. */
  private readonly subject: string;
  private readonly path: string;

  constructor(subject: string, path = '') {
    this.subject = subject;
    this.path = path;
  }

  fail(expected: string, found: unknown): never {
    const text = found === undefined ? 'nothing' : quote(found);
    throw new InputError(`${this.subject}: ${this.path}: expected ${expected}, found ${text}`);
  }

  in(key: string | number): JsonReader {
    const name = typeof key === 'number' ? `[${key}]` : shortName(key);
    const step = typeof key === 'number' || this.path === '' ? name : `.${name}`;
    return new JsonReader(this.subject, this.path + step);
  }

  object(value: unknown, keys: readonly string[]): Json {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.fail('an object', value);
    }
    for (const [key, field] of Object.entries(value)) {
      if (keys.includes(key)) {
        // What may be left out is left out, as the published form has it.
        if (field === null) this.in(key).fail('a value, or no such field', field);
        // It says to an editor what the file may hold, and nothing to us.
        if (key === '$schema') this.in(key).text(field);
        continue;
      }
      const known = keys.join(', ');
      const where = this.in(key).path;
      throw new InputError(
        `${this.subject}: ${where}: there is no such field; known here: ${known}`,
      );
    }
    return value as Json;
  }

  scalar(value: unknown): string | number | boolean {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      this.fail('a string, a number, true or false', value);
    }
    return value;
  }

  text(value: unknown): string {
    if (typeof value !== 'string' || value === '') this.fail('a non-empty string', value);
    return value;
  }

  name<T extends string>(value: unknown, known: readonly T[], what: string): T {
    if (!known.includes(value as T)) {
      this.fail(
        `${what}: ${known.length === 0 ? 'there are none' : known.map(shortName).join(', ')}`,
        value,
      );
    }
    return value as T;
  }

  list<T>(value: unknown, min: number, max: number, each: (v: unknown, at: JsonReader) => T): T[] {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      const found = Array.isArray(value) ? `${value.length} of them` : value;
      this.fail(`a list of ${min} to ${max}`, found);
    }
    return value.map((element, i) => each(element, this.in(i)));
  }
}
