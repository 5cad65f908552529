/**
 * Named fixes: patches on the as-written operations that read like the diff one would send. Each is
 * shown necessary (all but this one: violated), and all together sufficient, in the tests.
 */

import { InputError } from '../../errors.ts';
import { markedBy } from '../../machine/marked.ts';
import { Code } from './fixes/edit.ts';
import type { AlmosOperation, Fix } from './fixes/edit.ts';
import { faultFixes } from './fixes/faults.ts';
import { forkFixes } from './fixes/fork.ts';
import { frameFixes } from './fixes/frames.ts';
import { mmapFixes } from './fixes/mmap.ts';
import { munmapFixes } from './fixes/munmap.ts';
import { oddFixes } from './fixes/odd.ts';
import { tlbFixes } from './fixes/tlbs.ts';
import { vslFixes } from './fixes/vsls.ts';

/** In the order in which they are applied, whatever the order in which they are named. */
export const fixes: readonly Fix[] = [
  ...frameFixes,
  ...faultFixes,
  ...mmapFixes,
  ...forkFixes,
  ...oddFixes,
  ...vslFixes,
  ...munmapFixes,
];

export function patchedBy(
  operations: readonly AlmosOperation[],
  names: readonly string[],
): readonly AlmosOperation[] {
  const all = [...fixes, ...tlbFixes];
  for (const name of names) {
    if (all.some((fix) => fix.name === name)) continue;
    throw new InputError(`fix ${name} is not one of almos-mkh`);
  }
  let patched = operations;
  for (const fix of all) {
    if (!names.includes(fix.name)) continue;
    const code = new Code(patched);
    fix.apply(code);
    patched = markedBy(fix.name, patched, code.all());
  }
  return patched;
}
