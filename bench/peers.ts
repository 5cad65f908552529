/**
 * MiniCOW in SPIN and Rumur, built and run. SPIN is compiled to count the full graph and to check
 * the same four invariants in every state; its hash table has the size that suits the number of
 * states, which is its fastest exact search. Debian's packages are installed by name where they are
 * missing.
 */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The figures of one run of a whole program. */
export interface PeerRun {
  readonly cpuSeconds: number;
  readonly seconds: number;
  readonly peakBytes: number;
  readonly states: number;
}

/** A program built for one setting. */
export interface Peer {
  readonly name: string;
  /** The maximum number of repetitions; Rumur takes seventeen times as long as the others. */
  readonly repeat: number;
  /** The environment of the program. */
  run(env: NodeJS.ProcessEnv): PeerRun;
}

/** Rumur is left out above this many states, because it would take minutes. */
const MOST_STATES_FOR_RUMUR = 2_000_000;

const sources = fileURLToPath(new URL('../../bench/peers/', import.meta.url));
const PACKAGES: Readonly<Record<string, string>> = {
  spin: 'spin',
  rumur: 'rumur',
  gcc: 'gcc',
  '/usr/bin/time': 'time',
};

/** Installs what is missing; throws with the command to type if that is not possible. */
export function installPeers(): void {
  const missing = Object.keys(PACKAGES)
    .filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
    .map((program) => PACKAGES[program]);
  if (missing.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  const { status } = spawnSync('apt-get', install, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 0) return;
  const command = `sudo apt-get ${install.join(' ')}`;
  throw new Error(`Missing: ${missing.join(', ')}. Install with: ${command}`);
}

/** Builds each peer for a setting with this many states, in a folder that `forget` removes. */
export function buildPeers(
  setting: string,
  states: number,
  repeat: number,
): { readonly peers: readonly Peer[]; readonly forget: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'vmcheck-peers-'));
  const [processes, pages, frames] = setting.split(',');
  const constants = { P: processes, V: pages, F: frames };
  const peers = [...spins(folder, constants, states, repeat)];
  if (states <= MOST_STATES_FOR_RUMUR) peers.push(rumur(folder, constants));
  return { peers, forget: () => rmSync(folder, { recursive: true }) };
}

type Constants = Readonly<Record<'P' | 'V' | 'F', string>>;

function spins(folder: string, constants: Constants, states: number, repeat: number): Peer[] {
  copyFileSync(join(sources, 'minicow.pml'), join(folder, 'minicow.pml'));
  const given = Object.entries(constants).map(([name, value]) => `-D${name}=${value}`);
  must(folder, 'spin', '-a', ...given, 'minicow.pml');
  // The smallest power of two with two slots per state: measured, the fastest.
  const slots = Math.ceil(Math.log2(2 * states));
  const peer = (name: string, defines: readonly string[]): Peer => {
    const program = `pan-${name}`;
    const flags = ['-O2', '-DNOREDUCE', '-DSAFETY', '-DMEMLIM=100000', ...defines];
    must(folder, 'gcc', ...flags, '-w', '-o', program, 'pan.c');
    const depth = defines.length > 0 ? [] : ['-m400000'];
    const command = [join(folder, program), `-w${slots}`, ...depth];
    return {
      name: `SPIN ${name === 'dfs' ? 'depth' : 'breadth'} first`,
      repeat,
      run(env) {
        const { stdout, ...cost } = timed(folder, command, env);
        if (/errors: [1-9]|error:/.test(stdout)) throw new Error(`SPIN failed:\n${stdout}`);
        // One stored state does not belong to the model, because Promela cannot start in the
        // initial state.
        return { ...cost, states: counted(stdout, /(\d+) states, stored/) - 1 };
      },
    };
  };
  return [peer('dfs', []), peer('bfs', ['-DBFS'])];
}

function rumur(folder: string, constants: Constants): Peer {
  let model = readFileSync(join(sources, 'minicow.m'), 'utf8');
  for (const [name, value] of Object.entries(constants)) {
    model = model.replace(new RegExp(`^(  ${name}: )\\d+;`, 'm'), `$1${value};`);
  }
  writeFileSync(join(folder, 'minicow.m'), model);
  const options = ['--threads', '1', '--symmetry-reduction', 'off', '--deadlock-detection', 'off'];
  must(folder, 'rumur', ...options, '--output', 'rumur.c', 'minicow.m');
  const flags = ['-std=c11', '-O3', '-march=native', '-w'];
  must(folder, 'gcc', ...flags, '-o', 'minicow-rumur', 'rumur.c', '-lpthread', '-latomic');
  return {
    name: 'Rumur, one thread',
    repeat: 1,
    run(env) {
      const { stdout, ...cost } = timed(folder, [join(folder, 'minicow-rumur')], env);
      return { ...cost, states: counted(stdout, /State Space Explored:\s+(\d+) states/) };
    },
  };
}

function counted(output: string, pattern: RegExp): number {
  const found = pattern.exec(output);
  if (found === null) throw new Error(`No count of states in:\n${output}`);
  return Number(found[1]);
}

/** Runs a command under GNU time, which reports its processor time and its peak memory. */
export function timed(folder: string, command: readonly string[], env: NodeJS.ProcessEnv) {
  const started = performance.now();
  const { stdout, stderr, status } = spawnSync('/usr/bin/time', ['-f', '%U %S %M', ...command], {
    cwd: folder,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const seconds = (performance.now() - started) / 1000;
  const [user, system, kilobytes] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}:\n${stderr}`);
  return { stdout, seconds, cpuSeconds: user + system, peakBytes: kilobytes * 1024 };
}

function must(folder: string, program: string, ...given: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, given, { cwd: folder, encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(`${program} ${given.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
}
