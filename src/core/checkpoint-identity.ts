/**
 * What has to be the same for a search to go on from its checkpoint: all that decides its states,
 * its checks and its verdict, by the names under which a difference is told.
 */

import { createHash } from 'node:crypto';

import type { Spec, Subject, System } from '../system.ts';
import type { CheckpointIdentity } from './checkpoint-file.ts';
import { toolVersion } from './version.ts';

/** How it is searched, as far as that may not change. */
export interface Manner {
  readonly keepGoing: boolean;
  readonly storage: string;
  readonly reductions: readonly string[];
}

export function aboutOf(
  { name, revision }: System,
  { scenario, fixes, hardware, options, invariants }: Spec,
  subject: Subject,
  manner: Manner,
): CheckpointIdentity {
  const values = Object.entries(options).map(([option, value]) => [`option ${option}`, value]);
  return {
    version: toolVersion,
    system: name,
    revision,
    scenario,
    'list of fixes': fixes,
    hardware,
    ...Object.fromEntries(values),
    'list of invariants': invariants,
    ...manner,
    model: modelOf(subject),
  };
}

/** A digest of what a version may still have changed: a model under development. */
function modelOf({ words, threads, statements, stateInvariants, stepInvariants }: Subject): string {
  const checks = [stateInvariants, stepInvariants].map((all) => all.map(({ name }) => name));
  const model = JSON.stringify({ words, threads, statements, checks });
  return createHash('sha256').update(model).digest('hex').slice(0, 32);
}
