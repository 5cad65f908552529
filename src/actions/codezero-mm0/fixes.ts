/**
 * Named fixes: each sets some rules to what `reference` says, as one would send them one by one.
 * All together make any profile into `reference`, so "fixed" means that profile. What a revision
 * already has right, its fix leaves as it is.
 */

import { InputError } from '../../errors.ts';
import { rulesOf } from '../../model/codezero-mm0/profiles.ts';
import type { Profile } from '../../model/codezero-mm0/profiles.ts';
import type { Rules } from '../../model/codezero-mm0/rules.ts';
import type { Named } from '../../system.ts';

interface Fix extends Named {
  readonly rules: readonly (keyof Rules)[];
}

export const fixes: readonly Fix[] = [
  {
    name: 'whole-system',
    sentence: 'munmap, shmdt, exit and clone are there.',
    rules: ['munmaps', 'exits', 'clones'],
  },
  {
    name: 'find-open-files',
    sentence: 'open puts the node of the file into the list of files.',
    rules: ['openLists'],
  },
  {
    name: 'ask-the-server',
    sentence: 'mm0 asks the file server for what is open; the server never calls mm0.',
    rules: ['openCalls'],
  },
  {
    name: 'check-descriptors',
    sentence:
      'Descriptor 32 is behind the table, and refused; so are a slot without a file, and an open ' +
      'when all are taken.',
    rules: ['fdCheck', 'noFile', 'unusedClose', 'fullTable'],
  },
  {
    name: 'answer-mmap',
    sentence: 'mmap and munmap answer, mmap with the address.',
    rules: ['mmapAnswers'],
  },
  {
    name: 'fault-buffers-in',
    sentence: 'read and write fault the buffer in as its task would, and ask if that is allowed.',
    rules: ['buffer', 'bufferCheck'],
  },
  {
    name: 'count-openers',
    sentence: 'A fork counts its descriptors as openers; the last user of a table closes them.',
    rules: ['forkOpens', 'exitCloses'],
  },
  {
    name: 'close-deletes',
    sentence: 'The last close or unmap of a file takes it out of the list, and deletes it.',
    rules: ['closeDeletes', 'fileNode'],
  },
  {
    name: 'offset-in-pages',
    sentence: 'The offset of a mapping is compared and kept in pages.',
    rules: ['offsetCompared', 'offsetKept'],
  },
  {
    name: 'choose-address',
    sentence: 'Address 0 means "choose", and the choice overlaps with no area.',
    rules: ['addressZero', 'range', 'fixed', 'noAddress', 'choose', 'sharedFrom', 'vmaOrder'],
  },
  {
    name: 'unmap-overlap',
    sentence: 'A mapping replaces what its range overlaps; the test is an intersection.',
    rules: ['acceptPrivate', 'overlapTest', 'overlap'],
  },
  {
    name: 'anonymous-segment',
    sentence: 'Anonymous shared memory is a segment of its own, as that of shmget.',
    rules: ['anonShared'],
  },
  {
    name: 'populate-shared',
    sentence: 'The first touch of anonymous shared memory, read or write, gives it a page.',
    rules: ['touchPopulates'],
  },
  {
    name: 'undo-on-failure',
    sentence: 'A failed allocation, or server, is noticed, and what came before it is undone.',
    rules: ['outOfMemory', 'noPage', 'fileData', 'newTask', 'failedOpen', 'closeAsks'],
  },
  {
    name: 'kill-not-stop',
    sentence: 'An access that is not allowed kills its thread instead of the pager.',
    rules: ['illegal'],
  },
  {
    name: 'current-entry',
    sentence: 'A fault looks at the entry as it is now, and the target at its own pages.',
    rules: ['currentPte', 'cowLooksFirst'],
  },
  {
    name: 'ordered-cache',
    sentence: 'Pages enter a cache in ascending order.',
    rules: ['insertion', 'releasePoisons', 'ioWalk'],
  },
  {
    name: 'zero-unfilled',
    sentence: 'A page that the file server does not fill is zeroed before anybody sees it.',
    rules: ['unfilled'],
  },
  {
    name: 'drop-links',
    sentence: 'A link that goes takes counts, lists and chains along, if nobody else sees it.',
    rules: ['drop'],
  },
  {
    name: 'write-back',
    sentence: 'Pages written to a shared file are marked, and written back before they are freed.',
    rules: ['marksDirty', 'ioMarks', 'writesBack', 'flush', 'flushObject', 'grownBlocks'],
  },
  {
    name: 'freeze-entries',
    sentence: 'A fork makes the writable entries of the parent read-only, and no others.',
    rules: ['freeze', 'forkOrder'],
  },
  {
    name: 'clone-apart',
    sentence: 'A clone without shared memory has a page table of its own.',
    rules: ['cloneApart'],
  },
  {
    name: 'segment-address',
    sentence: 'A segment has one address, kept in the pool; shmdt reports its success.',
    rules: ['shmat', 'shmdtAnswer', 'returnsAddress', 'strayAddress'],
  },
  {
    name: 'split-areas',
    sentence: 'Both parts of a split area have the objects; a destroyed area leaves the list.',
    rules: ['split', 'destroyed'],
  },
  {
    name: 'unmap-exactly',
    sentence: 'munmap removes exactly the entries of its range, present or not.',
    rules: ['unmap'],
  },
];

/** The rules of a profile with some fixes. */
export function fixedRules(profile: Profile, names: readonly string[]): Rules {
  let rules = rulesOf[profile];
  for (const name of names) {
    const fix = fixes.find((candidate) => candidate.name === name);
    if (fix === undefined) throw new InputError(`fix ${name} is not one of codezero-mm0`);
    const corrected = fix.rules.map((rule) => [rule, rulesOf.reference[rule]]);
    rules = { ...rules, ...(Object.fromEntries(corrected) as Partial<Rules>) };
  }
  return rules;
}
