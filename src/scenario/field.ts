/**
 * What a scenario may hold, declared once: from these fields come its type, its validation with the
 * place of every mistake, and a JSON Schema for editors. Each has a sentence that documents it.
 */

import { ModelError } from '../errors.ts';
import { expected, type Mistake, type Path } from '../mistakes.ts';
import { quote } from '../suggest.ts';

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Parts of a JSON Schema that others refer to, by name. */
export type Definitions = Map<string, JsonSchema>;

/** The values of an object that is read, or of the whole scenario. */
export type Values = Record<string, unknown>;

/** What is known while a scenario is read. */
export class Reading {
  readonly mistakes: Mistake[] = [];
  /** The object whose fields are being read. */
  owner: Values = {};
  /** Asked once everything has been read: is a name one of another list? */
  readonly later: ((scenario: Values) => void)[] = [];
  /** Fills in, once there is no mistake, what follows from other fields. */
  readonly derived: ((scenario: Values) => void)[] = [];

  complain(path: Path, sentence: string): void {
    this.mistakes.push({ path, sentence });
  }

  expected(path: Path, what: string, found: unknown): void {
    this.complain(path, expected(what, found));
  }

  /** Complains of the name of a field, not of its value. */
  unknown(path: Path, sentence: string): void {
    this.mistakes.push({ path, sentence, ofName: true });
  }
}

/** A part of a scenario; `T` is what it is read as. */
export abstract class Field<T> {
  readonly sentence: string;

  constructor(sentence: string) {
    this.sentence = sentence;
  }

  /** False if it may be left out. */
  get isNeeded(): boolean {
    return true;
  }

  /** Reads a value; what does not fit is complained of, and then the answer is of no use. */
  abstract read(value: unknown, path: Path, reading: Reading): T;

  /** Sets what is taken where the field `name` of `owner` is left out, or complains. */
  leftOut(_owner: Values, _name: string, path: Path, reading: Reading): void {
    this.read(undefined, path, reading);
  }

  /** Without its description. */
  protected abstract ownSchema(definitions: Definitions): JsonSchema;

  schema(definitions: Definitions): JsonSchema {
    const described = this.sentence === '' ? {} : { description: this.sentence };
    return { ...this.ownSchema(definitions), ...described };
  }
}

/** The fields of a scenario, or of an object in it, by name. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What a field is read as. */
export type ValueOf<F> = F extends Field<infer T> ? T : never;

/** What an object of these fields is read as. */
export type ValuesOf<F extends Fields> = {
  readonly [K in keyof F as undefined extends ValueOf<F[K]> ? never : K]: ValueOf<F[K]>;
} & {
  readonly [K in keyof F as undefined extends ValueOf<F[K]> ? K : never]?: Exclude<
    ValueOf<F[K]>,
    undefined
  >;
};

export function demandField(who: string, field: unknown): void {
  if (field instanceof Field) return;
  throw new ModelError(
    `${who} must be a field such as field.whole(0, 3, '...'), found ${quote(field)}`,
  );
}
