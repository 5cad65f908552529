/**
 * One measured run, in a process of its own so that its peak memory is its own: searches MiniCOW at
 * `P,V,F` with a bug, some workers and a storage, and prints what it took as one line of
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
  /** Of a state, in 32-bit words. */
  readonly words: number;
  readonly depth: number;
  readonly verdict: Outcome;
  /** The invariant that broke, null if none did. */
  readonly invariant: string | null;
  readonly traceLength: number | null;
  /** A shortest way to the breach: process, rule, and which of its choices. */
  readonly trace: readonly string[] | null;
  /** Wall clock of the search, from a cold start: compiling the hot code is part of it. */
  readonly seconds: number;
  /** Processor time of the whole process while it searched, other threads of Node included. */
  readonly cpuSeconds: number;
  readonly statesPerSecond: number;
  readonly transitionsPerSecond: number;
  /** Peak resident memory of the whole process, Node itself included, per state. */
  readonly bytesPerState: number;
  /** The same above what the process held before the search. */
  readonly bytesPerStateAboveStart: number;
  /** What the search itself says it holds: states, parents, visited set. */
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
