/**
 * How a function begins: it says whose accesses come next, takes a frame on the stack of the
 * thread, and starts at its first piece, or, if the thread goes on, finds the place where it
 * stopped and its locals there.
 */

import type { MemoryOp } from '../wasm/opcodes.ts';
import type { Analysis } from './analysis.ts';
import type { Context, Mode } from './context.ts';
import type { Exits } from './exits.ts';
import type { Placement } from './placement.ts';
import type { Point, Stops } from './stops.ts';
import type { Values } from './values.ts';

export class Entry {
  private readonly values: Values;
  private readonly exits: Exits;
  private readonly cx: Context;
  private readonly mode: Mode;
  private readonly stops: Stops;
  private readonly placement: Placement;

  constructor({ cx, mode, stops, placement }: Analysis, values: Values, exits: Exits) {
    this.values = values;
    this.exits = exits;
    this.cx = cx;
    this.mode = mode;
    this.stops = stops;
    this.placement = placement;
  }

  /** Before the block that is left by what does not return. */
  takeOver(): void {
    const { code, locals } = this.values;
    this.values.loadCell('vm_environment');
    code.set(locals.callerMode);
    this.values.setCell('vm_environment', this.mode === 'environment' ? 1 : 0);
    // Called by the environment, it ends a step of the system.
    if (this.mode === 'source') this.exits.endSection();
  }

  /** In that block. */
  start(): void {
    const { code, locals } = this.values;
    const { frameBytes } = this.placement;
    if (frameBytes > 0) {
      code.i32(frameBytes).i32(this.stops.functionSite).call(this.cx.runtime('vm_frame'));
      code.set(locals.framePointer);
      this.values.loadCell('vm_unwind');
      code.brIf(0);
    }
    const points = [...this.stops.points.values()];
    this.values.loadCell('vm_rewind');
    code.if();
    if (points.length === 0) code.op('unreachable');
    else this.restore(points);
    code.else();
    if (this.cx.filling !== 0) {
      for (const slot of locals.variables.values()) this.values.fill(slot);
    }
    this.exits.noteEntered();
    code.end();
  }

  /** Where variables on the stack lie is computed, also when the thread goes on. */
  addressVariables(): void {
    const { code, locals } = this.values;
    for (const [name, { offset }] of this.placement.frames) {
      const [slot] = locals.of(name);
      code.get(locals.framePointer).i32(offset).op('i32.add');
      this.values.widen();
      code.set(slot.local);
    }
  }

  /** Finds the place where the thread stopped, and its locals. */
  private restore(points: readonly Point[]): void {
    const { code } = this.values;
    const base = points[0].site;
    const span = points[points.length - 1].site - base + 1;
    const bySite = new Map(points.map((point, i) => [point.site - base, i]));
    code.block();
    for (let i = 0; i <= points.length; i++) code.block();
    code.call(this.cx.runtime('vm_resume')).i32(base).op('i32.sub');
    const depths = Array.from({ length: span }, (_, i) => bySite.get(i) ?? points.length);
    code.brTable(depths, points.length);
    for (const [i, point] of points.entries()) {
      code.end();
      this.restoreAt(point);
      code.br(points.length - i);
    }
    code.end().op('unreachable').end();
  }

  private restoreAt({ live, call, piece }: Point): void {
    const { code, locals } = this.values;
    const bytes = locals.bytesOf(live);
    if (bytes > 0) {
      code.i32(0);
      this.values.loadCell('vm_top');
      code.i32(bytes).op('i32.sub').tee(locals.pushed);
      code.memory('i32.store', this.cx.cell('vm_top'));
      for (const { local, wasm, offset } of locals.laidOut(live)) {
        const op: MemoryOp = `${wasm}.load`;
        code.get(locals.pushed).memory(op, offset).set(local);
      }
    }
    if (!call) {
      this.values.setCell('vm_rewind', 0);
      this.values.setCell('vm_skip', 1);
    }
    code.i32(piece).set(locals.nextPiece);
  }
}
