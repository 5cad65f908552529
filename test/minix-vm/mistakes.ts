/**
 * The VM server with one more mistake: operations with other code at one line, for invariants that
 * hold as written in every scenario.
 */

import { FREE_MEM } from '../../src/actions/minix-vm/services/frames.ts';
import { pbOf } from '../../src/actions/minix-vm/services/slab.ts';
import { pt_writemap } from '../../src/actions/minix-vm/services/pagetable.ts';
import { do_map_memory, rm_phys_regions, split_phys } from '../../src/actions/minix-vm/map_mem.ts';
import { map_writept, pb_unreferenced } from '../../src/actions/minix-vm/region.ts';
import { next } from '../../src/actions/minix-vm/vocabulary.ts';
import type { Cx } from '../../src/actions/minix-vm/vocabulary.ts';
import { patched } from '../../src/machine/vocabulary.ts';
import type { Operation, Control } from '../../src/machine/vocabulary.ts';
import type { PbRef, Scope } from '../../src/model/minix-vm/scope.ts';
import type { Kernel } from '../../src/model/minix-vm/state.ts';
import type { MinixOperation } from './build.ts';

type Code<M> = (k: Kernel, my: M, cx: Cx, asWritten: () => Control) => Control;

/** The operation with other code at one line, which can call the code as written. */
function instead<M>(
  written: Operation<Kernel, M, Scope>,
  line: number,
  run: Code<M>,
): MinixOperation {
  const statement = written.statements.find((candidate) => candidate.line === line);
  const code = statement?.run;
  if (code === undefined) throw new Error(`${written.name}: no code at line ${line} to replace`);
  const replaced = (k: Kernel, my: M, cx: Cx): Control => run(k, my, cx, () => code(k, my, cx));
  return patched(written, [{ ...statement!, run: replaced }]);
}

const blockOf = (k: Kernel, pb: PbRef | null) => k.blocks[pb as PbRef];

export const mapForgetsTheList = instead(do_map_memory, 180, () => next);

export const mapDropsTheFirstOnly = instead(rm_phys_regions, 85, (k, my, cx, asWritten) =>
  my.pr !== null && k.physRegions[my.pr].offset !== my.begin ? cx.leave() : asWritten(),
);

export const splitForgetsTheLength = instead(split_phys, 41, (k, my, _cx, asWritten) => {
  const outcome = asWritten();
  blockOf(k, my.newpb).length = 0;
  return outcome;
});

export const splitKeepsTheFrame = instead(split_phys, 42, (k, my, _cx, asWritten) => {
  const outcome = asWritten();
  blockOf(k, my.newpb).phys = blockOf(k, my.pb).phys;
  return outcome;
});

export const framesGoWithTheLastButOne = instead(pb_unreferenced, 450, (k, my, cx, asWritten) => {
  const { refcount, phys, length } = pbOf(k, cx, my.pb);
  if (refcount === 1) FREE_MEM(k, cx, phys, length);
  return asWritten();
});

export const blockStaysWithoutUsers = instead(pb_unreferenced, 450, (_k, _my, cx) => cx.leave());

export const framesGoTwice = instead(pb_unreferenced, 453, (k, my, cx, asWritten) => {
  const { phys, length } = pbOf(k, cx, my.pb);
  FREE_MEM(k, cx, phys, length);
  return asWritten();
});

export const mapForgetsTheFlag = instead(do_map_memory, 202, () => next);

export const mapTakesTheNextFrame = instead(do_map_memory, 205, (k, my, cx) => {
  const { phys, length } = pbOf(k, cx, my.pb);
  const address = my.offset_d + k.regions[my.vrd].vaddr;
  pt_writemap(k, cx, my.vmd, address, phys + 1, length, my.flag > 0);
  return next;
});

export const forkForgetsTheParent = instead(map_writept, 1068, (k, my, cx, asWritten) =>
  k.processes[my.vmp].alive ? cx.leave(0) : asWritten(),
);
