/** The rules of each thread in the order in which it tries them, also by where the thread is. */

import { ModelError } from '../errors.ts';
import type { Rule, RuleSystem } from './rule-system.ts';

/** A rule with its place in the model: the n-th of its thread and name has choice n. */
export interface PlacedRule<K> {
  readonly rule: Rule<K>;
  readonly run: Rule<K>['run'];
  readonly a: number;
  readonly b: number;
  readonly always: boolean;
  readonly statement: number;
  readonly choice: number;
}

/** The place of a thread without `dispatch`: not known. */
export const NOWHERE = -1;

/** The rules of one thread, also by where the thread is. */
export class Agenda<K> {
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

export function placed<K>(
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
