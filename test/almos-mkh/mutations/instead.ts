/** An operation with other code at one line. */

import type { Cx } from '../../../src/actions/almos-mkh/vocabulary.ts';
import { patched } from '../../../src/machine/vocabulary.ts';
import type { Operation, Control } from '../../../src/machine/vocabulary.ts';
import type { PageRef, Scope } from '../../../src/model/almos-mkh/scope.ts';
import type { Kernel } from '../../../src/model/almos-mkh/state.ts';
import type { AlmosOperation } from '../build.ts';

type Changed<M> = (k: Kernel, my: M, cx: Cx, asWritten: () => Control) => Control;

/** The operation with other code at one line, which can call the code as written. */
export function instead<M>(
  written: Operation<Kernel, M, Scope>,
  line: number,
  run: Changed<M>,
): AlmosOperation {
  const statement = written.statements.find((candidate) => candidate.line === line);
  const code = statement?.run;
  if (code === undefined) throw new Error(`${written.name}: no code at line ${line} to replace`);
  const replaced = (k: Kernel, my: M, cx: Cx): Control => run(k, my, cx, () => code(k, my, cx));
  return patched(written, [{ ...statement!, run: replaced }]);
}

export const the = <T>(value: T | null): T => value as T;
export const pageOf = (cx: Cx, vpn: number): PageRef => cx.scope.page.at(vpn);
