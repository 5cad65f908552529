/**
 * How code leaves its function: it returns, it suspends (its live locals and its place go to the
 * frames of the thread), or it fails. What runs next has to know whose accesses come next.
 */

import type { Instruction, Typed } from '../ir/module.ts';
import { FAULT_KINDS } from '../fault-kinds.ts';
import type { MemoryOp } from '../wasm/opcodes.ts';
import type { Analysis } from './analysis.ts';
import type { Context, Mode } from './context.ts';
import { Nesting } from './nesting.ts';
import type { Point, Stops } from './stops.ts';
import type { Values } from './values.ts';

/** What a note tells of: a function is entered, or it returns. */
const NOTES = { entered: 0, returned: 1 } as const;

export class Exits {
  readonly nesting: Nesting;
  private readonly values: Values;
  private readonly cx: Context;
  private readonly mode: Mode;
  private readonly stops: Stops;
  private readonly frameBytes: number;

  constructor({ cx, mode, stops, placement }: Analysis, values: Values) {
    this.values = values;
    this.cx = cx;
    this.mode = mode;
    this.stops = stops;
    this.nesting = new Nesting(stops.pieces.length);
    this.frameBytes = placement.frameBytes;
  }

  /** Puts the live locals on the frames of the thread and leaves; one condition is open. */
  suspend({ live, site }: Point): void {
    const { code, locals } = this.values;
    code.i32(locals.bytesOf(live)).i32(site).call(this.cx.runtime('vm_push'));
    if (live.length === 0) {
      code.op('drop');
    } else {
      code.set(locals.pushed);
      for (const { local, wasm, offset } of locals.laidOut(live)) {
        const op: MemoryOp = `${wasm}.store`;
        code.get(locals.pushed).get(local).memory(op, offset);
      }
    }
    code.br(this.nesting.leaving + 1);
  }

  /** Suspends if a condition that is on the stack says so. */
  suspendIf(point: Point): void {
    this.values.code.if();
    this.suspend(point);
    this.values.code.end();
  }

  /** After a call: did what it called stop? */
  suspendWithCallee(point: Point): void {
    this.values.loadCell('vm_unwind');
    this.suspendIf(point);
  }

  fault(instruction: Instruction, kind: number, detail: number): void {
    const { code } = this.values;
    code.i32(kind).i32(this.stops.siteOf(instruction)).i32(detail).i32(0);
    code.call(this.cx.runtime('vm_fault')).br(this.nesting.leaving);
  }

  unreachable(instruction: Instruction): void {
    if (this.mode === 'runtime') this.values.code.op('unreachable');
    else this.fault(instruction, FAULT_KINDS.undefined, 255);
  }

  return(operands: readonly Typed[]): void {
    const { code } = this.values;
    if (this.mode !== 'runtime') {
      this.noteResult(operands);
      if (this.frameBytes > 0) {
        code.i32(0).get(this.values.locals.framePointer).i32(this.frameBytes).op('i32.add');
        code.memory('i32.store', this.cx.cell('vm_sp'));
      }
      this.leave();
    }
    for (const operand of operands) this.values.push(operand);
    code.op('return');
  }

  noteEntered(): void {
    this.note(NOTES.entered, () => this.values.code.i32(0));
  }

  /** Of a result only its low word is reported, if it is one number. */
  private noteResult([operand]: readonly Typed[]): void {
    const { code, layout } = this.values;
    const scalars = operand === undefined ? [] : layout.scalars(operand.type);
    const wasm = scalars.length === 1 ? layout.wasm(scalars[0].type) : undefined;
    this.note(NOTES.returned, () => {
      if (wasm === undefined || wasm.startsWith('f')) {
        code.i32(0);
      } else {
        this.values.push(operand);
        if (wasm === 'i64') code.op('i32.wrap_i64');
      }
    });
  }

  private note(kind: number, value: () => void): void {
    const { code } = this.values;
    this.values.loadCell('vm_tracing');
    code.if().i32(kind).i32(this.cx.noteNumber());
    value();
    code.call(this.cx.runtime('vm_note')).end();
  }

  /** Before any return: whose accesses come next. */
  leave(): void {
    const { code, locals } = this.values;
    if (this.mode === 'environment') {
      // A step of the system has ended: what comes next is another one.
      code.get(locals.callerMode).op('i32.eqz').if();
      this.endSection();
      code.end();
    }
    code.i32(0).get(locals.callerMode).memory('i32.store', this.cx.cell('vm_environment'));
  }

  /** Ends the step of the system that the environment has begun. */
  endSection(): void {
    this.values.loadCell('vm_section');
    this.values.code.if();
    this.values.setCell('vm_after', 1);
    this.values.setCell('vm_section', 0);
    this.values.code.end();
  }
}
