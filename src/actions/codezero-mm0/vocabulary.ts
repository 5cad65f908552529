/**
 * The vocabulary of `machine/vocabulary.ts` for mm0, and the two things peculiar to it.
 *
 * mm0 is one thread that answers one request at a time, so a whole request is one atomic step, and
 * its C functions are plain functions here, statement by statement in the order of the source.
 * `places` declares the statements of one of them: passing one, right before what it does, feeds
 * coverage and the notes of a trace. It names the step of the reconstruction, `5.9/4 the page is
 * copied`, and cites the line of the revision under check (`lines.ts`).
 */

import type { Rules } from '../../model/codezero-mm0/rules.ts';
import type { Scope } from '../../model/codezero-mm0/scope.ts';
import type { HaltKind, Kernel } from '../../model/codezero-mm0/state.ts';
import type { AnyOperation, Context, StatementCode } from '../../machine/vocabulary.ts';
import { vocabulary } from '../../machine/vocabulary.ts';
import { cited } from './lines.ts';
import type { Row } from './ranges.ts';

export { blocked, goto, stuck } from '../../machine/vocabulary.ts';

export const { at, local, operation } = vocabulary<Kernel, Scope>();

export type Cx = Context<Scope>;

type Code = StatementCode<never, never, never>;

export interface PlaceOf {
  readonly key: string;
  readonly code: Code;
  readonly row: Row | undefined;
  readonly exists: (rules: Rules) => boolean;
}

interface Reconstruction {
  readonly operation: AnyOperation<Kernel, Scope>;
  readonly places: readonly PlaceOf[];
}

/** A step of the reconstruction, and the rules under which it exists if that is not always. */
type Step = string | readonly [text: string, exists: (rules: Rules) => boolean];

/** Marks a step of a C function as passed. */
export interface Marker<N> {
  (cx: Cx, step: N): void;
  readonly reconstruction: Reconstruction;
}

/** Declares a C function with its steps, in order; `reconstruction.ts` lists all of them. */
export function places<N extends string>(
  name: string,
  steps: Readonly<Record<N, Step>>,
): Marker<N> {
  const made = Object.entries<Step>(steps).map(([key, step], i) => {
    const [text, exists] = typeof step === 'string' ? [step, () => true] : step;
    const label = (i + 1) / 100; // below 1: where it stands depends on the revision
    const code = local<never>(label, text, unreachable) as unknown as Code;
    return { key, code, row: cited[name]?.[key], exists };
  });
  const byKey = new Map(made.map(({ key, code }) => [key, code]));
  const statements = made.map(({ code }) => code as never);
  const operation = { name, file: '', lines: [0, 0] as const, locals: () => ({}), statements };
  return Object.assign((cx: Cx, step: N) => cx.passes(byKey.get(step) as Code), {
    reconstruction: { operation, places: made },
  });
}

function unreachable(): never {
  throw new Error('a place runs within a request, never by itself');
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
