/**
 * The vocabulary of `actions/operation.ts` for mm0, and the two things peculiar to it.
 *
 * mm0 is one thread that answers one request at a time, so a whole request is one atomic step, and
 * its C functions are plain functions here, statement by statement in the order of the source.
 * `places` declares the statements of one of them: passing them by feeds coverage and the notes of
 * a trace. The C sources are not public as numbered files, so a place carries line 0 and names the
 * step of the reconstruction: `5.9/4 copy it to a new page`.
 */

import type { Rules } from '../../model/codezero-mm0/options.ts';
import type { Scope } from '../../model/codezero-mm0/scope.ts';
import type { HaltKind, Kernel } from '../../model/codezero-mm0/state.ts';
import type { AnyOperation, Context, StatementCode } from '../operation.ts';
import { vocabulary } from '../operation.ts';

export { blocked, goto, stuck } from '../operation.ts';

export const { at, local, operation } = vocabulary<Kernel, Scope>();

export type Cx = Context<Scope>;

type Code = StatementCode<never, never, never>;

interface PlaceOf {
  readonly code: Code;
  readonly exists: (rules: Rules) => boolean;
}

interface Reconstruction {
  readonly operation: AnyOperation<Kernel, Scope>;
  readonly places: readonly PlaceOf[];
}

const reconstructions: Reconstruction[] = [];

/** A step of the reconstruction, and the rules under which it exists if that is not always. */
export type Step = string | readonly [text: string, exists: (rules: Rules) => boolean];

/**
 * Declares a C function with its steps, in order. Answers with what marks one as passed.
 * `lines` is where the reconstruction finds the function at 63e9d05, or at the first revision that
 * has it (munmap.c 61751a8, exit.c 513d5aa, sys_clone 44c3402, file_open b20fda9); [0, 0] where it
 * gives none.
 */
export function places<N extends string>(
  name: string,
  file: string,
  lines: readonly [number, number],
  steps: Readonly<Record<N, Step>>,
): (cx: Cx, step: N) => void {
  const made = Object.entries<Step>(steps).map(([key, step], i) => {
    const [text, exists] = typeof step === 'string' ? [step, () => true] : step;
    const label = (i + 1) / 100; // below 1: no source line
    return { key, code: local<never>(label, text, unreachable) as unknown as Code, exists };
  });
  const byKey = new Map(made.map(({ key, code }) => [key, code]));
  const statements = made.map(({ code }) => code as unknown as StatementCode<never, Kernel, Scope>);
  reconstructions.push({
    operation: { name, file, lines, locals: () => ({}), statements: statements as never },
    places: made,
  });
  return (cx, step) => cx.passes(byKey.get(step) as Code);
}

function unreachable(): never {
  throw new Error('a place runs within a request, never by itself');
}

/** All C functions declared, with the places that exist under these rules. */
export function reconstructed(rules?: Rules): AnyOperation<Kernel, Scope>[] {
  return reconstructions.map(({ operation: { ...found }, places: all }) => ({
    ...found,
    statements: all
      .filter(({ exists }) => rules === undefined || exists(rules))
      .map(({ code }) => code as never),
  }));
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
