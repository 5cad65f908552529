/** Builds Codezero mm0 for tests: a profile, fixes, invariants, or a seeded mistake. */

import type { Context } from '../../src/machine/vocabulary.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { Choices } from '../../src/model/codezero-mm0/options.ts';
import type { Profile } from '../../src/model/codezero-mm0/profiles.ts';
import type { Rules } from '../../src/model/codezero-mm0/rules.ts';
import type { Scope } from '../../src/model/codezero-mm0/scope.ts';
import type { Kernel } from '../../src/model/codezero-mm0/state.ts';
import type { Scenario, Subject } from '../../src/system.ts';
import { asWritten, buildCodezero, codezeroMm0 } from '../../src/systems/codezero-mm0.ts';
import type { Program } from '../../src/systems/codezero-mm0.ts';

export type Mm0Subject = Subject & Machine<Kernel, Scope>;

export const allInvariants: readonly string[] = codezeroMm0.invariants.map(({ name }) => name);

/** The mistake at places whose token begins with this text. */
export interface Mistake {
  readonly at: string;
  readonly make: (k: Kernel) => void;
}

export interface Build {
  readonly profile?: Profile;
  readonly fixes?: readonly string[];
  readonly invariants?: readonly string[];
  readonly mistake?: Mistake;
  readonly rules?: Partial<Rules>;
  /** Besides the profile. */
  readonly options?: Partial<Choices>;
}

export function build(scenario: Scenario, changes: Build = {}): Mm0Subject {
  const spec = {
    system: codezeroMm0.name,
    scenario,
    fixes: changes.fixes ?? [],
    hardware: codezeroMm0.defaultHardware,
    options: { profile: changes.profile ?? 'reference', ...changes.options },
    invariants: changes.invariants ?? allInvariants,
  };
  const { mistake, rules = {} } = changes;
  return buildCodezero(spec, { program: mistaken(mistake), rules }) as Mm0Subject;
}

export function scenarioNamed(name: string): Scenario {
  const found = codezeroMm0.scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`codezero-mm0 has no scenario ${name}`);
  return found;
}

/** The program of tasks, with a seeded mistake in mm0. */
function mistaken(mistake: Mistake | undefined): Program {
  if (mistake === undefined) return asWritten;
  const statements = asWritten.statements.map((statement) => ({
    ...statement,
    run: (k: Kernel, my: unknown, cx: Context<Scope>) => {
      const watched: Context<Scope> = {
        scope: cx.scope,
        thread: cx.thread,
        pick: (count) => cx.pick(count),
        get result() {
          return cx.result;
        },
        leave: (result) => cx.leave(result),
        check: (check, ok, a, b, c) => cx.check(check, ok, a, b, c),
        note: (text) => cx.note(text),
        passes: (place) => {
          cx.passes(place);
          if (place.token.startsWith(mistake.at)) mistake.make(k);
        },
      };
      return statement.run!(k, my as never, watched);
    },
  }));
  return { ...asWritten, statements };
}
