/** Scenarios of the library as models, with their symmetry. */

import type { Machine } from '../../src/machine/machine.ts';
import { build, resolveSpec } from '../../src/core/spec.ts';
import * as almos from '../../src/model/almos-mkh/symmetry.ts';
import * as codezero from '../../src/model/codezero-mm0/symmetry.ts';
import type { Classes } from '../../src/state/names.ts';
import type { OptionValue, Scenario, Subject, System } from '../../src/system.ts';

export function subjectOf(
  system: System,
  scenario: Scenario,
  fixes: readonly string[] = [],
  options: Readonly<Record<string, OptionValue>> = {},
  hardware?: string,
): Subject {
  return build(system, resolveSpec(system, { scenario, fixes, options, hardware }));
}

export function namesOfFixes(system: System): string[] {
  return system.fixes.map(({ name }) => name);
}

/** The classes of a subject, and its renaming. */
export function classesOf(subject: Subject): readonly Classes[] {
  const { layout, scope } = (subject as unknown as Machine<object, unknown>).parts;
  return subject.spec.system === 'almos-mkh'
    ? almos.interchangeable(layout.view as never, scope as never)
    : codezero.interchangeable(layout.view as never, scope as never);
}

export function renamer(
  subject: Subject,
  permute: (size: number, classes: Classes['classes']) => number[],
): (state: Int32Array) => Int32Array {
  const { layout, scope } = (subject as unknown as Machine<object, unknown>).parts;
  const classes = classesOf(subject);
  const sizes = scope as Record<string, { size: number }>;
  return (state) => {
    const names = classes.map(({ pool, classes: members }): [string, number[]] => {
      return [pool, permute(sizes[pool].size, members)];
    });
    return layout.rename(state, new Map(names));
  };
}
