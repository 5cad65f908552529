/** Fields that hold a number, a text, a name, true or false. */

import { ModelError } from '../errors.ts';
import { expected, type Path } from '../mistakes.ts';
import { quote, wayOut } from '../suggest.ts';
import { Field, type Definitions, type JsonSchema, type Reading, type Values } from './field.ts';

/** A number from `min` to `max`, both included. */
abstract class NumberField extends Field<number> {
  protected readonly min: number;
  protected readonly max: number;

  constructor(min: number, max: number, sentence: string) {
    super(sentence);
    if (!this.isOne(min) || !this.isOne(max) || min > max) {
      throw new ModelError(
        `a field of numbers needs bounds of their kind, min <= max, found ${min}, ${max}`,
      );
    }
    this.min = min;
    this.max = max;
  }

  protected abstract isOne(value: unknown): boolean;
  /** `a whole number`. */
  protected abstract readonly kind: string;

  fits(value: unknown, min = this.min, max = this.max): value is number {
    return this.isOne(value) && (value as number) >= min && (value as number) <= max;
  }

  /** Complains of a value that is not between these bounds. */
  check(value: unknown, path: Path, reading: Reading, min = this.min, max = this.max): void {
    if (this.fits(value, min, max)) return;
    reading.expected(path, `${this.kind} from ${min} to ${max}`, value);
  }

  read(value: unknown, path: Path, reading: Reading): number {
    this.check(value, path, reading);
    return value as number;
  }
}

export class Whole extends NumberField {
  protected readonly kind = 'a whole number';

  protected isOne(value: unknown): boolean {
    return Number.isInteger(value);
  }

  protected ownSchema(): JsonSchema {
    return { type: 'integer', minimum: this.min, maximum: this.max };
  }
}

export class Halves extends NumberField {
  protected readonly kind = 'a multiple of 0.5';

  protected isOne(value: unknown): boolean {
    return typeof value === 'number' && Number.isInteger(2 * value);
  }

  protected ownSchema(): JsonSchema {
    return { type: 'number', multipleOf: 0.5, minimum: this.min, maximum: this.max };
  }
}

/** The number in a field; NaN if it holds none. */
export type Size = (field: string) => number;

/** The bounds that other fields set: of the whole scenario, and of the object with this field. */
export type Bounds = (scenario: Size, own: Size) => readonly [min: number, max: number];

function sizesOf(values: Values): Size {
  return (field) => {
    const value = Object.hasOwn(values, field) ? values[field] : undefined;
    return typeof value === 'number' ? value : NaN;
  };
}

/** A number whose bounds also depend on other fields. */
export class Within extends Field<number> {
  private readonly each: NumberField;
  private readonly bounds: Bounds;

  constructor(each: Field<number>, bounds: Bounds) {
    super(each.sentence);
    if (!(each instanceof NumberField)) {
      throw new ModelError('field.within: needs field.whole or field.halves');
    }
    this.each = each;
    this.bounds = bounds;
  }

  read(value: unknown, path: Path, reading: Reading): number {
    const number = this.each.read(value, path, reading);
    const { owner } = reading;
    if (!this.each.fits(value)) return number;
    reading.later.push((scenario) => {
      const [min, max] = this.bounds(sizesOf(scenario), sizesOf(owner));
      // A field that is wrong itself sets no bounds.
      if (Number.isNaN(min) || Number.isNaN(max)) return;
      this.each.check(value, path, reading, min, max);
    });
    return number;
  }

  protected ownSchema(definitions: Definitions): JsonSchema {
    return this.each.schema(definitions);
  }
}

export class Truth extends Field<boolean> {
  read(value: unknown, path: Path, reading: Reading): boolean {
    if (typeof value !== 'boolean') reading.expected(path, 'true or false', value);
    return value as boolean;
  }

  protected ownSchema(): JsonSchema {
    return { type: 'boolean' };
  }
}

/** False is the same as left out. */
export class Flag extends Field<boolean | undefined> {
  override get isNeeded(): boolean {
    return false;
  }

  override leftOut(): void {}

  read(value: unknown, path: Path, reading: Reading): boolean | undefined {
    if (typeof value !== 'boolean') reading.expected(path, 'true or false', value);
    return value === true ? true : undefined;
  }

  protected ownSchema(): JsonSchema {
    return { type: 'boolean', default: false };
  }
}

export class Text extends Field<string> {
  read(value: unknown, path: Path, reading: Reading): string {
    if (typeof value !== 'string' || value === '') reading.expected(path, 'a text', value);
    return value as string;
  }

  protected ownSchema(): JsonSchema {
    return { type: 'string', minLength: 1 };
  }
}

export class Choice<T extends string | number> extends Field<T> {
  private readonly values: readonly T[];

  constructor(values: readonly T[], sentence: string) {
    super(sentence);
    if (!Array.isArray(values) || values.length === 0) {
      throw new ModelError(`field.oneOf: needs a list of names, found ${quote(values)}`);
    }
    this.values = values;
  }

  read(value: unknown, path: Path, reading: Reading): T {
    if (!this.values.includes(value as T)) complainOfChoice(value, this.values, path, reading);
    return value as T;
  }

  protected ownSchema(): JsonSchema {
    return { enum: this.values };
  }
}

/** With a suggestion for a name that is misspelt. */
export function complainOfChoice(
  value: unknown,
  choices: readonly (string | number)[],
  path: Path,
  reading: Reading,
): void {
  const way = typeof value === 'string' ? wayOut(value, choices.map(String)) : '';
  const hint = way.startsWith('did you mean') ? `: ${way}` : '';
  reading.complain(path, `${expected(`one of ${choices.join(', ')}`, value)}${hint}`);
}

/** The one value that tells a kind of object from others. */
export class Fixed extends Field<string> {
  private readonly value: string;

  constructor(value: string) {
    super('');
    this.value = value;
  }

  read(): string {
    return this.value;
  }

  protected ownSchema(): JsonSchema {
    return { const: this.value };
  }
}

/** The name of an element of another list of the scenario. */
export class NameIn extends Field<string> {
  private readonly list: string;
  private readonly only: string | undefined;

  /** `only`: a flag that the element must have. */
  constructor(list: string, sentence: string, only?: string) {
    super(sentence);
    this.list = list;
    this.only = only;
  }

  read(value: unknown, path: Path, reading: Reading): string {
    if (typeof value !== 'string' || value === '') {
      reading.expected(path, `a name of ${this.list}`, value);
      return '';
    }
    reading.later.push((scenario) => {
      const names = this.namesIn(scenario[this.list]);
      if (names.includes(value)) return;
      const kind = this.only === undefined ? '' : ` with ${this.only}: true`;
      reading.complain(path, `${this.list} has no ${quote(value)}${kind}: ${wayOut(value, names)}`);
    });
    return value;
  }

  private namesIn(elements: unknown): string[] {
    const { only } = this;
    return (Array.isArray(elements) ? (elements as unknown[]) : []).flatMap((one) => {
      if (typeof one === 'string') return [one];
      if (typeof one !== 'object' || one === null) return [];
      const { name, ...others } = one as Values;
      const fits = only === undefined || others[only] === true;
      return fits && typeof name === 'string' ? [name] : [];
    });
  }

  protected ownSchema(): JsonSchema {
    return { type: 'string', minLength: 1 };
  }
}
