/** What a command is: what `--help` says about it, and what it does. */

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

export interface PositionalDeclaration {
  readonly describe: string;
}

export interface Command {
  readonly name: string;
  /** As yargs writes it: `explore [system]`. */
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

/** What stdout is, as reports see it. */
export function stdoutTerminal(args: Args, { stdout, env }: Host): Terminal {
  const colour = args.choice('color', ['auto', 'always', 'never'], 'auto');
  const width = stdout.isTTY ? stdout.columns || 80 : Infinity;
  return terminalOf(width, colour === 'always' || (colour === 'auto' && wantsColour(stdout, env)));
}

/** As Node decides: FORCE_COLOR before NO_COLOR before what the stream is. */
function wantsColour(output: Output, env: Host['env']): boolean {
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  return output.isTTY && env['TERM'] !== 'dumb';
}
