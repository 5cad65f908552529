/** The live line on a terminal: written over itself a few times a second, gone at the end. */

import type { Progress } from '../explorer/verdict.ts';
import { progressLine } from '../report/progress.ts';
import type { Output } from '../core/host.ts';

const INTERVAL_MS = 200;
const ERASE = '\r\u001b[K';

export class ProgressLine {
  private readonly output: Output;
  private readonly begin: number;
  private shownAt: number;
  private shownTransitions = 0;
  private visible = false;

  /** `begin` is the time at which the search started. */
  constructor(output: Output, begin: number) {
    this.output = output;
    this.begin = begin;
    this.shownAt = begin;
  }

  update(progress: Progress, now: number): void {
    if (now - this.shownAt < INTERVAL_MS) return;
    const rate = ((progress.transitions - this.shownTransitions) * 1000) / (now - this.shownAt);
    const width = this.output.columns || 80;
    this.output.write(ERASE + progressLine(progress, rate, (now - this.begin) / 1000, width));
    this.visible = true;
    this.shownAt = now;
    this.shownTransitions = progress.transitions;
  }

  erase(): void {
    if (this.visible) this.output.write(ERASE);
    this.visible = false;
  }
}
