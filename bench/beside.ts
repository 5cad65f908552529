/**
 * `npm run bench -- --peers`: compares vmcheck with the other checkers on the same settings in one
 * run.
 *
 * All programs run `--repeat` times, in turns, so that the load of the machine affects all of them,
 * and the medians by processor time are compared. Whole programs are measured: our figures include
 * the start of Node and the compilation of hot code, theirs exclude building. All programs check
 * the same four invariants in every state, and their state counts must agree with ours.
 *
 * vmcheck starts with its allocator settings, as the command does; the peers use them on request.
 */

import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ALLOCATOR } from '../scripts/launcher.js';
import { buildPeers, installPeers, timed, type Peer, type PeerRun } from './peers.ts';

const measure = fileURLToPath(new URL('./measure.js', import.meta.url));
const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

function ours(setting: string, workers: number, repeat: number): Peer {
  return {
    name: workers === 1 ? 'vmcheck' : `vmcheck, ${workers} workers`,
    repeat,
    run(env) {
      const command = [measure, ...setting.split(','), '0', `${workers}`];
      const { stdout, ...cost } = timed(process.cwd(), command, env);
      return { ...cost, states: (JSON.parse(stdout) as { states: number }).states };
    },
  };
}

/** Compares and prints; throws if a checker counts other states. */
export function compare(settings: readonly string[], repeat: number, sameAllocator: boolean): void {
  installPeers();
  console.log(`MiniCOW, exact storage, invariants i to iv; ${cpus().length} × ${cpus()[0]?.model}`);
  const { GLIBC_TUNABLES = ALLOCATOR } = process.env;
  const env = sameAllocator ? { ...process.env, GLIBC_TUNABLES } : process.env;
  if (sameAllocator) console.log(`everybody with GLIBC_TUNABLES=${GLIBC_TUNABLES}`);
  console.log(
    'cpu, wall: seconds; ratios: our first line divided by each, and for ' +
      '"two" the wall of our second\n',
  );
  for (const setting of settings) besides(setting, repeat, env);
}

function besides(setting: string, repeat: number, env: NodeJS.ProcessEnv): void {
  const { states } = ours(setting, 1, 1).run(env);
  const { peers, forget } = buildPeers(setting, states, repeat);
  try {
    const all = [ours(setting, 1, repeat), ours(setting, 2, repeat), ...peers];
    const runs = all.map((): PeerRun[] => []);
    for (let turn = 0; turn < repeat; turn++) {
      all.forEach((peer, i) => turn < peer.repeat && runs[i].push(peer.run(env)));
    }
    const medians = runs.map(median);
    const ratios = ['cpu ratio', 'wall ratio', 'two', 'peak ratio'];
    console.log(row([setting, 'states', 'cpu', 'wall', 'peak MB', ...ratios]));
    medians.forEach((run, i) => console.log(row(cellsOf(all[i].name, run, medians))));
    console.log('');
    const odd = medians.findIndex((run) => run.states !== states);
    if (odd >= 0) throw new Error(`${all[odd].name} counts other states than ours: ${states}.`);
  } finally {
    forget();
  }
}

function cellsOf(name: string, run: PeerRun, [one, two]: readonly PeerRun[]): string[] {
  const count = run.states.toLocaleString('en-US');
  const spent = [run.cpuSeconds.toFixed(2), run.seconds.toFixed(2), megabytes(run.peakBytes)];
  const ratios = [
    one.cpuSeconds / run.cpuSeconds,
    one.seconds / run.seconds,
    two.seconds / run.seconds,
    one.peakBytes / run.peakBytes,
  ];
  return [name, count, ...spent, ...ratios.map((ratio) => ratio.toFixed(2))];
}

function median(runs: readonly PeerRun[]): PeerRun {
  const sorted = runs.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

function row([name, ...cells]: readonly string[]): string {
  const widths = [12, 8, 8, 9, 11, 12, 7, 12];
  return [name.padEnd(20), ...cells.map((cell, i) => cell.padStart(widths[i]))].join('');
}
