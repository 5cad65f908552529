/**
 * One measured run, in a separate process so that its peak memory can be measured: searches MiniCOW
 * at `P,V,F` with a bug, a number of workers and a storage, and prints the figures as one line of
 * JSON. `run.ts` starts it.
 */

import { explore } from '../src/explore.ts';
import type { Outcome } from '../src/explorer/verdict.ts';
import { miniCow } from './minicow.ts';

export interface Measurement {
  /** `P,V,F`: processes, pages, frames. */
  readonly setting: string;
  readonly bug: number;
  readonly workers: number;
  readonly storage: 'exact' | 'fingerprint';
  readonly states: number;
  readonly transitions: number;
  /** The size of a state in 32-bit words. */
  readonly words: number;
  readonly depth: number;
  readonly verdict: Outcome;
  /** The violated invariant, or null. */
  readonly invariant: string | null;
  readonly traceLength: number | null;
  /** A shortest trace to the violation: process, rule and choice. */
  readonly trace: readonly string[] | null;
  /** Wall-clock time of the search from a cold start, including the compilation of hot code. */
  readonly seconds: number;
  /** Processor time of the whole process during the search, including other threads of Node. */
  readonly cpuSeconds: number;
  readonly statesPerSecond: number;
  readonly transitionsPerSecond: number;
  /** Peak resident memory of the whole process, including Node, per state. */
  readonly bytesPerState: number;
  /** The same, minus the memory in use before the search. */
  readonly bytesPerStateAboveStart: number;
  /** The memory that the search reports: states, parents, visited set. */
  readonly bytesPerStateStored: number;
  readonly peakBytes: number;
  readonly startBytes: number;
}

function measure(
  setting: readonly [number, number, number],
  bug: number,
  workers: number,
  storage: 'exact' | 'fingerprint',
): Measurement {
  const [processes, pages, frames] = setting;
  const model = miniCow({ processes, pages, frames }, bug);
  const module = new URL('./minicow.js', import.meta.url).href;
  const startBytes = process.memoryUsage.rss();
  const cpu = process.cpuUsage();
  const started = performance.now();
  const { states, transitions, depth, outcome, violations, bytes } = explore(model, {
    workers,
    storage,
    factory: { module, name: 'miniCow', args: [{ processes, pages, frames }, bug] },
  });
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const breach = violations[0];
  const steps = breach?.trace.map(({ thread, statement, choice }) => {
    return `${model.threads[thread]} ${model.statements[statement].token} ${choice}`;
  });
  return {
    setting: setting.join(','),
    bug,
    workers,
    storage,
    states,
    transitions,
    words: model.words,
    depth,
    verdict: outcome,
    invariant: breach?.invariant ?? null,
    traceLength: steps?.length ?? null,
    trace: steps ?? null,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    statesPerSecond: Math.round(states / seconds),
    transitionsPerSecond: Math.round(transitions / seconds),
    bytesPerState: Math.round(peakBytes / states),
    bytesPerStateAboveStart: Math.round((peakBytes - startBytes) / states),
    bytesPerStateStored: Math.round(bytes / states),
    peakBytes,
    startBytes,
  };
}

const [processes, pages, frames, bug, workers = 1] = process.argv.slice(2, 7).map(Number);
const storage = process.argv[7] === 'fingerprint' ? 'fingerprint' : 'exact';
console.log(JSON.stringify(measure([processes, pages, frames], bug, workers, storage)));
