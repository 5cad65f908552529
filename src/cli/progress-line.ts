/** The progress line on a terminal: overwritten a few times per second, erased at the end. */

import type { Progress } from '../explorer/verdict.ts';
import { progressLine } from '../report/progress.ts';
import type { Output } from './host.ts';

const INTERVAL_MS = 200;
const ERASE = '\r\u001b[K';

export class ProgressLine {
  private readonly output: Output;
  private shownAt = 0;
  private shownTransitions = 0;
  private visible = false;

  constructor(output: Output) {
    this.output = output;
  }

  /** `elapsed`: milliseconds since the search started. */
  update(progress: Progress, elapsed: number): void {
    if (elapsed - this.shownAt < INTERVAL_MS) return;
    const rate = ((progress.transitions - this.shownTransitions) * 1000) / (elapsed - this.shownAt);
    const width = this.output.columns || 80;
    this.output.write(ERASE + progressLine(progress, rate, elapsed / 1000, width));
    this.visible = true;
    this.shownAt = elapsed;
    this.shownTransitions = progress.transitions;
  }

  erase(): void {
    if (this.visible) this.output.write(ERASE);
    this.visible = false;
  }
}
