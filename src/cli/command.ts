/** A command: its texts in `--help`, and the function that runs it. */

import type { Reporter } from '../report/reporter.ts';
import { reporters } from '../report/reporters.ts';
import { type Terminal, terminalOf } from '../report/terminal.ts';
import { type Args, either } from './args.ts';
import type { Output, Host } from './host.ts';

export interface OptionDeclaration {
  readonly describe: string;
  /** A flag takes no value, a list may be given several times. */
  readonly kind: 'value' | 'list' | 'flag';
  readonly group?: string;
  readonly byDefault?: string;
}

interface PositionalDeclaration {
  readonly describe: string;
}

export interface Command {
  readonly name: string;
  /** In the notation of yargs: `explore [system]`. */
  readonly usage: string;
  readonly sentence: string;
  readonly positionals: Readonly<Record<string, PositionalDeclaration>>;
  readonly options: Readonly<Record<string, OptionDeclaration>>;
  readonly examples: readonly (readonly [string, string])[];
  /** The exit code. */
  run(args: Args, host: Host): Promise<number>;
}

/** `--format` and `--color`, for a command that reports in one of these ways. */
export function outputOptions(able: readonly Reporter[]): Record<string, OptionDeclaration> {
  const formats = able.map(({ name, sentence }) => `${name} (${sentence})`);
  const group = 'Output:';
  return {
    format: { kind: 'value', group, byDefault: 'text', describe: either(formats) },
    color: {
      kind: 'value',
      group,
      byDefault: 'auto',
      describe: 'auto, always or never; NO_COLOR and FORCE_COLOR are respected',
    },
  };
}

/** The reporters that can report such a thing. */
export function reportersOf(thing: keyof Reporter): readonly Reporter[] {
  return reporters.filter((reporter) => reporter[thing] !== undefined);
}

export function chosenReporter(args: Args, able: readonly Reporter[]): Reporter {
  const names = able.map(({ name }) => name);
  const chosen = args.choice('format', names, names[0]);
  return able.find(({ name }) => name === chosen) ?? able[0];
}

/** Describes stdout for reports. */
export function stdoutTerminal(args: Args, { stdout, env }: Host): Terminal {
  const colour = args.choice('color', ['auto', 'always', 'never'], 'auto');
  const width = stdout.isTTY ? stdout.columns || 80 : Infinity;
  return terminalOf(width, colour === 'always' || (colour === 'auto' && wantsColour(stdout, env)));
}

/** Decides like Node: FORCE_COLOR, then NO_COLOR, then the kind of stream. */
function wantsColour(output: Output, env: Host['env']): boolean {
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  return output.isTTY && env['TERM'] !== 'dumb';
}
