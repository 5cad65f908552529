/**
 * The command line as a function: arguments and a host in, an exit code out. yargs parses and
 * writes the help; this file refuses input that yargs would silently accept (repeated options,
 * extra words, `--flag=value`), each with one sentence.
 */

import yargs, { type Argv } from 'yargs';

import { quote, wayOut } from '../suggest.ts';
import { authorsError } from '../author-errors.ts';
import { InputError, ModelError } from '../errors.ts';
import { Mistakes } from '../mistakes.ts';
import { sentence, terminalText } from '../safe-text.ts';
import type { Command, OptionDeclaration } from './command.ts';
import { EXIT } from './exit.ts';
import { cite } from './commands/cite.ts';
import { doctor } from './commands/doctor.ts';
import { explore } from './commands/explore.ts';
import { gate } from './commands/gate.ts';
import { Args, either } from './args.ts';
import { internalError } from './internal-error.ts';
import { init } from './commands/init.ts';
import { list } from './commands/list.ts';
import { replay } from './commands/replay.ts';
import { script } from './commands/run.ts';
import { schema } from './commands/schema.ts';
import { show } from './commands/show.ts';
import { toolVersion } from '../core/version.ts';
import type { Output, Host } from './host.ts';

const commands: readonly Command[] = [
  explore,
  replay,
  gate,
  show,
  script,
  doctor,
  cite,
  list,
  schema,
  init,
];

/** Options that every command has. */
const COMMON = ['help', 'version', 'verbose', 'h', 'V'];

const EPILOGUE =
  'Exit codes: 0 holds, or all as expected; 1 violated, or something not as expected; 2 a limit ' +
  'was reached, nothing is proved; 64 usage error, bad input, or output that cannot be written; ' +
  '65 a model is wrong, no verdict; 70 an internal error of vmcheck.';

/** Parses and runs a command and returns its exit code; never throws. */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  const verbose = argv.includes('--verbose');
  const safe = { ...host, verbose, stdout: guarded(host.stdout), stderr: guarded(host.stderr) };
  try {
    return await parse(argv, safe);
  } catch (error) {
    return refuse(error, argv, safe);
  }
}

/** The last check before a terminal: removes escape sequences that a reporter let through. */
function guarded(output: Output): Output {
  return {
    write: (text) => output.write(terminalText(text)),
    get isTTY() {
      return output.isTTY;
    },
    get columns() {
      return output.columns;
    },
  };
}

async function parse(argv: readonly string[], host: Host): Promise<number> {
  checkDashes(argv);
  let exit: number | undefined;
  let answered = false;
  const program = yargs([], host.cwd)
    .scriptName('vmcheck')
    .detectLocale(false)
    .locale('en')
    .exitProcess(false)
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      // Otherwise `-depth` means -d -e -p -t -h, and prints the help.
      'short-option-groups': false,
    })
    .usage('$0 <command>: check the invariants of virtual-memory managers')
    .version(toolVersion)
    .alias('version', 'V')
    .help()
    .alias('help', 'h')
    .option('verbose', { type: 'boolean', describe: 'Show the stack of an error in a model' })
    .strict()
    .demandCommand(1, 'name a command')
    .showHelpOnFail(false)
    .wrap(Math.min(host.stdout.columns || 100, 100))
    .epilogue(EPILOGUE)
    // yargs passes on the error that a command throws, and its own complaints as a message.
    .fail((message, error) => {
      throw error ?? new ParserError(message);
    });
  for (const command of commands) {
    program.command(
      command.usage,
      command.sentence,
      (builder) => declare(command, builder),
      async (values) => {
        checkWords(command, argv, values['_'] as readonly unknown[]);
        exit = await command.run(new Args(values, argv), host);
      },
    );
  }
  await program.parseAsync([...argv], {}, (_error, _values, output) => {
    if (output === '') return;
    answered = true;
    host.stdout.write(`${output}\n`);
  });
  if (exit === undefined && !answered) throw noCommand();
  return exit ?? EXIT.fine;
}

/** Words after `--` satisfy `demandCommand` but do not name a command. */
function noCommand(): InputError {
  const names = commands.map(({ name }) => name);
  return new InputError(`there is no command before --: name ${either(names)} first`);
}

/** An error message of yargs. */
class ParserError extends Error {
  override readonly name = 'YError';
}

function declare(command: Command, builder: Argv): Argv {
  for (const [name, { describe }] of Object.entries(command.positionals)) {
    builder.positional(name, { describe, type: 'string' });
  }
  for (const [name, option] of Object.entries(command.options)) {
    builder.option(name, declaration(option));
  }
  for (const [example, meaning] of command.examples) builder.example(example, meaning);
  return builder;
}

/** Declares every value as a string; `Args` converts it. */
function declaration({ kind, describe, group, byDefault }: OptionDeclaration) {
  const shown = byDefault === undefined ? {} : { defaultDescription: byDefault };
  const common = { describe, ...(group !== undefined && { group }), ...shown };
  switch (kind) {
    case 'flag':
      return { ...common, type: 'boolean' as const };
    case 'list':
      return { ...common, type: 'string' as const, array: true, requiresArg: true };
    case 'value':
      return { ...common, type: 'string' as const, requiresArg: true };
  }
}

/**
 * Refuses input that yargs silently accepts: flags with a value, positionals as options, words
 * after `--`.
 */
function checkWords(command: Command, argv: readonly string[], words: readonly unknown[]): void {
  if (words.length > 1) {
    throw new InputError(`unexpected argument ${quote(words[1])} of ${command.name}`);
  }
  const end = argv.indexOf('--');
  for (const word of end < 0 ? argv : argv.slice(0, end)) {
    const [, name, value] = /^--?([^=]+)(=.*)?$/.exec(word) ?? [];
    if (name === undefined) continue;
    if (Object.hasOwn(command.positionals, name)) {
      throw new InputError(`--${name} is not an option: write ${command.usage}`);
    }
    const option = Object.hasOwn(command.options, name) ? command.options[name] : undefined;
    const flag = COMMON.includes(name) || option?.kind === 'flag';
    if (flag && value !== undefined) throw new InputError(`--${name} takes no value`);
  }
}

/**
 * Refuses `-depth`, which yargs reads as `--depth`, and `–depth`, as word processors write it,
 * which yargs reads as the name of a system.
 */
function checkDashes(argv: readonly string[]): void {
  const command = commandIn(argv);
  if (command === undefined) return;
  const known = [...Object.keys(command.options), 'help', 'version', 'verbose'];
  const end = argv.indexOf('--');
  for (const word of end < 0 ? argv : argv.slice(0, end)) {
    const [, dashes, name] = /^([-\u2010-\u2015\u2212]+)([^=]+)/u.exec(word) ?? [];
    if (dashes === undefined || dashes === '--' || !known.includes(name)) continue;
    throw new InputError(`${dashes}${name} is not an option of ${command.name}: write --${name}`);
  }
}

/** The command that the words name. */
function commandIn(argv: readonly string[]): Command | undefined {
  const word = argv.find((candidate) => !candidate.startsWith('-'));
  return commands.find(({ name }) => name === word);
}

function refuse(thrown: unknown, argv: readonly string[], { stderr, verbose }: Host): number {
  const error = authorsError(thrown);
  if (error instanceof InputError) {
    const text = error instanceof Mistakes ? error.report : error.message;
    stderr.write(`vmcheck: ${text}\n`);
    return EXIT.usage;
  }
  if (error instanceof Error && error.name === 'YError') {
    stderr.write(`vmcheck: ${sentence(usageSentence(error.message, argv))}\n`);
    return EXIT.usage;
  }
  stderr.write(internalError(error, verbose));
  return error instanceof ModelError ? EXIT.model : EXIT.internal;
}

/** Turns an error message of yargs into a sentence that says what to do. */
function usageSentence(complaint: string, argv: readonly string[]): string {
  const names = commands.map(({ name }) => name);
  const word = argv.find((candidate) => !candidate.startsWith('-'));
  const command = commandIn(argv);
  if (word === undefined) return `name a command: ${either(names)} (see vmcheck --help)`;
  if (command === undefined) return `unknown command ${quote(word)}: ${wayOut(word, names)}`;

  const needed = /^Not enough arguments following: (.+)$/.exec(complaint);
  if (needed !== null) return `--${needed[1]} needs a value`;
  if (complaint.startsWith('Not enough non-option')) {
    const needs = Object.keys(command.positionals).join(', ');
    return `${command.name} needs ${needs}: write ${command.usage}`;
  }
  const unknown = /^Unknown arguments?: (.*)$/.exec(complaint);
  if (unknown === null) return complaint;
  const first = unknown[1].split(', ')[0];
  // It is a separate word, unless it was written with a dash.
  if (argv.includes(first) && !argv.some((args) => args.startsWith(`--${first}`))) {
    return `unexpected argument ${quote(first)}: write ${command.usage}`;
  }
  const known = [...Object.keys(command.options), 'help', 'version'].map((name) => `--${name}`);
  const written = argv.find((args) => args.replace(/=.*/, '') === `-${first}`) ?? `--${first}`;
  return `unknown option ${written} of ${command.name}: ${wayOut(`--${first}`, known)}`;
}
