/**
 * Where a function may stop: before accesses to memory that others may see, and in calls. Each such
 * point begins a piece of its block, so that a thread that goes on can jump to it. What is live
 * there is what a suspended thread keeps.
 */

import type { FunctionDefinition, Instruction, Typed } from '../ir/module.ts';
import { type Context, type Mode, refuse } from './context.ts';
import { type BlockNumbers, flowOf } from './flow.ts';
import {
  isCopy,
  isIntrinsic,
  isPrimitive,
  isStopping,
  nameOf,
  tells,
} from './instruction-kinds.ts';
import { liveness, type LiveAround } from './liveness.ts';
import type { Locals } from './locals.ts';
import type { Placement } from './placement.ts';

/** A place where the function may stop. */
export interface Point {
  readonly piece: number;
  readonly site: number;
  readonly call: boolean;
  readonly live: readonly number[];
}

/** Instructions of a block that are always run one behind the other. */
interface Piece {
  readonly block: number;
  readonly from: number;
  readonly to: number;
}

export class Stops {
  readonly points: ReadonlyMap<Instruction, Point>;
  readonly pieces: readonly Piece[];
  /** The piece that each block begins with. */
  readonly pieceOfBlock: readonly number[];
  /** The place of the function itself. */
  readonly functionSite: number;
  private readonly sites: ReadonlyMap<Instruction, number>;
  private readonly fn: FunctionDefinition;

  constructor(
    fn: FunctionDefinition,
    found: Pick<Stops, 'points' | 'pieces' | 'pieceOfBlock' | 'functionSite'>,
    sites: ReadonlyMap<Instruction, number>,
  ) {
    this.fn = fn;
    this.points = found.points;
    this.pieces = found.pieces;
    this.pieceOfBlock = found.pieceOfBlock;
    this.functionSite = found.functionSite;
    this.sites = sites;
  }

  siteOf(instruction: Instruction): number {
    return this.sites.get(instruction) ?? this.functionSite;
  }

  pointOf(instruction: Instruction): Point {
    return (
      this.points.get(instruction) ?? refuse(this.fn, 'an access that is no point', instruction)
    );
  }

  /** The last place of a piece, or of what comes before it in its block. */
  lastSiteOf({ block, to }: Piece): number {
    const { instructions } = this.fn.blocks[block];
    for (let i = Math.min(to, instructions.length) - 1; i >= 0; i--) {
      const site = this.sites.get(instructions[i]);
      if (site !== undefined) return site;
    }
    return this.functionSite;
  }
}

export function findStops(
  fn: FunctionDefinition,
  mode: Mode,
  cx: Context,
  placement: Placement,
  locals: Locals,
  numbers: BlockNumbers,
): Stops {
  const functionSite = mode === 'runtime' ? 0 : cx.site(undefined, fn.name, false);
  const points = new Map<Instruction, Point>();
  const sites = new Map<Instruction, number>();
  const pieces: Piece[] = [];
  const pieceOfBlock: number[] = [];
  const live = liveness(flowOf(fn, locals, numbers), locals.count);
  for (const [block, { instructions }] of fn.blocks.entries()) {
    pieceOfBlock.push(pieces.length);
    let from = 0;
    for (const [index, instruction] of instructions.entries()) {
      const what = mode === 'runtime' ? undefined : stopOf(instruction, cx, placement);
      if (mode !== 'runtime' && (what !== undefined || tells(instruction))) {
        sites.set(instruction, cx.site(instruction, whatOf(instruction), what === 'access'));
      }
      if (what === undefined) continue;
      if (index > 0) {
        pieces.push({ block, from, to: index });
        from = index;
      }
      points.set(instruction, {
        piece: pieces.length,
        site: sites.get(instruction) ?? 0,
        call: what === 'call',
        live: keptAt(instruction, what, live[block][index], locals),
      });
    }
    pieces.push({ block, from, to: instructions.length });
  }
  return new Stops(fn, { points, pieces, pieceOfBlock, functionSite }, sites);
}

/** Does an instruction access memory that others may see, or call what may do so? */
function stopOf(
  instruction: Instruction,
  cx: Context,
  placement: Placement,
): 'access' | 'call' | undefined {
  const access = (pointer: Typed) => (isOwn(pointer, placement) ? undefined : 'access');
  switch (instruction.op) {
    case 'load':
      return access(instruction.operands[0]);
    case 'store':
      return access(instruction.operands[1]);
    case 'atomicrmw':
    case 'cmpxchg':
      return 'access';
    case 'call':
      return stopOfCall(instruction, cx);
  }
  return undefined;
}

function stopOfCall(instruction: Instruction, cx: Context): 'access' | 'call' | undefined {
  const callee = instruction.call?.callee;
  if (callee?.kind === 'asm') return undefined;
  if (callee?.kind !== 'global') return 'call';
  if (isCopy(instruction)) return 'access';
  if (isIntrinsic(callee.name)) return undefined;
  if (isPrimitive(callee.name)) return isStopping(callee.name) ? 'access' : undefined;
  const known = cx.callee(callee.name);
  return known === undefined || known.plain ? undefined : 'call';
}

/** Does the address belong to a variable that no other function can know of? */
function isOwn({ value }: Typed, { inLocals, ownPointers }: Placement): boolean {
  const name = nameOf(value);
  return name !== undefined && (inLocals.has(name) || ownPointers.has(name));
}

/** The locals that a thread that stops at an instruction has to keep. */
function keptAt(
  instruction: Instruction,
  what: 'access' | 'call',
  { before, after }: LiveAround,
  locals: Locals,
): readonly number[] {
  if (what === 'access') return before.list().filter((local) => local < locals.count);
  const kept = after.copy();
  for (const { local } of locals.of(instruction.result)) kept.remove(local);
  // Whom it calls has to be known when the thread goes on.
  if (instruction.call !== undefined) {
    for (const local of locals.keptFor(instruction.call.callee)) kept.add(local);
  }
  return kept.list().filter((local) => local < locals.count);
}

function whatOf({ op, call }: Instruction): string {
  return call?.callee.kind === 'global' ? call.callee.name : op;
}
