/**
 * Control flow within a function. WebAssembly has no jumps: pieces of blocks stand one behind the
 * other, each behind the end of a block of its own, all in a loop that begins with a table. A jump
 * ahead leaves the blocks between; a jump back, or into the middle when a thread goes on, goes
 * through the table.
 */

import type { FunctionDefinition, Instruction } from '../ir/module.ts';
import type { Analysis } from './analysis.ts';
import type { Context, Mode } from './context.ts';
import type { BlockNumbers } from './flow.ts';
import type { Nesting } from './nesting.ts';
import type { Stops } from './stops.ts';
import type { Values } from './values.ts';

export class Jumps {
  private readonly fn: FunctionDefinition;
  private readonly mode: Mode;
  private readonly cx: Context;
  private readonly values: Values;
  private readonly stops: Stops;
  private readonly numbers: BlockNumbers;
  private readonly nesting: Nesting;

  constructor({ fn, mode, cx, stops, numbers }: Analysis, values: Values, nesting: Nesting) {
    this.fn = fn;
    this.mode = mode;
    this.cx = cx;
    this.values = values;
    this.stops = stops;
    this.numbers = numbers;
    this.nesting = nesting;
  }

  /** The loop, and the pieces in it. */
  body(compile: (instruction: Instruction) => void): void {
    const { code, locals } = this.values;
    const { pieces } = this.stops;
    // Piece j comes behind the end of block j.
    code.loop();
    for (let i = 0; i < pieces.length; i++) code.block();
    code.get(locals.nextPiece);
    const last = pieces.length - 1;
    code.brTable(
      Array.from({ length: last }, (_, i) => i),
      last,
    );
    for (const [number, { block, from, to }] of pieces.entries()) {
      code.end();
      this.nesting.enter(number);
      for (const one of this.fn.blocks[block].instructions.slice(from, to)) compile(one);
    }
    code.op('unreachable');
    code.end();
  }

  branch({ operands, labels = [] }: Instruction): void {
    const { code } = this.values;
    if (labels.length === 1) return this.jump(labels[0]);
    this.values.push(operands[0]);
    code.if();
    this.nesting.conditions++;
    this.jump(labels[0]);
    code.else();
    this.jump(labels[1]);
    code.end();
    this.nesting.conditions--;
    code.op('unreachable');
  }

  switch({ operands, labels = [], cases = [] }: Instruction): void {
    const { code } = this.values;
    const bits = this.values.bits(this.values.layout.resolve(operands[0].type));
    for (const [i, value] of cases.entries()) {
      this.values.push(operands[0]);
      this.values.number(bits, value);
      code.op(bits <= 32 ? 'i32.eq' : 'i64.eq').if();
      this.nesting.conditions++;
      this.jump(labels[i + 1]);
      code.end();
      this.nesting.conditions--;
    }
    this.jump(labels[0]);
    // Falling into the next piece is a jump, too.
  }

  private jump(label: string): void {
    const { code, locals } = this.values;
    const from = this.stops.pieces[this.nesting.piece].block;
    const to = this.numbers.of(label);
    this.movePhis(from, to);
    const target = this.stops.pieceOfBlock[to];
    if (target > this.nesting.piece) {
      if (!this.nesting.isNext(target)) code.br(this.nesting.later(target));
      return;
    }
    this.burn();
    code.i32(target).set(locals.nextPiece).br(this.nesting.loop);
  }

  /** Each iteration of a loop is counted; a loop without end is reported. */
  private burn(): void {
    if (this.mode === 'runtime') return;
    const { code, locals } = this.values;
    code.i32(0);
    this.values.loadCell('vm_fuel');
    code.i32(1).op('i32.sub').tee(locals.pushed).memory('i32.store', this.cx.cell('vm_fuel'));
    code.get(locals.pushed).op('i32.eqz').if();
    const site = this.stops.lastSiteOf(this.stops.pieces[this.nesting.piece]);
    code
      .i32(site)
      .call(this.cx.runtime('vm_endless'))
      .br(this.nesting.leaving + 1)
      .end();
  }

  /** All values are pushed before any is set: a phi may read another. */
  private movePhis(from: number, to: number): void {
    const { code, locals } = this.values;
    const targets: number[] = [];
    for (const { op, result, labels, operands, type } of this.fn.blocks[to].instructions) {
      if (op !== 'phi') break;
      const index = (labels ?? []).findIndex((label) => this.numbers.of(label) === from);
      if (index < 0) this.values.refuse('a phi without a value');
      this.values.push({ type, value: operands[index].value });
      for (const { local } of locals.of(result)) targets.push(local);
    }
    for (const local of targets.reverse()) code.set(local);
  }
}
