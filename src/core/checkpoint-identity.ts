/**
 * What must be the same for a search to resume from a checkpoint, by the names that error messages
 * use.
 */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { identityOf as behaviourOf } from '../explorer/parallel/identity.ts';
import type { Subject } from '../system.ts';
import type { CheckpointIdentity } from './checkpoint-file.ts';
import type { SearchIdentity } from './checkpointing.ts';
import { filesOfModule } from './module-files.ts';
import { originOf } from './origin.ts';
import { fileOf } from './system-module.ts';
import { toolVersion } from './version.ts';

export function identityOf(search: SearchIdentity): CheckpointIdentity {
  const { system, spec, subject, keepGoing, deferred, storage, reductions } = search;
  const { fixes, hardware, options, invariants } = spec;
  // The spec of the subject includes what was found out when it was built.
  const { scenario } = subject.spec;
  const values = Object.entries(options).map(([option, value]) => [`option ${option}`, value]);
  return {
    version: toolVersion,
    system: system.name,
    revision: system.revision,
    scenario,
    'list of fixes': fixes,
    hardware,
    ...Object.fromEntries(values),
    'list of invariants': invariants,
    keepGoing,
    // Undefined in older files as well.
    'list of deferred invariants': deferred.length > 0 ? deferred : undefined,
    storage,
    reductions,
    model: digestOf(subject),
    ...ownCode(search),
  };
}

/**
 * Of a system that is not built in, no version tells what its code is: its files and what it does
 * do.
 */
function ownCode({ system, subject }: SearchIdentity): CheckpointIdentity {
  const origin = originOf(system);
  if (origin === undefined) return {};
  const code = createHash('sha256');
  for (const file of filesOfModule(fileOf(origin))) code.update(readFileSync(file)).update('\0');
  return { module: code.digest('hex'), behaviour: JSON.stringify(behaviourOf(subject, SAMPLE)) };
}

/** States whose successors are compared. */
const SAMPLE = 256;

/** A digest that changes with a model under development, even if its version stays the same. */
function digestOf(subject: Subject): string {
  // By name, as a model may inherit them.
  const { words, threads, statements, stateInvariants, stepInvariants } = subject;
  const checks = [stateInvariants, stepInvariants].map((all) => all.map(({ name }) => name));
  const text = JSON.stringify({ words, threads, statements, checks });
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
