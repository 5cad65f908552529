/**
 * The options of a script. Options that are not implemented are refused, because a run with other
 * behaviour would be misleading.
 */

import { InputError } from '../../errors.ts';
import { quote, shortName } from '../../safe-text.ts';
import { options as modelled } from '../../model/almos-mkh/options.ts';
import type { Options } from '../../model/almos-mkh/options.ts';
import type { Script } from '../../system.ts';

/** Options of the native harness for which this model has only one value. */
const fixedChoices: Readonly<Record<string, string | number | boolean>> = {
  allocRefcount: 'set1',
  frameOrder: 'lowest',
  gptDestroyFreesFrames: false,
  copiesOrder: 'registration',
  forkOrder: 'forkCopy,stack,setCow',
  forkSetsStackBit: true,
  exitOrder: 'refLast',
  munmapSite: 'local',
  panicStops: false,
  execFailure: 'returns',
  execLoads: false,
  forkStack: 'create',
  heapPlace: 'afterElf',
  leaveDeletesStack: true,
  mapperBlocks: true,
  writeException: 'localCow',
  pteCopyKeepsLocked: false,
  log2: 'floor',
};

/** A map, because an object would also have the properties of every object. */
const fixed = new Map(Object.entries(fixedChoices));

export function scriptOptions(script: Script): Options {
  const chosen: Record<string, unknown> = {};
  for (const option of modelled) chosen[option.name] = option.default;
  for (const [name, value] of Object.entries(script.options)) {
    const only = fixed.get(name);
    if (only !== undefined) {
      if (value !== only) refuse(script, name, value, [only]);
    } else {
      const option = modelled.find((candidate) => candidate.name === name);
      if (option === undefined) {
        throw new InputError(`${script.name}: there is no option ${shortName(name)}`);
      }
      const values = option.values as readonly unknown[];
      if (!values.includes(value)) refuse(script, name, value, values);
      chosen[name] = value;
    }
  }
  return { ...chosen, exitOrder: 'refLast', munmapSite: 'local' } as unknown as Options;
}

function refuse(script: Script, name: string, value: unknown, values: readonly unknown[]): never {
  const known = values.map(quote).join(' or ');
  throw new InputError(
    `${script.name}: option ${name} is implemented as ${known}, not as ${quote(value)}`,
  );
}
