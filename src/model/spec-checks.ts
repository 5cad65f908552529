/**
 * What putting a system together takes, whichever it is: names that are checked, and lists of them.
 */

import { InputError } from '../errors.ts';
import { quote, shortName } from '../safe-text.ts';
import type { Named, OperationInfo, OptionInfo, OptionValue } from '../system.ts';

/** The operations for `vmcheck list`, with the sentences that a system has for them. */
export function operationInfos(
  operations: readonly Omit<OperationInfo, 'sentence'>[],
  sentences: Readonly<Record<string, string>>,
): OperationInfo[] {
  return operations.map(({ name, file, lines, revisions }) => ({
    name,
    file,
    lines,
    ...(revisions === undefined ? {} : { revisions }),
    sentence: sentences[name] ?? '',
  }));
}

/** The value of every option: the given one, or the default. Throws InputError for others. */
export function optionValues(
  system: string,
  options: readonly OptionInfo[],
  given: Readonly<Record<string, unknown>>,
): Record<string, OptionValue> {
  const known = options.map(({ name }) => name);
  for (const [name, value] of Object.entries(given)) {
    const option = options.find((candidate) => candidate.name === name);
    if (option === undefined) {
      throw new InputError(
        `option ${shortName(name)} is not one of ${system}: ${known.join(', ')}`,
      );
    }
    if (!(option.values as readonly unknown[]).includes(value)) {
      const values = option.values.join(', ');
      throw new InputError(`option ${name}: one of ${values}, not ${quote(value)}`);
    }
  }
  const value = ({ name, default: standard }: OptionInfo) =>
    (given[name] as OptionValue | undefined) ?? standard;
  return Object.fromEntries(options.map((option) => [option.name, value(option)]));
}

/** The profile of that name. */
export function findProfile<P extends Named>(profiles: readonly P[], name: string): P {
  const found = profiles.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  const names = profiles.map((profile) => profile.name).join(', ');
  throw new InputError(`hardware ${shortName(name)} is unknown; there is ${names}`);
}

/** The names, each of which is an invariant of the system. */
export function checkedInvariants(
  system: string,
  invariants: readonly Named[],
  names: readonly string[],
): ReadonlySet<string> {
  for (const name of names) {
    if (invariants.some((invariant) => invariant.name === name)) continue;
    throw new InputError(`invariant ${shortName(name)} is not one of ${system}`);
  }
  return new Set(names);
}
