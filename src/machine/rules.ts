/**
 * Guarded rules as a model: for benchmarks, textbook models and anything that has no C behind it.
 *
 * A rule reads and writes a view of the scratch buffer. It answers false if it is blocked, and then
 * has written nothing; true, and then scratch holds the successor. Guard and effect stay in one
 * function. The state is put back only after a rule that returned true, so a blocked rule costs its
 * guard and a look whether it has kept its word; `dispatch` saves trying most of the others.
 */

import { ModelError } from '../errors.ts';
import type { Model, StateInvariant } from '../explorer/model.ts';
import type { ConfirmableModel, Rerun } from '../explorer/rerun.ts';
import type { Statement } from '../explorer/statement.ts';
import type { ReducibleModel, Symmetry } from '../reduction/capabilities.ts';
import {
  placeOf,
  sentenceOf,
  truth,
  wrongAnswer,
  wroteInstead,
} from '../explorer/checks/model-errors.ts';
import { differs } from '../explorer/state-words.ts';
import { demandRule, demandStarts } from './rule-system.ts';

/** A state and a typed view of it: a layout of `state/`, or anything that looks like one. */
export interface Space<K> {
  readonly words: number;
  readonly scratch: Int32Array;
  /** Reads and writes `scratch`. */
  readonly view: K;
  /** A view of some fields, and their bits. */
  part?(paths: readonly string[]): { readonly view: K; readonly mask: Int32Array };
  /** A state as a value and back; throws ModelError for a value out of its declared range. */
  unpack?(words: Int32Array): K;
  pack?(value: K): Int32Array;
}

export interface Rule<K> {
  /** Rules of one name are one statement, whatever their thread and parameters. */
  readonly name: string;
  /** Index into the threads of the model. */
  readonly thread: number;
  /** Passed to `run`; 0 if left out. */
  readonly a?: number;
  readonly b?: number;
  /** Tried only when `dispatch` answers one of these for the thread; always if left out. */
  readonly at?: readonly number[];
  /**
   * Never blocked where `at` says, or it is an error: tells at once where there are several ways.
   */
  readonly always?: true;
  /** False: blocked, and nothing was written. True: scratch holds the successor. */
  readonly run: (k: K, a: number, b: number) => boolean;
}

export interface RuleInvariant<K> {
  readonly name: string;
  /**
   * The fields that it reads, such as `slots.entries.mapped`: it sees no others, and is asked again
   * only when a step changed one of them. All, if left out.
   */
  readonly reads?: readonly string[];
  /** Does it say something about this state? Always, if left out. */
  readonly applies?: (k: K) => boolean;
  /** Why the state breaks it; undefined if it holds. */
  readonly violation: (k: K) => string | undefined;
}

export interface RuleSystem<K> {
  readonly name: string;
  readonly space: Space<K>;
  readonly threads: readonly string[];
  /** Each writes an initial state over words that are all zero, or is one in words. */
  readonly start: readonly (((k: K) => void) | Int32Array)[];
  /** In the order in which a thread tries them. */
  readonly rules: readonly Rule<K>[];
  /** Where a thread is, as a small integer from 0 up (its pc): picks the rules worth trying. */
  readonly dispatch?: (k: K, thread: number) => number;
  readonly invariants?: readonly RuleInvariant<K>[];
  /** What is interchangeable, if that is known. */
  readonly symmetry?: Symmetry;
  /** May this state be the last one? Yes, if left out. */
  readonly finished?: (k: K) => boolean;
}

/** A rule with its place in the model: the n-th of its thread and name has choice n. */
interface PlacedRule<K> {
  readonly rule: Rule<K>;
  readonly run: Rule<K>['run'];
  readonly a: number;
  readonly b: number;
  readonly always: boolean;
  readonly statement: number;
  readonly choice: number;
}

export type RuleModel = ReducibleModel & ConfirmableModel;

export function ruleModel<K>(system: RuleSystem<K>): RuleModel {
  const { space, threads, dispatch, finished } = system;
  const { scratch, view, words } = space;
  demandStarts(system);
  for (const rule of system.rules) demandRule(system, rule);
  const names = [...new Set(system.rules.map((rule) => rule.name))];
  const agendas = threads.map((_, thread) => new Agenda(placed(system, names, thread)));
  const covered = new Uint8Array(names.length);
  const saved = new Int32Array(words);

  const looked = new Int32Array(words);
  const places = new Int32Array(threads.length).fill(NOWHERE);
  /** The thread whose steps are being visited, and how many rules of others are never blocked. */
  let moved = 0;
  let sureElsewhere = 0;

  /** A rule that is blocked has written nothing, and `dispatch` never has. */
  function demandUnchanged(before: Int32Array, blocked?: PlacedRule<K>): void {
    if (!differs(scratch, before)) return;
    if (blocked === undefined) throw wroteInstead(`${system.name}: dispatch`, [], 'may only read');
    const place = placeOf(model, { thread: blocked.rule.thread, statement: blocked.statement });
    throw wroteInstead(place, [], 'may return false only if it writes nothing');
  }

  /** Where a thread is, as `dispatch` says; NOWHERE without it. */
  function placeOfThread(thread: number): number {
    if (dispatch === undefined) return NOWHERE;
    const place = dispatch(view, thread);
    if (place >>> 0 === place) return place;
    throw wrongAnswer(`${system.name}: dispatch`, place, 'a whole number from 0 up');
  }

  /** Runs a rule on the state in scratch: is that its successor now? */
  function ran(placed: PlacedRule<K>): boolean {
    const answer: unknown = placed.run(view, placed.a, placed.b);
    if (answer === true) return true;
    if (answer === false) return false;
    const place = placeOf(model, { thread: placed.rule.thread, statement: placed.statement });
    throw wrongAnswer(place, answer, 'true or false');
  }

  /** Finds out where threads are; how many rules are never blocked there. */
  function find(): number {
    let sure = 0;
    if (dispatch === undefined) return 0;
    for (let thread = 0; thread < agendas.length; thread++) {
      const place = placeOfThread(thread);
      places[thread] = place;
      sure += agendas[thread].sureAt(place);
    }
    return sure;
  }

  const model: RuleModel = {
    words,
    scratch,
    threads,
    statements: names.map((token): Statement => {
      return { operation: token, file: system.name, line: 0, token };
    }),
    stateInvariants: (system.invariants ?? []).map((invariant) => stateInvariant(invariant, space)),
    stepInvariants: [],
    initialStates(visit) {
      for (const start of system.start) {
        if (start instanceof Int32Array) {
          scratch.set(start);
        } else {
          scratch.fill(0);
          start(view);
        }
        visit();
      }
    },
    successors(visit) {
      for (let i = 0; i < words; i++) saved[i] = scratch[i];
      const sure = find();
      demandUnchanged(saved);
      for (let thread = 0; thread < agendas.length; thread++) {
        const agenda = agendas[thread];
        const rules = agenda.at(places[thread]);
        moved = thread;
        sureElsewhere = sure - agenda.sureAt(places[thread]);
        for (let i = 0; i < rules.length; i++) {
          const rule = rules[i];
          if (!ran(rule)) {
            if (rule.always) throw blockedAlways(system.name, names[rule.statement]);
            // Compared in place: most rules are blocked in most states.
            let difference = 0;
            for (let word = 0; word < words; word++) difference |= scratch[word] ^ saved[word];
            if (difference !== 0) demandUnchanged(saved, rule);
            continue;
          }
          covered[rule.statement] = 1;
          visit(thread, rule.statement, rule.choice);
          for (let word = 0; word < words; word++) scratch[word] = saved[word];
        }
      }
    },
    uniqueSuccessor(visit) {
      let only: PlacedRule<K> | undefined;
      for (let i = 0; i < words; i++) looked[i] = scratch[i];
      for (let thread = 0; thread < agendas.length; thread++) {
        const rules = rulesAt(thread);
        for (let i = 0; i < rules.length; i++) {
          const rule = rules[i];
          if (!rule.always) {
            if (!ran(rule)) {
              demandUnchanged(looked, rule);
              continue;
            }
            for (let word = 0; word < words; word++) scratch[word] = looked[word];
          }
          if (only !== undefined) return false;
          only = rule;
        }
      }
      if (only === undefined) return false;
      if (!ran(only)) throw blockedAlways(system.name, names[only.statement]);
      covered[only.statement] = 1;
      visit(only.rule.thread, only.statement, only.choice);
      return true;
    },
    hasSeveralSuccessors() {
      if (sureElsewhere > 1) return true;
      if (dispatch === undefined) return false;
      return sureElsewhere + agendas[moved].sureAt(placeOfThread(moved)) > 1;
    },
    isFinal: () => finished === undefined || truth(finished(view), 'finished'),
    step: { checked: 0, violated: 0, explain: () => '', covered },
    running() {
      // Asked only after an error: tries which rule it was of the state whose
      // successors were visited.
      scratch.set(saved);
      const thrower = rulesToTry().find((rule) => throws(saved, rule));
      return thrower && { thread: thrower.rule.thread, statement: thrower.statement };
    },
    ...(system.symmetry && { symmetry: system.symmetry }),
  };
  function throws(state: Int32Array, { run, a, b }: PlacedRule<K>): boolean {
    scratch.set(state);
    try {
      run(view, a, b);
      return false;
    } catch {
      return true;
    }
  }
  /** None where it is `dispatch` that throws. */
  function rulesToTry(): readonly PlacedRule<K>[] {
    try {
      return threads.flatMap((_, thread) => rulesAt(thread));
    } catch {
      return [];
    }
  }
  const rulesAt = (thread: number): readonly PlacedRule<K>[] =>
    agendas[thread].at(placeOfThread(thread));
  return Object.assign(model, { replayer: replayerOfRules(model, ran, rulesAt) });
}

/** Each rule runs by itself, on a copy of the words of a state. */
function replayerOfRules<K>(
  model: Model,
  ran: (rule: PlacedRule<K>) => boolean,
  rulesAt: (thread: number) => readonly PlacedRule<K>[],
): Rerun<Int32Array> {
  const { scratch, threads, stateInvariants } = model;
  const runs = (state: Int32Array, rule: PlacedRule<K>): boolean => {
    scratch.set(state);
    return ran(rule);
  };
  return {
    initial() {
      const states: Int32Array[] = [];
      model.initialStates(() => states.push(scratch.slice()));
      return states;
    },
    step(state, { thread, statement, choice }) {
      scratch.set(state);
      const rule = rulesAt(thread).find(
        (placed) => placed.statement === statement && placed.choice === choice,
      );
      if (rule === undefined || !runs(state, rule)) return undefined;
      return { state: scratch.slice(), violated: [] };
    },
    violations: (state) =>
      stateInvariants.flatMap((check) => {
        scratch.set(state);
        const sentence = sentenceOf(model, check);
        return sentence === undefined ? [] : [{ invariant: check.name, sentence }];
      }),
    deadlocked(state) {
      for (const thread of threads.keys()) {
        scratch.set(state);
        if (rulesAt(thread).some((rule) => runs(state, rule))) return false;
      }
      scratch.set(state);
      return !model.isFinal();
    },
  };
}

/** Without `dispatch` nobody knows where a thread is. */
const NOWHERE = -1;

/** The rules of one thread, also by where the thread is. */
class Agenda<K> {
  private readonly all: readonly PlacedRule<K>[];
  private readonly anywhere: readonly PlacedRule<K>[];
  private readonly byPlace: (readonly PlacedRule<K>[])[] = [];
  /** By place, how many rules are never blocked there. */
  private readonly sure: number[] = [];

  constructor(all: readonly PlacedRule<K>[]) {
    this.all = all;
    this.anywhere = all.filter(({ rule }) => rule.at === undefined);
    const places = Math.max(-1, ...all.flatMap(({ rule }) => rule.at ?? []));
    for (let place = 0; place <= places; place++) {
      this.byPlace.push(all.filter(({ rule }) => rule.at?.includes(place) ?? true));
      this.sure.push(all.filter(({ always, rule }) => always && rule.at!.includes(place)).length);
    }
  }

  sureAt(place: number): number {
    return place >= 0 && place < this.sure.length ? this.sure[place] : 0;
  }

  at(place: number): readonly PlacedRule<K>[] {
    if (place === NOWHERE) return this.all;
    return place < this.byPlace.length ? this.byPlace[place] : this.anywhere;
  }
}

/** All rules with their places, by thread. */
export function rulesOf<K>(system: RuleSystem<K>): PlacedRule<K>[] {
  const names = [...new Set(system.rules.map((rule) => rule.name))];
  return system.threads.flatMap((_, thread) => placed(system, names, thread));
}

function placed<K>(
  system: RuleSystem<K>,
  names: readonly string[],
  thread: number,
): PlacedRule<K>[] {
  const used = new Map<string, number>();
  return system.rules.flatMap((rule) => {
    if (rule.thread !== thread) return [];
    const choice = used.get(rule.name) ?? 0;
    used.set(rule.name, choice + 1);
    const { run, a = 0, b = 0, always = false } = rule;
    if (always && (rule.at === undefined || system.dispatch === undefined)) {
      throw new ModelError(
        `${system.name}: ${rule.name} is declared never to be blocked: it needs \`at\`, ` +
          'and its system `dispatch`.',
      );
    }
    return [{ rule, run, a, b, always, statement: names.indexOf(rule.name), choice }];
  });
}

function blockedAlways(model: string, rule: string): ModelError {
  return new ModelError(`${model}: ${rule} is declared never to be blocked, but it is.`);
}

function stateInvariant<K>(invariant: RuleInvariant<K>, space: Space<K>): StateInvariant {
  const { name, reads, applies, violation } = invariant;
  const part = reads === undefined ? undefined : space.part?.(reads);
  const view = part?.view ?? space.view;
  return {
    name,
    reads: part?.mask,
    applies: () => applies === undefined || applies(view),
    violation: () => violation(view),
  };
}
