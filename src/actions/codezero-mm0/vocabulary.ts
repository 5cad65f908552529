/**
 * The vocabulary of `machine/vocabulary.ts` for mm0, and the two things peculiar to it.
 *
 * mm0 is one thread that answers one request at a time, so a whole request is one atomic step, and
 * its C functions are plain functions here, statement by statement in the order of the source.
 * `places` declares the statements of one of them: passing one, right before what it does, feeds
 * coverage and the notes of a trace. It names the step of the reconstruction, `5.9/4 the page is
 * copied`, and cites the line of the revision under check (`lines.ts`).
 */

import { rulesOf } from '../../model/codezero-mm0/profiles.ts';
import type { Profile } from '../../model/codezero-mm0/profiles.ts';
import type { Rules } from '../../model/codezero-mm0/rules.ts';
import type { Scope } from '../../model/codezero-mm0/scope.ts';
import type { HaltKind, Kernel } from '../../model/codezero-mm0/state.ts';
import type { AnyOperation, Context, StatementCode } from '../../machine/vocabulary.ts';
import { vocabulary } from '../../machine/vocabulary.ts';
import { fixedRules } from './fixes.ts';
import { cited } from './lines.ts';
import { sourceIn } from './ranges.ts';
import type { Row } from './ranges.ts';

export { blocked, goto, stuck } from '../../machine/vocabulary.ts';

export const { at, local, operation } = vocabulary<Kernel, Scope>();

export type Cx = Context<Scope>;

type Code = StatementCode<never, never, never>;

interface PlaceOf {
  readonly key: string;
  readonly code: Code;
  readonly row: Row | undefined;
  readonly exists: (rules: Rules) => boolean;
}

interface Reconstruction {
  readonly operation: AnyOperation<Kernel, Scope>;
  readonly places: readonly PlaceOf[];
}

const reconstructions: Reconstruction[] = [];

/** A step of the reconstruction, and the rules under which it exists if that is not always. */
type Step = string | readonly [text: string, exists: (rules: Rules) => boolean];

/** Declares a C function with its steps, in order. Answers with what marks one as passed. */
export function places<N extends string>(
  name: string,
  steps: Readonly<Record<N, Step>>,
): (cx: Cx, step: N) => void {
  const made = Object.entries<Step>(steps).map(([key, step], i) => {
    const [text, exists] = typeof step === 'string' ? [step, () => true] : step;
    const label = (i + 1) / 100; // below 1: where it stands depends on the revision
    const code = local<never>(label, text, unreachable) as unknown as Code;
    return { key, code, row: cited[name]?.[key], exists };
  });
  const byKey = new Map(made.map(({ key, code }) => [key, code]));
  const statements = made.map(({ code }) => code as unknown as StatementCode<never, Kernel, Scope>);
  reconstructions.push({
    operation: {
      name,
      file: '',
      lines: [0, 0],
      locals: () => ({}),
      statements: statements as never,
    },
    places: made,
  });
  return (cx, step) => cx.passes(byKey.get(step) as Code);
}

function unreachable(): never {
  throw new Error('a place runs within a request, never by itself');
}

/**
 * All C functions declared, with the places that exist under these rules, and where they stand in
 * the C of the profile. What only a fix brings is of no line, and is marked as the fix's.
 */
export function reconstructed(
  rules?: Rules,
  profile?: Profile,
  fixes: readonly string[] = [],
): AnyOperation<Kernel, Scope>[] {
  return reconstructions.map(({ operation: { ...found }, places: all }) => {
    const byCode = new Map<unknown, PlaceOf>(all.map((place) => [place.code, place]));
    return {
      ...found,
      sourceOf: (statement: unknown) => {
        const place = byCode.get(statement);
        if (profile === undefined || place === undefined) return undefined;
        if (place.exists(rulesOf[profile])) return sourceIn(place.row, profile);
        const one = fixes.find((fix) => place.exists(fixedRules(profile, [fix])));
        return { file: '', line: 0, fix: one ?? fixes.join(', ') };
      },
      statements: all
        .filter(({ exists }) => rules === undefined || exists(rules))
        .map(({ code }) => code as never),
    };
  });
}

/** Each place with its key, and the row that says where it stands: for the tests of `lines.ts`. */
export function keyedPlaces(): { operation: string; key: string; place: PlaceOf }[] {
  return reconstructions.flatMap(({ operation: { name }, places: all }) =>
    all.map((place) => ({ operation: name, key: place.key, place })),
  );
}

/** The whole system ends here: mm0 is in an endless loop, or has gone wild (4.5). */
export class Halt {
  readonly kind: HaltKind;
  readonly site: string;

  constructor(kind: HaltKind, site: string) {
    this.kind = kind;
    this.site = site;
  }
}

/** A check of mm0 fails, or it follows a pointer that leads nowhere: nothing is served any more. */
export function halt(kind: HaltKind, site: string): never {
  throw new Halt(kind, site);
}

/** A fault that cannot be served, where that is not the end of the pager: its thread is killed. */
export class Killed {}
