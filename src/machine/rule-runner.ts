/**
 * Runs the rules of a system on the state in scratch. The state is put back only after a rule that
 * returned true; a blocked rule must not have written, which is checked.
 */

import { ModelError } from '../errors.ts';
import { placeOf, wrongAnswer, wroteInstead } from '../explorer/checks/model-errors.ts';
import type { Model, Visit } from '../explorer/model.ts';
import { differs } from '../explorer/state-words.ts';
import type { Step } from '../explorer/statement.ts';
import { Agenda, NOWHERE, placed } from './agenda.ts';
import type { PlacedRule } from './agenda.ts';
import type { RuleSystem } from './rule-system.ts';

export class RuleRunner<K> {
  readonly covered: Uint8Array;
  private readonly system: RuleSystem<K>;
  private readonly statements: Model['statements'];
  private readonly view: K;
  private readonly words: number;
  private readonly scratch: Int32Array;
  private readonly dispatch: ((k: K, thread: number) => number) | undefined;
  private readonly agendas: readonly Agenda<K>[];
  private readonly saved: Int32Array;
  private readonly looked: Int32Array;
  /** By thread, where it is. */
  private readonly places: Int32Array;
  /** The thread whose steps are being visited, and how many rules of others are never blocked. */
  private moved = 0;
  private sureElsewhere = 0;

  /** The names of rules are the statements. */
  constructor(system: RuleSystem<K>, statements: Model['statements']) {
    const { space, threads, dispatch } = system;
    const names = statements.map(({ token }) => token);
    this.system = system;
    this.statements = statements;
    this.view = space.view;
    this.words = space.words;
    this.scratch = space.scratch;
    this.dispatch = dispatch;
    this.agendas = threads.map((_, thread) => new Agenda(placed(system, names, thread)));
    this.covered = new Uint8Array(names.length);
    this.saved = new Int32Array(space.words);
    this.looked = new Int32Array(space.words);
    this.places = new Int32Array(threads.length).fill(NOWHERE);
  }

  successors(visit: Visit): void {
    const { scratch, saved, words, agendas, places, covered } = this;
    for (let i = 0; i < words; i++) saved[i] = scratch[i];
    const sure = this.find();
    this.demandUnchanged(saved);
    for (let thread = 0; thread < agendas.length; thread++) {
      const agenda = agendas[thread];
      const rules = agenda.at(places[thread]);
      this.moved = thread;
      this.sureElsewhere = sure - agenda.sureAt(places[thread]);
      for (let i = 0; i < rules.length; i++) {
        const rule = rules[i];
        if (!this.ran(rule)) {
          if (rule.always) throw this.blockedAlways(rule);
          // Compared in place: most rules are blocked in most states.
          let difference = 0;
          for (let word = 0; word < words; word++) difference |= scratch[word] ^ saved[word];
          if (difference !== 0) this.demandUnchanged(saved, rule);
          continue;
        }
        covered[rule.statement] = 1;
        visit(thread, rule.statement, rule.choice);
        for (let word = 0; word < words; word++) scratch[word] = saved[word];
      }
    }
  }

  uniqueSuccessor(visit: Visit): boolean {
    const { scratch, looked, words, agendas, covered } = this;
    let only: PlacedRule<K> | undefined;
    for (let i = 0; i < words; i++) looked[i] = scratch[i];
    for (let thread = 0; thread < agendas.length; thread++) {
      const rules = this.rulesAt(thread);
      for (let i = 0; i < rules.length; i++) {
        const rule = rules[i];
        if (!rule.always) {
          if (!this.ran(rule)) {
            this.demandUnchanged(looked, rule);
            continue;
          }
          for (let word = 0; word < words; word++) scratch[word] = looked[word];
        }
        if (only !== undefined) return false;
        only = rule;
      }
    }
    if (only === undefined) return false;
    if (!this.ran(only)) throw this.blockedAlways(only);
    covered[only.statement] = 1;
    visit(only.rule.thread, only.statement, only.choice);
    return true;
  }

  hasSeveralSuccessors(): boolean {
    const { agendas, moved, sureElsewhere } = this;
    if (sureElsewhere > 1) return true;
    if (this.dispatch === undefined) return false;
    return sureElsewhere + agendas[moved].sureAt(this.placeOfThread(moved)) > 1;
  }

  /**
   * Asked only after an error: tries which rule it was of the state whose successors were visited.
   */
  running(): Pick<Step, 'thread' | 'statement'> | undefined {
    this.scratch.set(this.saved);
    const thrower = this.rulesToTry().find((rule) => this.throws(this.saved, rule));
    return thrower && { thread: thrower.rule.thread, statement: thrower.statement };
  }

  /** The rules that a thread tries in the state in scratch. */
  rulesAt(thread: number): readonly PlacedRule<K>[] {
    return this.agendas[thread].at(this.placeOfThread(thread));
  }

  /** Runs a rule on the state in scratch: is that its successor now? */
  ran(placed: PlacedRule<K>): boolean {
    const answer: unknown = placed.run(this.view, placed.a, placed.b);
    if (answer === true) return true;
    if (answer === false) return false;
    throw wrongAnswer(this.placeOfRule(placed), answer, 'true or false');
  }

  /** A rule that is blocked has written nothing, and `dispatch` never has. */
  private demandUnchanged(before: Int32Array, blocked?: PlacedRule<K>): void {
    if (!differs(this.scratch, before)) return;
    if (blocked !== undefined) {
      const should = 'may return false only if it writes nothing';
      throw wroteInstead(this.placeOfRule(blocked), [], should);
    }
    throw wroteInstead(`${this.system.name}: dispatch`, [], 'may only read');
  }

  /** Where a thread is, as `dispatch` says; NOWHERE without it. */
  private placeOfThread(thread: number): number {
    const { dispatch, view } = this;
    if (dispatch === undefined) return NOWHERE;
    const place = dispatch(view, thread);
    if (place >>> 0 === place) return place;
    throw wrongAnswer(`${this.system.name}: dispatch`, place, 'a whole number from 0 up');
  }

  /** Finds out where threads are; how many rules are never blocked there. */
  private find(): number {
    const { agendas, places } = this;
    let sure = 0;
    if (this.dispatch === undefined) return 0;
    for (let thread = 0; thread < agendas.length; thread++) {
      const place = this.placeOfThread(thread);
      places[thread] = place;
      sure += agendas[thread].sureAt(place);
    }
    return sure;
  }

  private throws(state: Int32Array, { run, a, b }: PlacedRule<K>): boolean {
    this.scratch.set(state);
    try {
      run(this.view, a, b);
      return false;
    } catch {
      return true;
    }
  }

  /** None where it is `dispatch` that throws. */
  private rulesToTry(): readonly PlacedRule<K>[] {
    try {
      return this.agendas.flatMap((_, thread) => this.rulesAt(thread));
    } catch {
      return [];
    }
  }

  private placeOfRule({ rule: { thread }, statement }: PlacedRule<K>): string {
    const { system, statements } = this;
    return placeOf({ threads: system.threads, statements }, { thread, statement });
  }

  private blockedAlways({ rule }: PlacedRule<K>): ModelError {
    const { name } = this.system;
    return new ModelError(`${name}: ${rule.name} is declared never to be blocked, but it is.`);
  }
}
