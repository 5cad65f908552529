/** The kinds of fields that a scenario is declared with, such as `field.whole(1, 8, 'Frames.')`. */

import { ModelError } from '../errors.ts';
import { quote } from '../suggest.ts';
import { demandField, type Field, type Fields, type ValuesOf } from './field.ts';
import { Defined, Distinct, ListOf, ObjectOf, OneOrSeveral, Settings } from './compounds.ts';
import { Derived, Optional } from './left-out.ts';
import { Choice, Flag, Halves, NameIn, Text, Truth, Whole, Within } from './scalars.ts';
import type { Bounds } from './scalars.ts';
import { type KindOf, type Kinds, Tagged } from './tagged.ts';

/** A whole number from `min` to `max`, both included. */
export function whole(min: number, max: number, sentence: string): Field<number> {
  return new Whole(min, max, sentence);
}

/** A number in steps of one half. */
export function halves(min: number, max: number, sentence: string): Field<number> {
  return new Halves(min, max, sentence);
}

/**
 * A number that must also lie between bounds that other fields set, such as a page of `pages`:
 * `within(whole(0, 29, 'A page.'), (scenario) => [0, scenario('pages') - 1])`. The second argument
 * of `bounds` has the fields beside it.
 */
export function within(each: Field<number>, bounds: Bounds): Field<number> {
  return new Within(each, bounds);
}

/** True or false; it must be there. */
export function truth(sentence: string): Field<boolean> {
  return new Truth(sentence);
}

/** Something that is so, or is not: false is the same as left out. */
export function flag(sentence: string): Field<boolean | undefined> {
  return new Flag(sentence);
}

/** A text of any length but none. */
export function text(sentence: string): Field<string> {
  return new Text(sentence);
}

/** One of some names or numbers. */
export function oneOf<const T extends string | number>(
  values: readonly T[],
  sentence: string,
): Field<T> {
  return new Choice(values, sentence);
}

/** The `name` of an element of another list of the scenario; `only`: a flag that it must have. */
export function nameIn(list: string, sentence: string, only?: string): Field<string> {
  return new NameIn(list, sentence, only);
}

/** A list of `min` to `max` elements. */
export function list<T>(
  each: Field<T>,
  bounds: readonly [min: number, max: number],
  sentence: string,
): Field<readonly T[]> {
  const given: unknown = bounds;
  if (!Array.isArray(given) || given.length !== 2) {
    throw new ModelError(`field.list: expected [least, most], found ${found(given)}`);
  }
  return new ListOf(each, bounds, sentence);
}

/** A list in which no value is twice. */
export function distinct<T extends string | number>(
  each: Field<readonly T[]>,
): Field<readonly T[]> {
  return new Distinct(each);
}

/** A list of objects in which no `name` is twice. */
export function named<T extends { readonly name: string }>(
  each: Field<readonly T[]>,
): Field<readonly T[]> {
  return new Distinct(each, 'name');
}

/** One, or a list of `min` to `max`, of which any one is meant. */
export function oneOrSeveral<T>(
  each: Field<T>,
  bounds: readonly [min: number, max: number],
): Field<T | readonly T[]> {
  return new OneOrSeveral(each, new ListOf(each, bounds, 'Any one of these.'));
}

/** An object with exactly these fields. */
export function object<const F extends Fields>(fields: F, sentence: string): Field<ValuesOf<F>> {
  return new ObjectOf(fields, sentence);
}

/** An object that may be left out, as each of its fields may be: it is read as an empty one. */
export function settings<const F extends Fields>(fields: F, sentence: string): Field<ValuesOf<F>> {
  return new Settings(fields, sentence);
}

/**
 * An object of one of several kinds, which the field `tag` tells. By its name, the other fields of
 * each kind: as they are, with a sentence (`field.object`), or again of several kinds.
 */
export function tagged<const Tag extends string, const C extends Kinds>(
  tag: Tag,
  kinds: C,
  sentence: string,
): Field<KindOf<Tag, C>> {
  return new Tagged(tag, kinds, sentence);
}

/** A step of a program: `{ "do": "write", "page": 0 }`. By its name, the fields of each command. */
export function command<const C extends Kinds>(
  commands: C,
  sentence: string,
): Field<KindOf<'do', C>> {
  const given: unknown = commands;
  if (typeof given !== 'object' || given === null) {
    throw new ModelError(`field.command: expected an object of commands, found ${found(given)}`);
  }
  return new Tagged('do', commands, sentence);
}

/** The field, which has a name in the JSON Schema: for what stands in several places. */
export function defined<T>(name: string, each: Field<T>): Field<T> {
  return new Defined(name, each);
}

/** The field, or `value` where it is left out. */
export function optional<T>(each: Field<T>, value: T): Field<T>;
export function optional<T>(each: Field<T>): Field<T | undefined>;
export function optional<T>(each: Field<T>, value?: T): Field<T | undefined> {
  demandField('field.optional', each);
  return new Optional<T | undefined>(each, value);
}

/**
 * The field, or what follows from the scenario and from the fields beside it where it is left out.
 */
export function derived<T, S, O>(each: Field<T>, from: (scenario: S, own: O) => T): Field<T> {
  return new Derived(each, from);
}

function found(value: unknown): string {
  return value === undefined ? 'nothing' : quote(value);
}
