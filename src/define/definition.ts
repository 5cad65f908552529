/** What is said of a system to `defineSystem`: everything that has no default has to be. */

import type { Rule } from '../machine/rule-system.ts';
import type { AnyOperation, Result } from '../machine/vocabulary.ts';
import type { Symmetry } from '../reduction/capabilities.ts';
import type { Layout } from '../state/layout.ts';
import type { Ref } from '../state/pool.ts';
import type { Fields as StateFields, FieldValues } from '../state/record.ts';
import type { FixInfo, Named, OptionInfo, OptionValue } from '../system.ts';
import type { Fields } from '../scenario/field.ts';
import type { Complain, ScenarioOf } from '../scenario/form.ts';

/** The state whose fields `state` declares: `type Kernel = StateOf<typeof state>`. */
export type StateOf<State extends (scope: never) => StateFields> = FieldValues<ReturnType<State>>;

/** What decides a search besides the scenario. */
export interface Given {
  /** Every option, also those left at their default. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** Name of the hardware profile. */
  readonly hardware: string;
  /** Names of the fixes applied. */
  readonly fixes: ReadonlySet<string>;
}

/** A URL, such as `new URL('./scenarios/', import.meta.url)`; also where no types know of URLs. */
export interface Place {
  readonly href: string;
}

/** An operation to run, and the values of its locals: `{ do: 'write', page: 0 }`. */
export interface Command {
  readonly do: string;
  readonly [local: string]: OptionValue | null | undefined;
}

/** A thread, and what it does, one after the other. */
export interface ThreadDefinition {
  readonly name: string;
  readonly program: readonly Command[];
}

/** What invariants of states and of steps have in common. */
export interface AnyInvariant extends Named {
  /**
   * Invariants of a group are chosen together; its own name if left out. Violations of the group
   * `discipline` are reported last where a scenario does not say what it is about.
   */
  readonly group?: string;
  /** When it is asked, in words. */
  readonly when?: string;
}

/** The states in which an invariant has something to say. */
export type Moment =
  | 'always'
  /** No thread is inside of an operation: each is between two commands of its program. */
  | 'at rest'
  /** The system is `finished`. */
  | 'at the end';

/** A state invariant: checked in every state that is found. */
export interface InvariantDefinition<K, S> extends AnyInvariant {
  /** `always` if left out. A system of rules is never `at rest`. */
  readonly asked?: Moment;
  /** Fields of the state, such as `frames.count`: it sees no others. All, if left out. */
  readonly reads?: readonly string[];
  /** Does it say something about such a state? It does if left out. */
  readonly applies?: (k: K, scope: S) => boolean;
  /** Why the state violates it, as a sentence; undefined if it holds, or does not apply. */
  readonly violation: (k: K, scope: S) => string | undefined;
}

/** Put to the test by `cx.check(number, ...)`; the number is its place in the list. */
export interface StepInvariantDefinition<S> extends AnyInvariant {
  /** What happened, from the values given to `check`. */
  readonly violation: (scope: S, a: Result, b: Result, c: Result) => string;
}

/** Operations by name. */
export interface Written<K, S> {
  /** Throws ModelError where there is none of that name. */
  get(name: string): AnyOperation<K, S>;
}

/** A named change of operations; `--fix` applies it. */
export interface FixDefinition<K, S> extends FixInfo {
  /** Answers the operations that it changes, or adds. */
  readonly patch: (written: Written<K, S>, scope: S) => readonly AnyOperation<K, S>[];
}

/** What systems of operations and of rules have in common. */
export interface CommonDefinition<F extends Fields, S, T extends StateFields> {
  /** Letters, digits and `-`: what the command line calls it. */
  readonly name: string;
  /** The name itself, if left out. */
  readonly title?: string;
  /** Revision of the source that is modelled; `1` if left out. */
  readonly revision?: string;
  readonly sentence: string;
  /** What a scenario consists of, besides its name and purpose. */
  readonly scenario: F;
  /** What the fields cannot say of a scenario. */
  readonly check?: (scenario: ScenarioOf<F>, complain: Complain) => void;
  /**
   * Objects, or URLs of JSON files; or the URL of a folder, of which all JSON files are taken, by
   * name. The first is the default.
   */
  readonly scenarios: readonly unknown[] | Place;
  /** Pools, constants and tables that a scenario means: steps and invariants are given them. */
  readonly scope: (scenario: ScenarioOf<F>, given: Given) => S;
  readonly state: (scope: S) => T;
  /** Writes the initial state over one in which everything is blank. */
  readonly start?: (k: FieldValues<T>, scope: S) => void;
  readonly invariants: readonly InvariantDefinition<FieldValues<T>, S>[];
  readonly options?: readonly OptionInfo[];
  /** The first is the default; a single one if left out. */
  readonly hardware?: readonly Named[];
  /** May this state be the last one? If left out: all threads have ended, or are never `ready`. */
  readonly finished?: (k: FieldValues<T>, scope: S) => boolean;
  /** The scope in a few words; from the fields of the scenario if left out. */
  readonly summary?: (scenario: ScenarioOf<F>) => string;
  /** What is interchangeable; `symmetryOf` makes it. */
  readonly symmetry?: (layout: Layout<FieldValues<T>>, scope: S) => Symmetry | string;
}

/** A system of C functions, written as tables of statements. */
export interface OperationsDefinition<
  F extends Fields,
  S,
  T extends StateFields,
> extends CommonDefinition<F, S, T> {
  readonly threads: (scope: S) => readonly ThreadDefinition[];
  /** A list, or what makes it of the scope, whose pieces the statements then have at hand. */
  readonly operations:
    | readonly AnyOperation<FieldValues<T>, S>[]
    | ((scope: S) => readonly AnyOperation<FieldValues<T>, S>[]);
  readonly stepInvariants?: readonly StepInvariantDefinition<S>[];
  readonly fixes?: readonly FixDefinition<FieldValues<T>, S>[];
  /** May the thread continue its program? By default always; a child waits for its fork. */
  readonly ready?: (k: FieldValues<T>, thread: Ref<'thread'>, scope: S) => boolean;
  /** Has the kernel stopped for good? Never, if left out. */
  readonly halted?: (k: FieldValues<T>, scope: S) => boolean;
  /** The only thread that may step, or -1. */
  readonly exclusive?: (k: FieldValues<T>, scope: S) => number;
  /** How deep calls nest; found out by itself unless an operation calls itself. */
  readonly depth?: number;
}

/** A system of guarded rules. */
export interface RulesDefinition<
  F extends Fields,
  S,
  T extends StateFields,
> extends CommonDefinition<F, S, T> {
  readonly threads: (scope: S) => readonly string[];
  readonly rules: (scope: S) => readonly Rule<FieldValues<T>>[];
  /** What the scope makes of them is up to it: it is given their names. */
  readonly fixes?: readonly FixInfo[];
  readonly dispatch?: (k: FieldValues<T>, thread: number, scope: S) => number;
}
